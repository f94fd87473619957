namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Gathers what is wrong in one aspect: the first few in words, the rest as a number, so that a ruined database does
/// not fill memory.
/// </summary>
internal sealed class CheckFaults(string check)
{
    private const int MaxExamples = 5;

    private readonly List<string> _examples = [];
    private long _count;

    /// <summary>What is said where nothing is wrong.</summary>
    public string Summary { get; set; } = "";

    public void Add(string fault)
    {
        _count++;
        if (_examples.Count < MaxExamples)
        {
            _examples.Add(fault);
        }
    }

    public Finding ToFinding()
    {
        if (_count == 0)
        {
            return new Finding(check, true, Summary);
        }
        var more = _count > _examples.Count ? $"; and {_count - _examples.Count} more" : "";
        return new Finding(check, false, string.Join("; ", _examples) + more);
    }
}
