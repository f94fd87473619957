using System.Buffers.Binary;
using System.Globalization;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>Where a list of events goes on. As text <c>LOG.NUMBER.TIME.OBJECT</c>.</summary>
/// <param name="Log">The number of the log's name; 0 for a log without one.</param>
/// <param name="Number">The log number at which the list is read.</param>
/// <param name="Time">The time of the last event, in microseconds since 1970 UTC.</param>
/// <param name="Object">The object number of the last event.</param>
public readonly record struct EventCursor(long Log, long Number, long Time, long Object)
{
    /// <summary>Reads the text of a cursor.</summary>
    public static bool TryParse(string? text, out EventCursor cursor)
    {
        cursor = default;
        if (
            text?.Split('.') is not [var log, var number, var time, var objectNumber]
            || !long.TryParse(log, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var of)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            || !long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var moment)
            || !long.TryParse(objectNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
        )
        {
            return false;
        }
        cursor = new EventCursor(of, at, moment, last);
        return true;
    }

    /// <summary>Its numbers as bytes.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new byte[4 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Log);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), Time);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), Object);
        return bytes;
    }

    /// <summary>The cursor of such bytes.</summary>
    internal static EventCursor Of(ReadOnlySpan<byte> bytes) =>
        new(
            BinaryPrimitives.ReadInt64BigEndian(bytes),
            BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[24..])
        );

    /// <summary>The number by which cursors name the log.</summary>
    internal static long LogOf(NodeCatalog catalog) => catalog.Log?.Name.Number ?? 0;

    /// <summary>The log number to read at; an error for a cursor of another log.</summary>
    internal Result<long> NumberIn(NodeCatalog catalog, long head) =>
        Log == LogOf(catalog) && Number <= head ? Number : TraceErrors.OtherLog("after");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Log}.{Number}.{Time}.{Object}");
}
