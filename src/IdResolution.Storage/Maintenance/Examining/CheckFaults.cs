namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Collects the faults in one aspect. It keeps only the first few texts and counts the rest, so a ruined database does
/// not fill the memory.
/// </summary>
internal sealed class CheckFaults(string check)
{
    private const int MaxExamples = 5;

    private readonly List<string> _examples = [];
    private long _count;

    /// <summary>The detail of the finding if nothing is wrong.</summary>
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
