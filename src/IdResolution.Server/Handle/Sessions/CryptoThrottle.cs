using System.Threading.RateLimiting;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// Limits how many costly operations that anybody can ask for (proofs, signatures, session keys) run at once, so that
/// resolution keeps processor time. If too many wait, new ones are refused. Thread-safe.
/// </summary>
internal sealed class CryptoThrottle : IDisposable
{
    private const int MaxWaiting = 200;
    private const int MaxWaitingOverUdp = 20;

    private readonly ConcurrencyLimiter _gate = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
            QueueLimit = MaxWaiting,
        }
    );

    // One at a time: many packets of forged sources must not keep out those who have a connection.
    private readonly ConcurrencyLimiter _overUdp = new(
        new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = MaxWaitingOverUdp }
    );

    /// <summary>Runs work that was asked for over UDP as soon as there is room.</summary>
    /// <exception cref="BusyException">Too many others are waiting.</exception>
    public async ValueTask<T> RunForUdpAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        using var lease = await _overUdp.AcquireAsync(permitCount: 1, cancellationToken);
        return lease.IsAcquired ? await RunAsync(work, cancellationToken) : throw new BusyException();
    }

    /// <summary>Runs the work as soon as there is room.</summary>
    /// <exception cref="BusyException">Too many others are waiting.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        using var lease = await _gate.AcquireAsync(permitCount: 1, cancellationToken);
        return lease.IsAcquired ? await work() : throw new BusyException();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gate.Dispose();
        _overUdp.Dispose();
    }
}
