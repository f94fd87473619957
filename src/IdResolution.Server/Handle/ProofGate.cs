namespace IdResolution.Server.Handle;

/// <summary>
/// Lets few at a time do what costs processor time and anybody can ask for (proofs, signatures, session keys): resolution keeps its share, and
/// who comes while many wait is told to come back. Thread-safe.
/// </summary>
internal sealed class ProofGate : IDisposable
{
    private const int MaxWaiting = 200;

    private readonly SemaphoreSlim _gate = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int _waiting;

    /// <summary>Does it once there is room.</summary>
    /// <exception cref="BusyException">Too many wait.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new BusyException();
        }
        try
        {
            await _gate.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        try
        {
            return await work();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
