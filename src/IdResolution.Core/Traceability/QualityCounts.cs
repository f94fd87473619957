using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>What the quality archive has of one row of an answer. Filled by one thread.</summary>
public sealed class QualityCounts
{
    private readonly SortedDictionary<(string Characteristic, string Unit), MeasurementSums> _values = [];
    private readonly SortedDictionary<string, double> _defects = new(StringComparer.Ordinal);

    /// <summary>How many inspections; an item counts each time.</summary>
    public long Inspected { get; private set; }

    /// <summary>How many of them failed.</summary>
    public long Failed { get; private set; }

    /// <summary>How many were the first of their item at their step.</summary>
    public long Once { get; private set; }

    /// <summary>How many of those passed.</summary>
    public long OncePassed { get; private set; }

    /// <summary>The share of items that passed when they were first inspected; null without inspections.</summary>
    public double? FirstPassYield => Once > 0 ? (double)OncePassed / Once : null;

    /// <summary>How many inspections were of an item that had been inspected at that step before.</summary>
    public long Rework => Inspected - Once;

    /// <summary>The number of measurements.</summary>
    public long Measured { get; private set; }

    /// <summary>How many values were beyond one of their limits.</summary>
    public long OutOfLimits { get; private set; }

    /// <summary>Measured values, where they were asked for by characteristic.</summary>
    public IReadOnlyDictionary<(string Characteristic, string Unit), MeasurementSums> Values => _values;

    /// <summary>Defects by code.</summary>
    public IReadOnlyDictionary<string, double> Defects => _defects;

    /// <summary>By how much there is, rows are chosen.</summary>
    internal double Weight => Inspected + Measured + _defects.Values.Sum();

    internal void Add(InspectionGroup group)
    {
        Inspected += group.Inspected;
        Failed += group.Failed;
        Once += group.Once;
        OncePassed += group.OncePassed;
    }

    internal void Add(MeasurementGroup group, bool withValues)
    {
        Measured += group.Sums.Count;
        OutOfLimits += group.Sums.OutOfLimits;
        if (withValues)
        {
            Add((group.Characteristic, group.Unit), group.Sums);
        }
    }

    internal void Add(DefectGroup group) => _defects[group.Code] = _defects.GetValueOrDefault(group.Code) + group.Count;

    internal void Add(QualityCounts other)
    {
        Inspected += other.Inspected;
        Failed += other.Failed;
        Once += other.Once;
        OncePassed += other.OncePassed;
        Measured += other.Measured;
        OutOfLimits += other.OutOfLimits;
        foreach (var (key, sums) in other._values)
        {
            Add(key, sums);
        }
        foreach (var (code, count) in other._defects)
        {
            _defects[code] = _defects.GetValueOrDefault(code) + count;
        }
    }

    private void Add((string, string) key, MeasurementSums sums) =>
        _values[key] = _values.TryGetValue(key, out var before) ? before.With(sums) : sums;
}
