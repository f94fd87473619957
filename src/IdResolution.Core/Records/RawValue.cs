using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>A Handle value that belongs to no attribute of a template (RFC 3651 §3.1).</summary>
public sealed record RawValue
{
    /// <summary>The time to live of a value that states none: one day, in seconds.</summary>
    public const int DefaultTtl = 86_400;

    /// <summary>The type of secrets. Their data is encrypted at rest, and no view of REST shows it.</summary>
    public const string SecretKeyType = "HS_SECKEY";

    /// <summary>The type of values that give rights to administrators.</summary>
    public const string AdminType = "HS_ADMIN";

    /// <summary>The Handle index: 1 or more, unique in the record.</summary>
    public required int Index { get; init; }

    /// <summary>The Handle type, at most 255 bytes of UTF-8.</summary>
    public required string Type { get; init; }

    /// <summary>The data. A stored secret is in its encrypted form.</summary>
    public required byte[] Data { get; init; }

    /// <summary>0: the time to live is relative to the answer. 1: it is absolute (seconds since 1970).</summary>
    public byte TtlType { get; init; }

    /// <summary>The time to live in seconds. An absolute time is read as unsigned.</summary>
    public int Ttl { get; init; } = DefaultTtl;

    /// <summary>The end of an absolute time to live; null if it is relative.</summary>
    public DateTimeOffset? ExpiresAt => TtlType == 0 ? null : DateTimeOffset.FromUnixTimeSeconds((uint)Ttl);

    /// <summary>Who may read and write the value. By default administrators do both and everyone reads.</summary>
    public Permissions Permissions { get; init; } =
        Permissions.AdminRead | Permissions.AdminWrite | Permissions.PublicRead;

    /// <summary>References to values of other handles; empty for none.</summary>
    public IReadOnlyList<Reference> References { get; init; } = [];

    /// <summary>True if the type is <see cref="SecretKeyType"/>, in any case of letters.</summary>
    public bool IsSecret => Type.Equals(SecretKeyType, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// True for a value that proves an identity, grants rights, or says which servers clients trust with a prefix (RFC
    /// 3651 §3.2). Only administrators may write it. HS_ALIAS is not one: no right is judged by way of an alias. Nor
    /// are HS_CERT and HS_SIGNATURE: what they say counts only as far as somebody else's signature proves it.
    /// </summary>
    public bool IsGranting =>
        IsSecret
        || IsOneOf(AdminType)
        || IsOneOf("HS_PUBKEY")
        || IsOneOf("HS_VLIST")
        || IsOneOf("HS_NA_DELEGATE")
        || IsKindOf("HS_SITE")
        || IsKindOf("HS_SERV");

    /// <summary>True for a type of the Handle protocol itself, which begins with <c>HS_</c>.</summary>
    public bool IsOfProtocol => Type.StartsWith("HS_", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The owner that a secret is encrypted for, so that nobody who writes to the database can move it: the record, by
    /// its lookup key, and the index.
    /// </summary>
    public byte[] OwnerIn(LookupKey record)
    {
        var owner = new byte[7 + record.Bytes.Length + sizeof(int)];
        "record:"u8.CopyTo(owner);
        record.Bytes.CopyTo(owner, 7);
        BinaryPrimitives.WriteInt32BigEndian(owner.AsSpan(owner.Length - sizeof(int)), Index);
        return owner;
    }

    /// <summary>
    /// Encodes the canonical value: the Handle encoding (RFC 3651 §3.1) without index and timestamp, big-endian <c>u8
    /// ttl type ‖ i32 ttl ‖ u8 permissions ‖ arr type ‖ arr data ‖ i32 n ‖ n × (arr handle ‖ i32 index)</c>.
    /// </summary>
    public byte[] Encode()
    {
        using var stream = new MemoryStream(64 + Data.Length);
        using var writer = new BinaryWriter(stream);
        writer.Write(TtlType);
        Int(writer, Ttl);
        writer.Write((byte)Permissions);
        Array(writer, Encoding.UTF8.GetBytes(Type));
        Array(writer, Data);
        Int(writer, References.Count);
        foreach (var reference in References)
        {
            Array(writer, Encoding.UTF8.GetBytes(reference.Handle));
            Int(writer, reference.Index);
        }
        return stream.ToArray();
    }

    /// <summary>
    /// Reads the data of a secret from what <see cref="Encode"/> wrote, without copying it; false for anything else.
    /// </summary>
    public static bool TryReadSecret(ReadOnlySpan<byte> encoded, out ReadOnlySpan<byte> data)
    {
        data = default;
        return encoded.Length >= 6
            && TryArray(encoded[6..], out var type, out var rest)
            && Ascii.EqualsIgnoreCase(type, SecretKeyType)
            && TryArray(rest, out data, out _);

        static bool TryArray(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> array, out ReadOnlySpan<byte> rest)
        {
            array = default;
            rest = default;
            if (
                bytes.Length < sizeof(int)
                || BinaryPrimitives.ReadInt32BigEndian(bytes) is var length && (length < 0 || length > bytes.Length - 4)
            )
            {
                return false;
            }
            array = bytes.Slice(sizeof(int), length);
            rest = bytes[(sizeof(int) + length)..];
            return true;
        }
    }

    /// <summary>Reads what <see cref="Encode"/> wrote; false for anything else.</summary>
    public static bool TryDecode(
        int index,
        ReadOnlySpan<byte> encoded,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RawValue? value
    )
    {
        value = null;
        var rest = encoded;
        if (rest.Length < 6)
        {
            return false;
        }
        var ttlType = rest[0];
        var ttl = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
        var permissions = (Permissions)rest[5];
        rest = rest[6..];
        if (
            !TryArray(ref rest, out var type)
            || !TryArray(ref rest, out var data)
            || !TryReferences(ref rest, out var references)
            || !rest.IsEmpty
            || !Utf8.IsValid(type)
        )
        {
            return false;
        }
        value = new RawValue
        {
            Index = index,
            Type = Encoding.UTF8.GetString(type),
            Data = data.ToArray(),
            TtlType = ttlType,
            Ttl = ttl,
            Permissions = permissions,
            References = references,
        };
        return true;
    }

    /// <summary>The bytes of the value in a Handle message: index, timestamp and <see cref="Encode"/>.</summary>
    internal int MessageLength()
    {
        var length = 8 + 6 + 4 + Encoding.UTF8.GetByteCount(Type) + 4 + Data.Length + 4;
        foreach (var reference in References)
        {
            length += 8 + Encoding.UTF8.GetByteCount(reference.Handle);
        }
        return length;
    }

    internal bool IsOneOf(string type) => Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for a type or one below it, such as <c>HS_SITE.PREFIX</c>.</summary>
    private bool IsKindOf(string type) =>
        Type.StartsWith(type, StringComparison.OrdinalIgnoreCase)
        && (Type.Length == type.Length || Type[type.Length] == '.');

    private static void Int(BinaryWriter writer, int value) => writer.Write(BinaryPrimitives.ReverseEndianness(value));

    private static void Array(BinaryWriter writer, byte[] value)
    {
        Int(writer, value.Length);
        writer.Write(value);
    }

    private static bool TryReferences(
        ref ReadOnlySpan<byte> rest,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Reference[]? references
    )
    {
        references = null;
        if (!TryInt(ref rest, out var count) || count > rest.Length / 8)
        {
            return false;
        }
        var read = new Reference[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryArray(ref rest, out var handle) || !TryInt(ref rest, out var at) || !Utf8.IsValid(handle))
            {
                return false;
            }
            read[i] = new Reference(Encoding.UTF8.GetString(handle), at);
        }
        references = read;
        return true;
    }

    private static bool TryInt(ref ReadOnlySpan<byte> rest, out int value)
    {
        value = 0;
        if (rest.Length < 4)
        {
            return false;
        }
        value = BinaryPrimitives.ReadInt32BigEndian(rest);
        rest = rest[4..];
        return value >= 0;
    }

    private static bool TryArray(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryInt(ref rest, out var length) || length > rest.Length)
        {
            return false;
        }
        value = rest[..length];
        rest = rest[length..];
        return true;
    }
}
