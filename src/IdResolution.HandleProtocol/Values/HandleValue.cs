using System.Diagnostics.CodeAnalysis;
using System.Text;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Values;

/// <summary>A value of a handle (RFC 3651 §3.1).</summary>
public sealed record HandleValue
{
    /// <summary>The TTL of a value that sets none, in seconds: one day.</summary>
    public const int DefaultTtl = 86_400;

    /// <summary>The bytes of the smallest value on the wire, whose type, data and references are empty.</summary>
    public const int LeastLength = 26;

    /// <summary>1 and up. The codec does not check it; whoever accepts the value does.</summary>
    public required int Index { get; init; }

    /// <summary>The time of the last change, in seconds since 1970 UTC; set by the server.</summary>
    public uint Timestamp { get; init; }

    /// <summary>0: <see cref="Ttl"/> is relative. 1: it is absolute.</summary>
    public byte TtlType { get; init; }

    /// <summary>In seconds: how long the value may be cached, or, if absolute, until when since 1970 UTC.</summary>
    public int Ttl { get; init; } = DefaultTtl;

    /// <summary>Who may read and write the value.</summary>
    public ValuePermissions Permissions { get; init; } = ValuePermissions.Usual;

    /// <summary>The type, such as <c>URL</c> or <c>HS_ADMIN</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The bytes of the value; the type says what they mean.</summary>
    public required byte[] Data { get; init; }

    /// <summary>The values that this value refers to.</summary>
    public IReadOnlyList<ValueReference> References { get; init; } = [];

    /// <summary>The data decoded as UTF-8; invalid bytes become U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Data);

    /// <summary>Reads one value; false if the bytes are malformed or its texts are not UTF-8.</summary>
    public static bool TryRead(ref WireReader reader, [NotNullWhen(true)] out HandleValue? value)
    {
        value = null;
        if (
            !reader.TryInt32(out var index)
            || !reader.TryInt32(out var timestamp)
            || !reader.TryByte(out var ttlType)
            || !reader.TryInt32(out var ttl)
            || !reader.TryByte(out var permissions)
            || !reader.TryText(out var type)
            || !reader.TryArray(out var data)
            || !BodyLists.TryReferences(ref reader, out var references)
        )
        {
            return false;
        }
        value = new HandleValue
        {
            Index = index,
            Timestamp = (uint)timestamp,
            TtlType = ttlType,
            Ttl = ttl,
            Permissions = (ValuePermissions)permissions,
            Type = type,
            Data = data.ToArray(),
            References = references,
        };
        return true;
    }

    /// <summary>Writes the value in its wire form.</summary>
    public void Write(WireWriter writer)
    {
        writer.Int32(Index);
        writer.Int32((int)Timestamp);
        writer.Byte(TtlType);
        writer.Int32(Ttl);
        writer.Byte((byte)Permissions);
        writer.Text(Type);
        writer.Array(Data);
        BodyLists.Write(writer, References);
    }
}
