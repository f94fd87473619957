using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Collects the faults in one aspect. It keeps only the first few texts and counts the rest, so a ruined database does
/// not fill the memory.
/// </summary>
internal sealed class CheckFaults(string check)
{
    private const int MaxExamples = 5;

    private readonly List<Text> _examples = [];
    private long _count;
    private long? _firstEntry;

    /// <summary>The detail of the finding if nothing is wrong.</summary>
    public Text Summary { get; set; } = Text.Foreign("");

    /// <summary>True if nothing is wrong, and the detail says what the operator has to do.</summary>
    public bool Warns { get; set; }

    /// <inheritdoc cref="Finding.IsDerived"/>
    public bool IsDerived { get; set; }

    /// <summary>True if nothing is wrong so far.</summary>
    public bool IsClean => _count == 0;

    /// <summary>Adds a fault.</summary>
    /// <param name="en">The text in English.</param>
    /// <param name="zh">The text in Chinese.</param>
    /// <param name="entry">
    /// The log entry that it is about, if it is about one. No entry has a number below 1, so such a one names none.
    /// </param>
    public void Add(string en, string zh, long? entry = null)
    {
        _count++;
        _firstEntry = entry >= 1 && entry < (_firstEntry ?? long.MaxValue) ? entry : _firstEntry;
        if (_examples.Count < MaxExamples)
        {
            _examples.Add(new(en, zh));
        }
    }

    /// <summary>Adds the faults that were found in a part.</summary>
    public void Add(CheckFaults part)
    {
        _examples.AddRange(part._examples.Take(MaxExamples - _examples.Count));
        _count += part._count;
        _firstEntry = part._firstEntry < (_firstEntry ?? long.MaxValue) ? part._firstEntry : _firstEntry;
    }

    public Finding ToFinding()
    {
        if (_count == 0)
        {
            return new Finding(check, true, Summary) { Warns = Warns, IsDerived = IsDerived };
        }
        var texts = _examples.ToList();
        if (_count > _examples.Count)
        {
            var more = _count - _examples.Count;
            texts.Add(new($"and {more} more", $"另有 {more} 处"));
        }
        return new Finding(check, false, Text.Join("; ", "；", texts))
        {
            FirstEntry = _firstEntry,
            IsDerived = IsDerived,
        };
    }
}
