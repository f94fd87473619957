using System.Security.Cryptography;

namespace IdResolution.Core.Primitives;

/// <summary>
/// HMAC-SHA256 with one key. Keeps an object with its key for each thread, because OpenSSL takes several microseconds to
/// make one. Thread-safe.
/// </summary>
internal sealed class KeyedHash(byte[] key)
{
    private readonly ThreadLocal<HMACSHA256> _hashes = new(() => new HMACSHA256(key));

    /// <summary>Computes the hash of bytes.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="destination">Receives the hash, 32 bytes.</param>
    public void Compute(ReadOnlySpan<byte> source, Span<byte> destination) =>
        _hashes.Value!.TryComputeHash(source, destination, out _);
}
