namespace IdResolution.Core.Analysis;

/// <summary>What tells things of events apart: an item by its number, or what was measured.</summary>
internal readonly record struct FeatureKey(
    CauseKind Kind,
    long Item,
    string? Characteristic = null,
    string? Unit = null,
    string? Step = null
);

/// <summary>
/// A thing of events, or something measured, over all events that name it. Its times or values are put into bins by how
/// many events fall into each, whoever is bad.
/// </summary>
internal sealed class CauseFeature(FeatureKey key)
{
    /// <summary>The most bins: a set of them is one number.</summary>
    public const int MaxBins = 64;

    private readonly List<double> _values = [];

    // The least and the greatest value of each bin.
    private double[] _first = [];
    private double[] _last = [];

    public FeatureKey Key => key;

    /// <summary>The items that have it, by place, in order.</summary>
    public List<int> Roots { get; } = [];

    /// <summary>For each of them, the bins that its events fall into.</summary>
    public List<ulong> Masks { get; } = [];

    public int Bins => _first.Length;

    /// <summary>True if it is looked at by times or values.</summary>
    public bool HasRanges =>
        key.Kind is CauseKind.Equipment or CauseKind.Tool or CauseKind.Process or CauseKind.Measurement;

    /// <summary>True if having it at all may be a cause.</summary>
    public bool HasPresence => key.Kind != CauseKind.Measurement;

    /// <summary>
    /// Of a process: the times of its record's versions, in order. Its events in one version are one bin.
    /// </summary>
    public double[] Versions { get; set; } = [];

    /// <summary>Adds the time or value of an event. None is added once the bins are made.</summary>
    public void Add(double value) => _values.Add(value);

    /// <summary>Makes the bins, each of about as many events; events of one value are in one bin.</summary>
    public void MakeBins()
    {
        _values.Sort();
        var starts = key.Kind == CauseKind.Process ? StartsOfVersions() : Starts();
        _first = [.. starts.Select(i => _values[i])];
        _last = [.. starts.Select((_, i) => _values[i + 1 < starts.Count ? starts[i + 1] - 1 : _values.Count - 1])];
        _values.Clear();
        _values.TrimExcess();
    }

    private List<int> StartsOfVersions()
    {
        var starts = new List<int>();
        var version = -1;
        for (var i = 0; i < _values.Count; i++)
        {
            var own = Array.FindLastIndex(Versions, start => start <= _values[i]);
            // What was before the first version is counted to it.
            if (i == 0 || Math.Max(own, 0) != version)
            {
                starts.Add(i);
                version = Math.Max(own, 0);
            }
        }
        return starts;
    }

    private List<int> Starts()
    {
        var starts = new List<int>(MaxBins);
        var (distinct, isFew) = (1, true);
        for (var i = 1; i < _values.Count && isFew; i++)
        {
            distinct += _values[i] > _values[i - 1] ? 1 : 0;
            isFew = distinct <= MaxBins;
        }
        for (var i = 0; i < _values.Count; i++)
        {
            var isNew = i == 0 || _values[i] > _values[i - 1];
            // The bin that its place asks for; there are no more than MaxBins of them.
            if (isNew && (isFew || starts.Count <= (long)i * MaxBins / _values.Count))
            {
                starts.Add(i);
            }
        }
        return starts;
    }

    /// <summary>The bin of a time or value that was added.</summary>
    public int BinOf(double value)
    {
        var place = Array.BinarySearch(_first, value);
        return place >= 0 ? place : ~place - 1;
    }

    /// <summary>The least time or value of a bin.</summary>
    public double First(int bin) => _first[bin];

    /// <summary>The greatest time or value of a bin.</summary>
    public double Last(int bin) => _last[bin];
}
