using System.Globalization;
using System.Security.Cryptography;
using IdResolution.Core.Documents;
using IdResolution.Core.Primitives;
using IdResolution.Core.Statistics;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Reports the counts of the records that go up to a secondary node of this kind, by day and prefix. The last days are
/// reported again as they grow; up to which day all is told stands in the store. Not for several calls at once.
/// </summary>
public sealed class UpstreamCounts(
    IStatisticStore statistics,
    ISettingStore settings,
    UpstreamItems items,
    IUpstreamLink link,
    PlantClock plant
)
{
    // How far back the first report reaches, and how many days are read at once.
    private const int MostDays = 400;
    private const int DaysAtOnce = 31;

    private const int MaxReported = 1_000;
    private const string Setting = "upstream.counted:";
    private const string NameSetting = "upstream.counts.store";
    private const int NameBytes = 6;

    private IReadOnlyList<ReportedCount> _last = [];

    /// <summary>Reports what was not reported yet.</summary>
    /// <param name="target">Names the secondary node. Another one is told all anew.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>
    /// <see cref="UpstreamOutcome.Absent"/> if the secondary node is none of this kind, or its refusal.
    /// </returns>
    /// <exception cref="UpstreamException">The secondary node cannot be asked.</exception>
    public async Task<UpstreamAnswer> SendAsync(string target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var store = await StoreAsync(cancellationToken);
        var name = Setting + UpstreamTarget.NameOf(target);
        var told = await settings.FindSettingAsync(name, cancellationToken);
        var today = DateOnly.FromDateTime(plant.Now.DateTime);
        var from = FirstDay(told, today);
        while (true)
        {
            // Tomorrow is included: the clock of another node on the store may be there already.
            var to = from.AddDays(DaysAtOnce) is var end && end < today ? end : today.AddDays(1);
            var counts = await CountsAsync(from, to, cancellationToken);
            var isLast = to > today;
            if (
                (!isLast || !counts.SequenceEqual(_last))
                && await ReportAsync(store, counts, cancellationToken) is { } refusal
            )
            {
                return refusal;
            }
            // The day before may still get counts, of entries that were not read yet.
            from = isLast ? today.AddDays(-1) : to.AddDays(1);
            told = await KeepAsync(name, told, from, cancellationToken);
            if (isLast)
            {
                _last = counts;
                return new UpstreamAnswer(UpstreamOutcome.Done);
            }
        }
    }

    /// <summary>The day to begin with. One to come was told by a clock that was wrong.</summary>
    private static DateOnly FirstDay(string? told, DateOnly today) =>
        told is not null && DateOnly.ParseExact(told, "O", CultureInfo.InvariantCulture) is var day && day <= today
            ? day
            : today.AddDays(-MostDays);

    /// <summary>Reports counts in parts. Gives the answer of the first that is not taken, or null.</summary>
    private async Task<UpstreamAnswer?> ReportAsync(
        string store,
        IReadOnlyList<ReportedCount> counts,
        CancellationToken cancellationToken
    )
    {
        foreach (var part in counts.Chunk(MaxReported))
        {
            var answer = await link.ReportAsync(store, part, cancellationToken);
            if (answer.Outcome != UpstreamOutcome.Done)
            {
                return answer;
            }
        }
        return null;
    }

    private async Task<string> KeepAsync(string name, string? told, DateOnly from, CancellationToken cancellationToken)
    {
        var reached = from.ToString("O", CultureInfo.InvariantCulture);
        await settings.SetAsync(name, told, reached, cancellationToken);
        return reached;
    }

    /// <summary>The name of this store, which comes back with it from a backup, as the counts do.</summary>
    private async Task<string> StoreAsync(CancellationToken cancellationToken) =>
        await settings.FindSettingAsync(NameSetting, cancellationToken)
        ?? await settings.GetOrAddAsync(
            NameSetting,
            RandomNumberGenerator.GetHexString(2 * NameBytes, lowercase: true)
        );

    private async Task<IReadOnlyList<ReportedCount>> CountsAsync(
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    )
    {
        var prefixes = items.Prefixes.Select(static p => p.Folded).ToHashSet();
        var counts = new SortedDictionary<(DateOnly Day, string Prefix), ReportedCount>();
        foreach (var (key, count) in await statistics.ReadAsync(from, to, cancellationToken))
        {
            // Of what does not go up, not even the number is told.
            if (
                key.Operation is not ("register" or "resolve")
                || !prefixes.Contains(key.Prefix)
                || !items.GoesUp(key.Template)
            )
            {
                continue;
            }
            var at = (key.Day, key.Prefix);
            var former = counts.GetValueOrDefault(at) ?? new ReportedCount(key.Day, key.Prefix, 0, 0);
            counts[at] =
                key.Operation == "register"
                    ? former with
                    {
                        Register = former.Register + count,
                    }
                    : former with
                    {
                        Resolve = former.Resolve + count,
                    };
        }
        return [.. counts.Values];
    }
}
