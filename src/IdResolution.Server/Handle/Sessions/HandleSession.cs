using IdResolution.Core.Access;
using IdResolution.Core.Handles;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>A session with a key (RFC 3652 §3.8). Thread-safe.</summary>
/// <param name="id">The number of the session in envelopes: odd, 1 or more.</param>
/// <param name="timeout">The longest idle time.</param>
/// <param name="version">The protocol version that its messages are encrypted in.</param>
internal sealed class HandleSession(int id, TimeSpan timeout, ProtocolVersion version)
{
    // Limits attacks that try which messages decrypt.
    private const int MaxSpoiled = 3;

    private HandleIdentity? _identity;
    private int _pending;
    private int _spoiled;
    private long _usedAt;

    public int Id { get; } = id;

    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The protocol version that its messages are encrypted in, whatever their envelopes say.</summary>
    public ProtocolVersion Version { get; } = version;

    /// <summary>The session key; null until the client has sent it.</summary>
    public SessionKey? Key { get; set; }

    /// <summary>The owner; null until it is known. Only messages signed with the key are the owner's.</summary>
    public HandleIdentity? Identity => _identity;

    /// <summary>The identity that the session was set up for, as its client said; null if it named none.</summary>
    public Reference? Claimed { get; init; }

    /// <summary>The source that set the session up. Over UDP it may be forged.</summary>
    public NetworkSource Source { get; init; }

    /// <summary>True if the session was set up over UDP.</summary>
    public bool IsOverUdp { get; init; }

    /// <summary>
    /// True after a message signed with the key: whoever set the session up has received the answer.
    /// </summary>
    public bool IsHeard { get; set; }

    /// <summary>
    /// True after a message signed with the key, or a correct answer to a challenge, has proved the owner.
    /// </summary>
    public bool IsProved { get; set; }

    /// <summary>The counters of signed messages that were seen.</summary>
    public ReplayWindow Window { get; } = new();

    /// <summary>The time of creation, as a timestamp of the clock. No session lives longer than a day.</summary>
    public long MadeAt { get; init; }

    /// <summary>The time of the owner's last use, as a timestamp of the clock.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }

    /// <summary>
    /// Counts a message that could not be decrypted. True if there are too many and the session must end.
    /// </summary>
    public bool IsSpoiled() => Interlocked.Increment(ref _spoiled) >= MaxSpoiled;

    /// <summary>True if the client that set the session up named this identity.</summary>
    public bool IsClaimedBy(HandleIdentity identity) =>
        Claimed is { } claimed && HandleNames.IsSame(claimed, identity.Reference);

    /// <summary>
    /// Gives the session to an owner. An owner is never replaced by another, but may renew its proof. False if the
    /// session is another's.
    /// </summary>
    public bool TryOwn(HandleIdentity identity)
    {
        var known = Interlocked.CompareExchange(ref _identity, identity, null);
        if (known is null)
        {
            return true;
        }
        if (!HandleNames.IsSame(known.Reference, identity.Reference))
        {
            return false;
        }
        Volatile.Write(ref _identity, identity);
        return true;
    }

    /// <summary>
    /// Sets the challenge that the session must answer, by its number in <see cref="ChallengeStore"/>. Gives the number
    /// that it replaces, or 0.
    /// </summary>
    public int Ask(int challenge) => Interlocked.Exchange(ref _pending, challenge);

    /// <summary>The number of the challenge to answer, or 0. It may have been answered.</summary>
    public int Pending => Volatile.Read(ref _pending);
}
