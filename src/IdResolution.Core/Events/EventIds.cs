using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Events;

/// <summary>
/// The ids of events: UUIDs of version 8 (RFC 9562 §5.8) made from the object number and an HMAC of it. So an id leads
/// to its event without an index, and nobody can guess another one. Thread-safe.
/// </summary>
public sealed class EventIds
{
    private const long Greatest = (1L << 48) - 1;

    private readonly KeyedHash _hash;
    private readonly byte[] _partnersKey;

    /// <summary>Makes ids with the key file of the node. All nodes of a store make the same.</summary>
    public EventIds(NodeSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _hash = new KeyedHash(secrets.KeyFor("event ids"));
        _partnersKey = secrets.KeyFor("event ids of partners");
    }

    /// <summary>The id of the event with an object number.</summary>
    public Guid Of(long objectNumber)
    {
        Span<byte> id = stackalloc byte[16];
        Write(objectNumber, id);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>
    /// The id by which a partner is told of the event. It is of that partner alone, and tells not how many events there
    /// are between two that it sees. Without a partner, the id of all others.
    /// </summary>
    public Guid Of(long objectNumber, string? partner)
    {
        if (partner is null)
        {
            return Of(objectNumber);
        }
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt64BigEndian(id, objectNumber);
        using var aes = CipherOf(partner);
        aes.EncryptEcb(id, id, PaddingMode.None);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>Reads an id that a partner was told, or one of all others.</summary>
    public bool TryParse([NotNullWhen(true)] string? text, string? partner, out long objectNumber)
    {
        if (TryParse(text, out objectNumber))
        {
            return true;
        }
        if (partner is null || !Guid.TryParseExact(text, "D", out var id))
        {
            return false;
        }
        Span<byte> given = stackalloc byte[16];
        id.TryWriteBytes(given, bigEndian: true, out _);
        using var aes = CipherOf(partner);
        aes.DecryptEcb(given, given, PaddingMode.None);
        objectNumber = BinaryPrimitives.ReadInt64BigEndian(given);
        return objectNumber > 0 && BinaryPrimitives.ReadInt64BigEndian(given[8..]) == 0;
    }

    // An id is one block, and the same event has the same id: what else would call for a mode is not there.
    private Aes CipherOf(string partner)
    {
        var aes = Aes.Create();
        aes.Key = HMACSHA256.HashData(_partnersKey, Encoding.UTF8.GetBytes(partner));
        return aes;
    }

    /// <summary>Reads an id, also as <c>urn:uuid:…</c>. False for one that this store did not give.</summary>
    public bool TryParse([NotNullWhen(true)] string? text, out long objectNumber)
    {
        const string Urn = "urn:uuid:";
        objectNumber = 0;
        if (text?.StartsWith(Urn, StringComparison.OrdinalIgnoreCase) == true)
        {
            text = text[Urn.Length..];
        }
        if (!Guid.TryParseExact(text, "D", out var id))
        {
            return false;
        }
        Span<byte> given = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        id.TryWriteBytes(given, bigEndian: true, out _);
        objectNumber = BinaryPrimitives.ReadInt64BigEndian(given) >>> 16;
        Write(objectNumber, right);
        return CryptographicOperations.FixedTimeEquals(given, right);
    }

    private void Write(long objectNumber, Span<byte> id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(objectNumber, Greatest);
        Span<byte> number = stackalloc byte[sizeof(long)];
        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(number, objectNumber);
        _hash.Compute(number, tag);
        number[2..].CopyTo(id);
        tag[..10].CopyTo(id[6..]);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
    }
}
