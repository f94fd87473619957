namespace IdResolution.Server.Handle;

/// <summary>Lets few at a time do what costs processor time and anybody can ask for (proofs, session keys): resolution keeps its share. Thread-safe.</summary>
internal sealed class ProofGate : IDisposable
{
    private readonly SemaphoreSlim _gate = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Does it once there is room.</summary>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
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
