using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>Collects findings: one for each code and event where many items have the same.</summary>
internal sealed class TraceFindings
{
    /// <summary>The greatest number of findings of a code that are about single items.</summary>
    private const int MaxOfCode = 100;

    private readonly List<TraceFinding> _findings = [];
    private readonly Dictionary<(string Code, long Event), Gathered> _gathered = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>
    /// Adds a finding about single items. Of one code no more than a hundred are kept, and then one says so.
    /// </summary>
    public void Add(string code, Text message, IReadOnlyList<TraceItem> items, long eventNumber = 0)
    {
        var count = _counts.GetValueOrDefault(code);
        _counts[code] = count + 1;
        if (count < MaxOfCode)
        {
            IReadOnlyList<TraceItem> named =
                items.Count > TraceFinding.MaxItems ? [.. items.Take(TraceFinding.MaxItems)] : items;
            _findings.Add(new(code, message, named, items.Count, eventNumber));
        }
    }

    /// <summary>Adds an item to the finding of a code and event.</summary>
    public void Gather(string code, Text message, TraceItem item, long eventNumber = 0)
    {
        if (!_gathered.TryGetValue((code, eventNumber), out var gathered))
        {
            gathered = new(message);
            _gathered.Add((code, eventNumber), gathered);
        }
        gathered.Count++;
        if (gathered.Items.Count < TraceFinding.MaxItems)
        {
            gathered.Items.Add(item);
        }
    }

    /// <summary>All findings.</summary>
    public IReadOnlyList<TraceFinding> All()
    {
        foreach (var ((code, eventNumber), gathered) in _gathered)
        {
            _findings.Add(new(code, gathered.Message, gathered.Items, gathered.Count, eventNumber));
        }
        foreach (var (code, count) in _counts.Where(static counted => counted.Value > MaxOfCode))
        {
            var more = count - MaxOfCode;
            _findings.Add(new(code, new($"There are {more} more of them.", $"另有 {more} 项同类问题。"), [], 0));
        }
        return _findings;
    }

    private sealed class Gathered(Text message)
    {
        public Text Message { get; } = message;

        public List<TraceItem> Items { get; } = [];

        public int Count { get; set; }
    }
}
