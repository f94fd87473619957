namespace IdResolution.Tds;

/// <summary>What a test wants to go wrong.</summary>
internal sealed class Faults
{
    private readonly Lock _sync = new();
    private readonly List<Fault> _planned = [];
    private TaskCompletionSource? _frozen;

    internal sealed record Fault(int Number, Predicate<string> Text, bool IsAfter);

    public void Plan(Fault fault)
    {
        lock (_sync)
        {
            _planned.Add(fault);
        }
    }

    /// <summary>The fault planned for a request, which is used up by it.</summary>
    public Fault? Take(string text)
    {
        lock (_sync)
        {
            var index = _planned.FindIndex(fault => fault.Text(text));
            if (index < 0)
            {
                return null;
            }

            var fault = _planned[index];
            _planned.RemoveAt(index);
            return fault;
        }
    }

    public void Freeze()
    {
        lock (_sync)
        {
            _frozen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Thaw()
    {
        lock (_sync)
        {
            _frozen?.SetResult();
            _frozen = null;
        }
    }

    /// <summary>Ends at once, or when the server is thawed.</summary>
    public Task ThawedAsync(CancellationToken cancellation)
    {
        lock (_sync)
        {
            return _frozen is null ? Task.CompletedTask : _frozen.Task.WaitAsync(cancellation);
        }
    }
}
