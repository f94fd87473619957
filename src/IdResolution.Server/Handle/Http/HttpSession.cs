using System.Security.Cryptography;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Http;

/// <summary>A session over HTTP: a nonce to be answered, then who answered it. Thread-safe.</summary>
/// <param name="id">What names it, and speaks for its owner once it has one: 128 random bits.</param>
/// <param name="createdAt">The clock's timestamp.</param>
internal sealed class HttpSession(string id, long createdAt)
{
    private byte[]? _nonce;
    private long _usedAt = createdAt;

    /// <summary>Its name.</summary>
    public string Id { get; } = id;

    /// <summary>When it was made, by the clock's timestamp.</summary>
    public long CreatedAt { get; } = createdAt;

    /// <summary>Who it belongs to; null until that is proved.</summary>
    public HandleIdentity? Identity { get; set; }

    /// <summary>When it was used last, by the clock's timestamp.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }

    /// <summary>The nonce to answer; another one once it was answered.</summary>
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
    /// Takes the nonce, which is thereby of no more use: it is answered once, rightly or wrongly. Null where it was
    /// taken before.
    /// </summary>
    public byte[]? TakeNonce() => Interlocked.Exchange(ref _nonce, null);
}
