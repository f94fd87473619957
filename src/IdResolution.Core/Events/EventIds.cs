using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
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

    /// <summary>Makes ids with the key file of the node. All nodes of a store make the same.</summary>
    public EventIds(NodeSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _hash = new KeyedHash(secrets.KeyFor("event ids"));
    }

    /// <summary>The id of the event with an object number.</summary>
    public Guid Of(long objectNumber)
    {
        Span<byte> id = stackalloc byte[16];
        Write(objectNumber, id);
        return new Guid(id, bigEndian: true);
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
