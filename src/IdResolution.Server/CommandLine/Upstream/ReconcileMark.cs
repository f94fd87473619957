using System.Text.Json;
using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary>How far a whole comparison was when it was ended, and of what it was.</summary>
/// <param name="Repairs">Whether it repaired.</param>
/// <param name="RemovesLost">Whether it revoked what a restore of this node may have lost.</param>
/// <param name="Way">The secondary node, the user, the prefix and what goes up.</param>
/// <param name="Log">The name of the log.</param>
/// <param name="At">When.</param>
/// <param name="Progress">How far it was.</param>
internal sealed record ReconcileMark(
    bool Repairs,
    bool RemovesLost,
    string Way,
    string Log,
    DateTimeOffset At,
    ReconcileProgress? Progress = null
)
{
    // What was alike then may differ by now.
    private static readonly TimeSpan s_oldest = TimeSpan.FromDays(1);

    /// <summary>Names where what goes up, and how much of it.</summary>
    public static string WayOf(UpstreamRules rules)
    {
        var shares = rules.Shares.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}");
        return $"{rules.Way} {rules.Share} {string.Join(' ', shares)}";
    }

    /// <summary>Reads a mark; null if there is none, or it is of another comparison than this one, or old.</summary>
    public ReconcileProgress? Read(string file)
    {
        try
        {
            var mark = JsonSerializer.Deserialize(File.ReadAllBytes(file), ReconcileJson.Default.ReconcileMark);
            return
                mark is not null
                && (mark.Repairs, mark.RemovesLost, mark.Way, mark.Log) == (Repairs, RemovesLost, Way, Log)
                && At - mark.At is { Ticks: >= 0 } age
                && age <= s_oldest
                ? mark.Progress
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(string file)
    {
        using var mark = new PartialFile(file);
        mark.Stream.Write(JsonSerializer.SerializeToUtf8Bytes(this, ReconcileJson.Default.ReconcileMark));
        mark.Keep();
    }
}
