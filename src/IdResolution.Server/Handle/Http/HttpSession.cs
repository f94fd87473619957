using System.Security.Cryptography;
using IdResolution.Core.Access;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Http;

/// <summary>A session over HTTP. The client answers its nonce, and then owns the session. Thread-safe.</summary>
/// <param name="id">The id, 128 random bits. Whoever sends it acts as the owner, if the session has one.</param>
/// <param name="createdAt">The time of creation, as a timestamp of the clock.</param>
internal sealed class HttpSession(string id, long createdAt)
{
    private byte[]? _nonce;
    private long _usedAt = createdAt;

    public string Id { get; } = id;

    /// <summary>The time of creation, as a timestamp of the clock.</summary>
    public long CreatedAt { get; } = createdAt;

    /// <summary>The owner; null until a client has proved its identity.</summary>
    public HandleIdentity? Identity
    {
        get;
        // A session outlives the request that proved the identity.
        set => field = value?.From(Caller.Anonymous);
    }

    /// <summary>The time of the last use, as a timestamp of the clock.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }

    /// <summary>The nonce that the client must answer. After an answer there is a new one.</summary>
    public byte[] Nonce
    {
        get
        {
            if (Volatile.Read(ref _nonce) is { } kept)
            {
                return kept;
            }
            var made = RandomNumberGenerator.GetBytes(MessageLimits.NonceLength);
            return Interlocked.CompareExchange(ref _nonce, made, null) ?? made;
        }
    }

    /// <summary>
    /// Takes the nonce away, so that it is answered only once, rightly or wrongly. Null if it was taken before.
    /// </summary>
    public byte[]? TakeNonce() => Interlocked.Exchange(ref _nonce, null);
}
