using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>A session with a key (RFC 3652 §3.8). Thread-safe.</summary>
/// <param name="id">Odd, 1 and up.</param>
/// <param name="timeout">How long it may be idle.</param>
/// <param name="version">The version that its messages are encrypted in.</param>
internal sealed class HandleSession(int id, TimeSpan timeout, ProtocolVersion version)
{
    // Whoever tries out what decrypts and what does not gets no further than this.
    private const int MaxSpoiled = 3;

    private int _pending;
    private int _spoiled;
    private long _usedAt;

    /// <summary>Its number, in envelopes.</summary>
    public int Id { get; } = id;

    /// <summary>How long it may be idle.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The version that its messages are encrypted in, whatever their envelopes say.</summary>
    public ProtocolVersion Version { get; } = version;

    /// <summary>The key; null until the client has sent it.</summary>
    public SessionKey? Key { get; set; }

    /// <summary>
    /// Who it belongs to; null until that is known. Only messages signed with the key speak for them.
    /// </summary>
    public HandleIdentity? Identity { get; set; }

    /// <summary>True once a message came that was signed with the key.</summary>
    public bool IsProved { get; set; }

    /// <summary>Counters of signed messages seen.</summary>
    public ReplayWindow Window { get; } = new();

    /// <summary>When it was made, by the clock's timestamp: no session lives longer than a day.</summary>
    public long MadeAt { get; init; }

    /// <summary>When its owner used it last, by the clock's timestamp.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }

    /// <summary>
    /// Notes a message that could not be decrypted; true where they are too many for the session to go on.
    /// </summary>
    public bool IsSpoiled() => Interlocked.Increment(ref _spoiled) >= MaxSpoiled;

    /// <summary>
    /// Has a challenge wait for its answer, by its number in <see cref="ChallengeStore"/>; gives the one that no longer
    /// does, or 0.
    /// </summary>
    public int Ask(int challenge) => Interlocked.Exchange(ref _pending, challenge);

    /// <summary>Takes what waits, or 0.</summary>
    public int TakePending() => Interlocked.Exchange(ref _pending, 0);
}
