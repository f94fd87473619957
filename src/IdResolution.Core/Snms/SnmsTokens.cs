using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Snms;

/// <summary>
/// Gives out the tokens of log-ins, and finds who holds one. Nothing is kept of them: a token names the key and its own
/// end, and an HMAC over both and the key's secret shows that a node with this key file made it. So it holds on every
/// node and over restarts, and ends at once with its key. Thread-safe.
/// </summary>
public sealed class SnmsTokens(CatalogHolder catalog, NodeSecrets secrets, TimeProvider time)
{
    /// <summary>How long a token holds (SNMS, 1).</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    // version ‖ u64 end in seconds since 1970 ‖ HMAC ‖ id of the key
    private const byte Version = 1;
    private const int MacAt = 1 + sizeof(long);
    private const int IdAt = MacAt + HMACSHA256.HashSizeInBytes;
    private const int MaxId = 32;
    private const int MaxText = 128;
    private const int MaxSecret = 512;

    // Not every call with a token should cost a HMAC. A token's place is by its own HMAC, which nobody can choose.
    private const int Places = 256;

    private readonly byte[] _key = secrets.KeyFor("snms token");
    private readonly Known?[] _known = new Known?[Places];

    /// <summary>Makes a token for a key with a secret.</summary>
    public string Give(ApiKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var token = new byte[IdAt + key.Id.Length];
        token[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(1), (time.GetUtcNow() + Life).ToUnixTimeSeconds());
        Encoding.ASCII.GetBytes(key.Id, token.AsSpan(IdAt));
        Authenticate(key, token, token.AsSpan(MacAt, HMACSHA256.HashSizeInBytes));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>
    /// The caller who holds a token; null if it does not hold, or no longer. Allocates for a token's first call alone.
    /// </summary>
    public Caller? Find(ReadOnlySpan<char> text)
    {
        Span<byte> token = stackalloc byte[IdAt + MaxId];
        if (
            text.Length > MaxText
            || !Base64Url.IsValid(text, out var length)
            || length <= IdAt
            || length > token.Length
            || !Base64Url.TryDecodeFromChars(text, token, out length)
            || token[0] != Version
            || BinaryPrimitives.ReadInt64BigEndian(token[1..]) <= time.GetUtcNow().ToUnixTimeSeconds()
        )
        {
            return null;
        }
        token = token[..length];
        Span<char> id = stackalloc char[MaxId];
        id = id[..Encoding.ASCII.GetChars(token[IdAt..], id)];
        var keys = catalog.Current.KeyTable;
        return keys.Find(id) is { Key.HasSecret: true } found && IsOf(found.Key, token) ? keys.Use(found) : null;
    }

    private bool IsOf(ApiKey key, ReadOnlySpan<byte> token)
    {
        ref var place = ref _known[token[MacAt]];
        // Another key, or the same one after a change, is another object.
        if (
            Volatile.Read(ref place) is { } known
            && ReferenceEquals(known.Key, key)
            && CryptographicOperations.FixedTimeEquals(known.Token, token)
        )
        {
            return true;
        }
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Authenticate(key, token, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, token.Slice(MacAt, mac.Length)))
        {
            return false;
        }
        Volatile.Write(ref place, new Known(key, token.ToArray()));
        return true;
    }

    /// <summary>Computes the HMAC of a token for a key. The key's secret is as it is stored, still encrypted.</summary>
    private void Authenticate(ApiKey key, ReadOnlySpan<byte> token, Span<byte> mac)
    {
        Span<byte> text = stackalloc byte[MacAt + MaxId + MaxSecret];
        token[..MacAt].CopyTo(text);
        var length = MacAt + Encoding.ASCII.GetBytes(key.Id, text[MacAt..]);
        length += Encoding.ASCII.GetBytes(key.Secret, text[length..]);
        HMACSHA256.HashData(_key, text[..length], mac);
    }

    /// <summary>A token whose HMAC was computed for a key, and is right.</summary>
    private sealed record Known(ApiKey Key, byte[] Token);
}
