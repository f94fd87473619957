using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IdResolution.Core.Primitives;

/// <summary>
/// Makes registration digests, and encrypts secrets at rest. A secret is encrypted with a data key, which its
/// ciphertext names by number, and is bound to its owner. Data keys are in the database, wrapped with a key of the key
/// file. Thread-safe.
/// </summary>
public sealed class NodeSecrets
{
    /// <summary>The length of the key in the key file, in bytes.</summary>
    public const int KeyLength = KeyRing.KeyLength;

    /// <summary>The data key of ciphertexts without number and owner, as earlier versions made them.</summary>
    public const int UnboundNumber = 0;

    private const byte Form = 1;
    private const int HeaderLength = 1 + sizeof(int);

    private readonly byte[] _digestKey;
    private readonly KeyedHash _digests;
    private volatile KeyRing _ring;
    private volatile IReadOnlyDictionary<int, byte[]> _dataKeys = new Dictionary<int, byte[]>();

    /// <summary>Takes the keys of a key file. Its data keys are set by <see cref="DataKeys"/>.</summary>
    public NodeSecrets(KeyRing ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        _ring = ring;
        _digestKey = ring.DigestKey;
        _digests = new KeyedHash(_digestKey);
        Fingerprint = ring.Fingerprint;
    }

    /// <summary>Takes a first key alone, with a data key derived from it: for a node without a store.</summary>
    public NodeSecrets(ReadOnlySpan<byte> key)
        : this(new KeyRing(key)) =>
        _dataKeys = new Dictionary<int, byte[]>
        {
            [UnboundNumber] = _ring.FirstDataKey()!,
            [1] = SHA256.HashData(_ring.FirstDataKey()!),
        };

    /// <summary>Identifies the key file without revealing the key. It is stored in the database.</summary>
    public string Fingerprint { get; }

    /// <summary>The keys of the key file.</summary>
    public KeyRing Ring
    {
        get => _ring;
        internal set => _ring = value;
    }

    /// <summary>The data keys that are known, by number. Secrets are encrypted with the last.</summary>
    internal IReadOnlyDictionary<int, byte[]> DataKeys
    {
        get => _dataKeys;
        set => _dataKeys = value;
    }

    /// <summary>
    /// Gives a data key that is not known: the one of a number or, without one, that to encrypt with. It may throw;
    /// null where there is none.
    /// </summary>
    internal Func<int?, (int Number, byte[] Key)?>? Unknown { get; set; }

    /// <summary>True if the last data key cannot be read with the key file.</summary>
    internal bool LacksLast { get; set; }

    /// <summary>Computes the HMAC-SHA256 of the canonical form of a registration.</summary>
    public byte[] Digest(ReadOnlySpan<byte> canonical)
    {
        var digest = new byte[HMACSHA256.HashSizeInBytes];
        _digests.Compute(canonical, digest);
        return digest;
    }

    /// <summary>
    /// A key for HMACs of one purpose, derived from the key of digests: the same on every node, whatever is rotated.
    /// </summary>
    internal byte[] KeyFor(string purpose)
    {
        var key = new byte[KeyLength];
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            _digestKey,
            key,
            [],
            Encoding.UTF8.GetBytes("idresolution " + purpose)
        );
        return key;
    }

    /// <summary>
    /// Encrypts a secret of an owner with AES-256-GCM into u8 form ‖ u32 number of the data key ‖ nonce ‖ ciphertext ‖
    /// tag. Form, number and owner are associated data.
    /// </summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> owner)
    {
        var (number, key) = Last();
        Span<byte> header = stackalloc byte[HeaderLength];
        header[0] = Form;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], number);
        return [.. header, .. Sealing.Encrypt(key, plain, [.. header, .. owner])];
    }

    /// <summary>
    /// Decrypts the result of <see cref="Encrypt"/>, or what an earlier version made, which is bound to no owner.
    /// </summary>
    /// <exception cref="CryptographicException">
    /// The bytes were changed, are another owner's, or were not encrypted with a key of this node.
    /// </exception>
    public byte[] Decrypt(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> owner)
    {
        if (TryNumber(sealedBytes, out var number))
        {
            try
            {
                return Sealing.Decrypt(
                    Find(number),
                    sealedBytes[HeaderLength..],
                    [.. sealedBytes[..HeaderLength], .. owner]
                );
            }
            catch (CryptographicException)
            {
                // One in 17 million of those without header looks as if it had one.
            }
        }
        return Sealing.Decrypt(Find(UnboundNumber), sealedBytes, []);
    }

    /// <summary>The number of the data key that a ciphertext names.</summary>
    public static int NumberOf(ReadOnlySpan<byte> sealedBytes) =>
        TryNumber(sealedBytes, out var number) ? number : UnboundNumber;

    /// <summary>True if a ciphertext is bound to its owner.</summary>
    public static bool IsBound(ReadOnlySpan<byte> sealedBytes) => TryNumber(sealedBytes, out _);

    /// <summary>True if a ciphertext was made with the last data key.</summary>
    public bool IsOfLast(ReadOnlySpan<byte> sealedBytes) =>
        TryNumber(sealedBytes, out var number) && number == Last().Number;

    private (int Number, byte[] Key) Last()
    {
        var keys = _dataKeys;
        var last = UnboundNumber;
        foreach (var number in keys.Keys)
        {
            last = Math.Max(last, number);
        }
        if (last != UnboundNumber && !LacksLast)
        {
            return (last, keys[last]);
        }
        return Unknown?.Invoke(null) ?? throw new CryptographicException("There is no data key.");
    }

    private byte[] Find(int number) =>
        _dataKeys.TryGetValue(number, out var key)
            ? key
            : Unknown?.Invoke(number)?.Key ?? throw new CryptographicException("The data key is not known.");

    /// <summary>
    /// Reads the number of the data key. Numbers are small: what an earlier version made begins with random bytes.
    /// </summary>
    private static bool TryNumber(ReadOnlySpan<byte> sealedBytes, out int number)
    {
        number = 0;
        return sealedBytes.Length >= HeaderLength + Sealing.Overhead
            && sealedBytes[0] == Form
            && (number = BinaryPrimitives.ReadInt32BigEndian(sealedBytes[1..])) is > UnboundNumber and < 65_536;
    }
}
