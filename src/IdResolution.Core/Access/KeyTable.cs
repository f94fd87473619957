using System.Buffers.Binary;
using System.Security.Cryptography;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Access;

/// <summary>The keys by hash, as of one state of the catalog. Immutable.</summary>
public sealed class KeyTable
{
    private readonly Dictionary<ulong, Entry> _byHash = [];
    private readonly TimeProvider _time;

    /// <summary>Indexes the keys; a key unchanged since <paramref name="previous"/> keeps its rate limiter.</summary>
    public KeyTable(IEnumerable<ApiKey> keys, KeyTable? previous, TimeProvider time)
    {
        _time = time;
        foreach (var key in keys)
        {
            var hash = Convert.FromHexString(key.Hash);
            var old = previous?.Find(hash);
            var caller =
                old is not null && old.Key == key
                    ? old.Caller
                    : new Caller(key.Role, key.Object, key.Id)
                    {
                        Limiter = key.RateLimit is { } limit ? new RateLimiter(limit, time) : null,
                    };
            _byHash[BinaryPrimitives.ReadUInt64LittleEndian(hash)] = new Entry(key, hash, caller);
        }
    }

    /// <summary>
    /// The caller of a key; null where no such key is known yet; an error where it is revoked or expired.
    /// </summary>
    public Result<Caller?> Authenticate(ReadOnlySpan<byte> keyUtf8)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(keyUtf8, hash);
        var entry = Find(hash);
        if (entry is null)
        {
            return (Caller?)null;
        }
        if (entry.Key.RevokedAt is not null)
        {
            return Error.Of(ErrorCode.AuthenticationFailed, "The key was revoked.", "密钥已被吊销。");
        }
        return entry.Key.ExpiresAt is { } end && end <= _time.GetUtcNow()
            ? Error.Of(ErrorCode.AuthenticationFailed, "The key has expired.", "密钥已过期。")
            : entry.Caller;
    }

    private Entry? Find(ReadOnlySpan<byte> hash) =>
        _byHash.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(hash), out var entry)
        && CryptographicOperations.FixedTimeEquals(entry.Hash, hash)
            ? entry
            : null;

    private sealed record Entry(ApiKey Key, byte[] Hash, Caller Caller);
}
