using System.Text;

namespace IdResolution.Core.Records;

/// <summary>A value in a row of a side table; its column says of which kind it is.</summary>
public readonly record struct SideValue
{
    private readonly object? _reference;

    private SideValue(long number, object? reference)
    {
        Number = number;
        _reference = reference;
    }

    /// <summary>A number's value.</summary>
    public long Number { get; }

    /// <summary>A code's or a text's value.</summary>
    public string Text => (string)_reference!;

    /// <summary>The value of bytes.</summary>
    public byte[] Bytes => (byte[])_reference!;

    /// <summary>A number.</summary>
    public static implicit operator SideValue(long number) => new(number, null);

    /// <summary>A code or a text.</summary>
    public static implicit operator SideValue(string text) => new(0, text);

    /// <summary>Bytes.</summary>
    public static implicit operator SideValue(byte[] bytes) => new(0, bytes);

    /// <summary>A number.</summary>
    public static SideValue Of(long number) => number;

    /// <summary>A code or a text.</summary>
    public static SideValue Of(string text) => text;

    /// <summary>Bytes.</summary>
    public static SideValue Of(byte[] bytes) => bytes;

    /// <summary>The bytes that a column of a kind compares by; a number's are big-endian.</summary>
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
