using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace IdResolution.Core.Primitives;

/// <summary>
/// HMAC-SHA256 with one key. Its objects are used again, because OpenSSL takes several microseconds to make one.
/// Thread-safe.
/// </summary>
internal sealed class KeyedHash(byte[] key)
{
    private readonly ConcurrentBag<HMACSHA256> _idle = [];

    /// <summary>Computes the hash of bytes.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="destination">Receives the hash, 32 bytes.</param>
    public void Compute(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!_idle.TryTake(out var hash))
        {
            hash = new HMACSHA256(key);
        }
        hash.TryComputeHash(source, destination, out _);
        _idle.Add(hash);
    }
}
