using System.Threading.RateLimiting;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// Limits how many costly operations that anybody can ask for (proofs, signatures, session keys) run at once, so that
/// resolution keeps processor time. If too many wait, new ones are refused. Thread-safe.
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

    /// <summary>Runs the work as soon as there is room.</summary>
    /// <exception cref="BusyException">Too many others are waiting.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        using var lease = await _gate.AcquireAsync(permitCount: 1, cancellationToken);
        return lease.IsAcquired ? await work() : throw new BusyException();
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
