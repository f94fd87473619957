using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.Primitives;

/// <summary>
/// What a key file holds: the key of digests, which never changes, and keys that data keys are wrapped with, the oldest
/// first. A file of one line holds the first key alone, from which the key of digests is derived. Immutable.
/// </summary>
public sealed class KeyRing
{
    /// <summary>The length of each key, in bytes.</summary>
    public const int KeyLength = 32;

    private const string Header = "idnode key file 2";
    private const string DigestsWord = "digests ";
    private const string FingerprintWord = "fingerprint ";
    private const string KeyWord = "key ";

    private readonly byte[][] _keys;

    /// <summary>Makes the ring of a first key, and derives the key of digests from it (RFC 5869).</summary>
    public KeyRing(ReadOnlySpan<byte> first)
        : this(
            Derive(Checked(first), "idresolution registration digest"u8),
            Convert.ToHexStringLower(Derive(first, "idresolution key fingerprint"u8)),
            [first.ToArray()]
        ) { }

    private KeyRing(byte[] digestKey, string fingerprint, byte[][] keys)
    {
        DigestKey = digestKey;
        Fingerprint = fingerprint;
        _keys = keys;
        Ids = Array.ConvertAll(keys, IdOf);
    }

    /// <summary>Identifies the key of digests without revealing it. It is stored in the database.</summary>
    public string Fingerprint { get; }

    /// <summary>The ids of the keys, the oldest first: 8 hexadecimal digits each.</summary>
    public IReadOnlyList<string> Ids { get; }

    internal byte[] DigestKey { get; }

    /// <summary>Reads the text of a key file; false if it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out KeyRing? ring)
    {
        ArgumentNullException.ThrowIfNull(text);
        ring = null;
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines is [var only] && TryKey(only, out var first))
        {
            ring = new KeyRing(first);
            return true;
        }
        if (
            lines is not [Header, var digests, var fingerprint, .. { Length: > 0 } keyLines]
            || !digests.StartsWith(DigestsWord, StringComparison.Ordinal)
            || !TryKey(digests[DigestsWord.Length..], out var digestKey)
            || !fingerprint.StartsWith(FingerprintWord, StringComparison.Ordinal)
            || Keys(keyLines) is not { } keys
        )
        {
            return false;
        }
        ring = new KeyRing(digestKey, fingerprint[FingerprintWord.Length..], keys);
        return true;
    }

    /// <summary>The keys that the last lines of a key file hold; null if one of them is no key.</summary>
    private static byte[][]? Keys(string[] lines)
    {
        var keys = new byte[lines.Length][];
        for (var i = 0; i < lines.Length; i++)
        {
            if (
                !lines[i].StartsWith(KeyWord, StringComparison.Ordinal)
                || !TryKey(lines[i][KeyWord.Length..], out var key)
            )
            {
                return null;
            }
            keys[i] = key;
        }
        return keys;
    }

    /// <summary>The text of a key file of several lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Header).Append('\n');
        text.Append(DigestsWord).Append(Convert.ToBase64String(DigestKey)).Append('\n');
        text.Append(FingerprintWord).Append(Fingerprint).Append('\n');
        foreach (var key in _keys)
        {
            text.Append(KeyWord).Append(Convert.ToBase64String(key)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The ring with a new random key at its end.</summary>
    public KeyRing WithNewKey() => new(DigestKey, Fingerprint, [.. _keys, RandomNumberGenerator.GetBytes(KeyLength)]);

    /// <summary>The ring without the keys that are not named. One at least must be.</summary>
    public KeyRing Only(IReadOnlyCollection<string> ids) =>
        new(DigestKey, Fingerprint, [.. _keys.Where((_, i) => ids.Contains(Ids[i]))]);

    /// <summary>Wraps a data key with the key of an id, bound to its name (AES-256-GCM).</summary>
    internal string Wrap(string id, string name, byte[] dataKey)
    {
        var key = Derive(_keys[Find(id)], "idresolution key wrapping"u8);
        return $"{id}:{Convert.ToBase64String(Sealing.Encrypt(key, dataKey, Encoding.UTF8.GetBytes(name)))}";
    }

    /// <summary>Unwraps what <see cref="Wrap"/> made. Null if the ring lacks the key.</summary>
    /// <exception cref="CryptographicException">It was changed, or belongs to another name.</exception>
    internal byte[]? Unwrap(string name, string wrapped)
    {
        var index = Find(IdIn(wrapped));
        return index < 0
            ? null
            : Sealing.Decrypt(
                Derive(_keys[index], "idresolution key wrapping"u8),
                Convert.FromBase64String(wrapped[(wrapped.IndexOf(':', StringComparison.Ordinal) + 1)..]),
                Encoding.UTF8.GetBytes(name)
            );
    }

    /// <summary>The id of the key that wraps a data key.</summary>
    internal static string IdIn(string wrapped) =>
        wrapped[..Math.Max(0, wrapped.IndexOf(':', StringComparison.Ordinal))];

    /// <summary>
    /// The key that earlier versions encrypted with, derived from the first key. Null if the ring lacks that one.
    /// </summary>
    internal byte[]? FirstDataKey()
    {
        foreach (var key in _keys)
        {
            if (Convert.ToHexStringLower(Derive(key, "idresolution key fingerprint"u8)) == Fingerprint)
            {
                return Derive(key, "idresolution secrets at rest"u8);
            }
        }
        return null;
    }

    private int Find(string id)
    {
        for (var i = 0; i < Ids.Count; i++)
        {
            if (Ids[i] == id)
            {
                return i;
            }
        }
        return -1;
    }

    private static string IdOf(byte[] key) => Convert.ToHexStringLower(Derive(key, "idresolution key id"u8))[..8];

    private static bool TryKey(string text, out byte[] key)
    {
        key = new byte[KeyLength];
        return Convert.TryFromBase64String(text, key, out var length) && length == KeyLength;
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> key) =>
        key.Length == KeyLength ? key : throw new ArgumentException($"The key has {KeyLength} bytes.", nameof(key));

    private static byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, [], purpose);
        return derived;
    }
}
