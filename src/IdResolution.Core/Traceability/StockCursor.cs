using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Where a list of the stock goes on, as text for callers: the position of the last row.</summary>
internal static class StockCursor
{
    /// <summary>Writes the cursor of a position.</summary>
    public static string ToText(StockPosition position)
    {
        var bytes = new List<byte>();
        Add(bytes, position.Place?.Folded.Bytes ?? []);
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, position.Item);
        bytes.AddRange(number);
        Add(bytes, Encoding.UTF8.GetBytes(position.Unit));
        Add(bytes, position.Holder?.Folded.Bytes ?? []);
        return Base64Url.EncodeToString([.. bytes]);
    }

    /// <summary>Reads a cursor.</summary>
    public static bool TryParse(string text, out StockPosition position)
    {
        position = default;
        if (text.Length > 1_024 || !Base64Url.IsValid(text))
        {
            return false;
        }
        ReadOnlySpan<byte> rest = Base64Url.DecodeFromChars(text);
        if (!TryRead(ref rest, out var place) || rest.Length < sizeof(long))
        {
            return false;
        }
        var item = BinaryPrimitives.ReadInt64BigEndian(rest);
        rest = rest[sizeof(long)..];
        if (!TryRead(ref rest, out var unit) || !TryRead(ref rest, out var holder) || rest.Length > 0)
        {
            return false;
        }
        position = new StockPosition(Key(place), item, Encoding.UTF8.GetString(unit), Key(holder));
        return place.Length > 0 && unit.Length <= EventTexts.MaxUnit;
    }

    private static ItemKey? Key(byte[] bytes) => bytes.Length == 0 ? null : ItemKey.Stored(bytes);

    private static void Add(List<byte> bytes, byte[] value)
    {
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)value.Length);
        bytes.AddRange(length);
        bytes.AddRange(value);
    }

    private static bool TryRead(ref ReadOnlySpan<byte> rest, out byte[] value)
    {
        value = [];
        if (rest.Length < sizeof(ushort))
        {
            return false;
        }
        var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        rest = rest[sizeof(ushort)..];
        if (length > ItemKey.MaxLength || length > rest.Length)
        {
            return false;
        }
        value = rest[..length].ToArray();
        rest = rest[length..];
        return true;
    }
}
