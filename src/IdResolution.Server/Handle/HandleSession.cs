using IdResolution.HandleProtocol.Security;

namespace IdResolution.Server.Handle;

/// <summary>A session with a key (RFC 3652 §3.8). Thread-safe.</summary>
/// <param name="id">Odd, 1 and up.</param>
/// <param name="timeout">How long it may be idle.</param>
internal sealed class HandleSession(int id, TimeSpan timeout)
{
    private PendingChallenge? _pending;
    private long _usedAt;

    /// <summary>Its number, in envelopes.</summary>
    public int Id { get; } = id;

    /// <summary>How long it may be idle.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The key; null until the client has sent it.</summary>
    public SessionKey? Key { get; set; }

    /// <summary>Who it belongs to; null until that is proved.</summary>
    public HandleIdentity? Identity { get; set; }

    /// <summary>Counters of signed messages seen.</summary>
    public ReplayWindow Window { get; } = new();

    /// <summary>When it was used last, by the clock's timestamp.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }

    /// <summary>Has a request wait for the answer to its challenge; only the last does.</summary>
    public void Ask(PendingChallenge challenge) => Volatile.Write(ref _pending, challenge);

    /// <summary>Takes what waits.</summary>
    public PendingChallenge? TakePending() => Interlocked.Exchange(ref _pending, null);
}
