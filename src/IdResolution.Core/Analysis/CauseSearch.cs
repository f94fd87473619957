using System.Runtime.InteropServices;
using IdResolution.Core.Traceability;

namespace IdResolution.Core.Analysis;

/// <summary>
/// Tries all that items may have in common. Each thing, and each machine, tool and measured value with all its spans
/// and ranges, is a family, and all families have the same share of the chance of a false alarm; within a family all
/// that was tried shares it. So a lot that is a cause is not beaten by the best of a thousand spans beside it, and the
/// sum of all chances stays below p (Bonferroni). What no choice of bad items could tell from the others is not tried.
/// </summary>
internal sealed class CauseSearch(CauseGraph graph, CauseTally tally, CommonQuery query, int bad, int all)
{
    private readonly FisherTest _test = new(bad, all - bad);
    private readonly Dictionary<CauseSet, List<Candidate>> _single = [];
    private readonly List<Ranged> _ranged = [];

    /// <summary>The number of candidates that were tried.</summary>
    public long Tried { get; private set; }

    /// <summary>The candidates of the findings, the best first, those of the same items together.</summary>
    public async ValueTask<IReadOnlyList<Found>> RunAsync(TraceTurn turn, CancellationToken cancellationToken)
    {
        if (query.Wants(CauseKind.Ancestor))
        {
            for (var i = 0; i < tally.Ancestors.Length; i++)
            {
                await turn.PauseAsync(i, cancellationToken);
                AddSingle(tally.Ancestors[i], new Candidate(CauseKind.Ancestor, i));
            }
        }
        for (var i = 0; i < graph.Features.Count; i++)
        {
            await turn.PauseAsync(cancellationToken);
            TryFeature(i);
        }
        var families = _single.Count + _ranged.Count;
        Tried += _single.Count;
        var found = new Dictionary<CauseSet, Found>();
        foreach (var (set, candidates) in _single)
        {
            Add(found, set, Math.Log(families), candidates);
        }
        foreach (var ranged in _ranged)
        {
            Add(found, ranged.Set, Math.Log(families) + Math.Log(ranged.Tried), [ranged.Candidate]);
        }
        return [.. found.Values.Select(ThingsFirst).Order().Take(query.Limit)];
    }

    /// <summary>A machine, tool, lot or person is named before the values that it brought about.</summary>
    private static Found ThingsFirst(Found found) =>
        found with
        {
            Candidates = [.. found.Candidates.OrderBy(static one => one.Kind == CauseKind.Measurement)],
        };

    private void AddSingle(CauseSet set, Candidate candidate)
    {
        if (set.Tells(all))
        {
            ref var same = ref CollectionsMarshal.GetValueRefOrAddDefault(_single, set, out _);
            (same ??= []).Add(candidate);
        }
    }

    private void TryFeature(int place)
    {
        var feature = graph.Features[place];
        if (feature.HasPresence)
        {
            AddSingle(CauseSet.Of(feature, ulong.MaxValue, bad), new Candidate(feature.Key.Kind, place));
        }
        if (feature.HasRanges && feature.Bins > 1 && TryRanges(place) is { } ranged)
        {
            _ranged.Add(ranged);
            Tried += ranged.Tried;
        }
    }

    /// <summary>The best of all runs of bins; null where none can tell anything.</summary>
    private Ranged? TryRanges(int place)
    {
        var feature = graph.Features[place];
        var counts = new RangeCounts(feature, bad);
        var (best, tried, first, last) = (1.0, 0, 0, 0);
        for (var from = 0; from < feature.Bins; from++)
        {
            for (var to = from; to < feature.Bins; to++)
            {
                var (inBad, inGood) = counts.In(from, to);
                // All bins together are the thing itself.
                if (to - from + 1 == feature.Bins || inBad + inGood < 2 || inBad + inGood == all)
                {
                    continue;
                }
                tried++;
                var logP = _test.LogP(inBad, inGood);
                // Of the same chance the shorter one.
                if (logP < best || (logP == best && to - from < last - first))
                {
                    (best, first, last) = (logP, from, to);
                }
            }
        }
        var candidate = new Candidate(feature.Key.Kind, place, first, last);
        return tried == 0 ? null : new Ranged(candidate, CauseSet.Of(feature, candidate.Bins, bad), tried);
    }

    private void Add(Dictionary<CauseSet, Found> found, CauseSet set, double correction, List<Candidate> candidates)
    {
        var logP = Math.Min(0, _test.LogP(set.Bad, set.Good) + correction);
        if (logP > Math.Log(query.MostP) || _test.Lift(set.Bad, set.Good) <= 1)
        {
            return;
        }
        if (!found.TryGetValue(set, out var same))
        {
            found.Add(set, new Found(set, logP, _test.Lift(set.Bad, set.Good), candidates));
        }
        else
        {
            // A run of bins of the very same items: what needs no span comes first.
            found[set] = same with
            {
                LogP = Math.Min(same.LogP, logP),
                Candidates = [.. same.Candidates, .. candidates],
            };
        }
    }

    /// <summary>What may be a cause: an ancestor by its place, or a feature by its place and a run of bins.</summary>
    public readonly record struct Candidate(CauseKind Kind, int Place, int From = -1, int To = -1)
    {
        /// <summary>True for a span or range.</summary>
        public bool IsRanged => From >= 0;

        /// <summary>The bins; all of them where it has no span.</summary>
        public ulong Bins => IsRanged ? (ulong.MaxValue >> (63 - (To - From))) << From : ulong.MaxValue;
    }

    /// <summary>Candidates of the same items.</summary>
    public sealed record Found(CauseSet Set, double LogP, double Lift, List<Candidate> Candidates) : IComparable<Found>
    {
        public int CompareTo(Found? other)
        {
            var own = Candidates[0];
            var others = other!.Candidates[0];
            return (LogP, -Lift, own.Kind, own.Place).CompareTo((other.LogP, -other.Lift, others.Kind, others.Place));
        }
    }

    private sealed record Ranged(Candidate Candidate, CauseSet Set, int Tried);

    /// <summary>How many items fall into each run of bins.</summary>
    private sealed class RangeCounts
    {
        // By the first bin asked for and the first bin at or behind it that an item falls into, summed over the latter.
        private readonly int[,] _bad;
        private readonly int[,] _good;

        public RangeCounts(CauseFeature feature, int bad)
        {
            var bins = feature.Bins;
            (_bad, _good) = (new int[bins, bins], new int[bins, bins]);
            for (var i = 0; i < feature.Roots.Count; i++)
            {
                var counts = feature.Roots[i] < bad ? _bad : _good;
                var next = bins;
                for (var from = bins - 1; from >= 0; from--)
                {
                    next = (feature.Masks[i] & (1UL << from)) != 0 ? from : next;
                    if (next < bins)
                    {
                        counts[from, next]++;
                    }
                }
            }
            for (var from = 0; from < bins; from++)
            {
                for (var to = from + 1; to < bins; to++)
                {
                    _bad[from, to] += _bad[from, to - 1];
                    _good[from, to] += _good[from, to - 1];
                }
            }
        }

        public (int Bad, int Good) In(int from, int to) => (_bad[from, to], _good[from, to]);
    }
}
