using IdResolution.Core.Errors;

namespace IdResolution.Core.Leases;

/// <summary>
/// A node's side of a lease. It is taken and renewed while there is work. Without work it expires, so that an idle node
/// writes nothing. Used by one loop at a time.
/// </summary>
public sealed class LeaseKeeper(ILeaseStore store, string name, string holder, TimeProvider time)
{
    /// <summary>How long a lease holds without renewal. After that, another node replaces one that died.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    /// <summary>The age from which a lease is renewed.</summary>
    public static readonly TimeSpan RenewAfter = Life / 3;

    private Lease? _lease;
    private long _takenAt;

    /// <summary>True while this node holds the lease, as far as it knows.</summary>
    public bool IsHeld =>
        Volatile.Read(ref _lease) is not null && time.GetElapsedTime(Volatile.Read(ref _takenAt)) < Life;

    /// <summary>Gets the lease, and takes or renews it if needed. Null if another node holds it.</summary>
    public async Task<Lease?> HoldAsync(CancellationToken cancellationToken)
    {
        // Measured before the store is asked, because the store begins to count later.
        var now = time.GetTimestamp();
        if (_lease is null || time.GetElapsedTime(_takenAt, now) >= RenewAfter)
        {
            Volatile.Write(ref _lease, await store.TakeAsync(name, holder, Life, cancellationToken));
            Volatile.Write(ref _takenAt, now);
        }
        return _lease;
    }

    /// <summary>
    /// Does work that may last longer than the lease this node holds, which is renewed meanwhile. The work is ended,
    /// and the result is false, where another node takes the lease over.
    /// </summary>
    public async Task<bool> WhileHeldAsync(
        Func<CancellationToken, Task<bool>> work,
        CancellationToken cancellationToken
    )
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var doing = work(ended.Token);
        while (await Task.WhenAny(doing, Task.Delay(RenewAfter, time, ended.Token)) != doing)
        {
            if (cancellationToken.IsCancellationRequested || !await StillHoldsAsync(cancellationToken))
            {
                await ended.CancelAsync();
                break;
            }
        }
        try
        {
            return await doing;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
        finally
        {
            // Ends the delay.
            await ended.CancelAsync();
        }
    }

    /// <summary>Gives the lease back if this node took it; otherwise does nothing.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_lease is { } lease)
        {
            Volatile.Write(ref _lease, null);
            await store.ReleaseAsync(lease, cancellationToken);
        }
    }

    private async Task<bool> StillHoldsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await HoldAsync(cancellationToken) is not null;
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            // Nobody can take it over before it ends.
            return IsHeld;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
