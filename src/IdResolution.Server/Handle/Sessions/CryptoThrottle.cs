using System.Threading.RateLimiting;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// Lets few at a time do what costs processor time and anybody can ask for (proofs, signatures, session keys):
/// resolution keeps its share, and who comes while many wait is told to come back. Thread-safe.
/// </summary>
internal sealed class CryptoThrottle : IDisposable
{
    private const int MaxWaiting = 200;

    private readonly ConcurrencyLimiter _gate = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
            QueueLimit = MaxWaiting,
        }
    );

    /// <summary>Does it once there is room.</summary>
    /// <exception cref="BusyException">Too many wait.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        using var lease = await _gate.AcquireAsync(permitCount: 1, cancellationToken);
        return lease.IsAcquired ? await work() : throw new BusyException();
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
