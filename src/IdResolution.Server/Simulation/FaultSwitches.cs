namespace IdResolution.Server.Simulation;

/// <summary>The faults that are switched on, in that order. Not thread-safe.</summary>
internal sealed class FaultSwitches
{
    private readonly List<Fault> _on = [];

    /// <summary>Those that are on. The counts are those that are left.</summary>
    public IReadOnlyList<Fault> On => _on;

    public void Add(Fault fault) => _on.Add(fault);

    public void Remove(FaultKind? kind = null) => _on.RemoveAll(fault => kind is null || fault.Kind == kind);

    /// <summary>The first that is wanted, of which one call less is left; null if there is none.</summary>
    public Fault? Take(Func<Fault, bool> isWanted)
    {
        var at = _on.FindIndex(fault => isWanted(fault));
        return at < 0 ? null : Use(at);
    }

    /// <summary>How long the answer to a call waits.</summary>
    public TimeSpan Wait(SnmsCall call)
    {
        var wait = 0L;
        for (var i = _on.Count - 1; i >= 0; i--)
        {
            if (_on[i].Kind == FaultKind.Slow && _on[i].IsFor(call))
            {
                wait += Use(i).Milliseconds!.Value;
            }
        }
        return TimeSpan.FromMilliseconds(wait);
    }

    private Fault Use(int at)
    {
        var fault = _on[at];
        if (fault.Count == 1)
        {
            _on.RemoveAt(at);
        }
        else
        {
            _on[at] = fault with { Count = fault.Count - 1 };
        }
        return fault;
    }
}
