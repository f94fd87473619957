using System.Text;

namespace IdResolution.Core.Records;

/// <summary>A value in a row of a side table. The kind of its column says which property holds it.</summary>
public readonly record struct SideValue
{
    private readonly object? _reference;

    private SideValue(long number, object? reference)
    {
        Number = number;
        _reference = reference;
    }

    /// <summary>The value of a <see cref="SideColumnKind.Number"/>; 0 for other kinds.</summary>
    public long Number { get; }

    /// <summary>The value of a <see cref="SideColumnKind.Code"/> or <see cref="SideColumnKind.Text"/>.</summary>
    public string Text => (string)_reference!;

    /// <summary>The value of a <see cref="SideColumnKind.Bytes"/>. The array is not copied.</summary>
    public byte[] Bytes => (byte[])_reference!;

    /// <summary>Makes the value of a <see cref="SideColumnKind.Number"/>.</summary>
    public static implicit operator SideValue(long number) => new(number, null);

    /// <summary>Makes the value of a <see cref="SideColumnKind.Code"/> or <see cref="SideColumnKind.Text"/>.</summary>
    public static implicit operator SideValue(string text) => new(0, text);

    /// <summary>Makes the value of a <see cref="SideColumnKind.Bytes"/>. The array is not copied.</summary>
    public static implicit operator SideValue(byte[] bytes) => new(0, bytes);

    /// <summary>The named form of the conversion from a number.</summary>
    public static SideValue Of(long number) => number;

    /// <summary>The named form of the conversion from a text.</summary>
    public static SideValue Of(string text) => text;

    /// <summary>The named form of the conversion from bytes.</summary>
    public static SideValue Of(byte[] bytes) => bytes;

    /// <summary>The bytes by which a column of the kind is compared. A number is eight bytes, big-endian.</summary>
    public byte[] Encode(SideColumnKind kind)
    {
        if (kind == SideColumnKind.Bytes)
        {
            return Bytes;
        }
        if (kind != SideColumnKind.Number)
        {
            return Encoding.UTF8.GetBytes(Text);
        }
        var bytes = new byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, Number);
        return bytes;
    }
}
