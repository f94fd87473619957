using System.Text.Json;
using IdResolution.Core.Upstream;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// How far a whole comparison was when it was ended, and of what it was. The verb keeps its mark in a file, the node in
/// the store.
/// </summary>
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

    /// <summary>
    /// How far the comparison was that left a mark; null if the mark is of another comparison than this one, or old.
    /// </summary>
    public ReconcileProgress? Read(string mark)
    {
        try
        {
            var kept = JsonSerializer.Deserialize(mark, ReconcileJson.Default.ReconcileMark);
            return
                kept is not null
                && (kept.Repairs, kept.RemovesLost, kept.Way, kept.Log) == (Repairs, RemovesLost, Way, Log)
                && At - kept.At is { Ticks: >= 0 } age
                && age <= s_oldest
                ? kept.Progress
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The mark of this comparison at a time.</summary>
    public string Write(ReconcileProgress progress, DateTimeOffset at) =>
        JsonSerializer.Serialize(this with { Progress = progress, At = at }, ReconcileJson.Default.ReconcileMark);
}
