using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Where traces of partners begin and go on, and what they see there. Their cursors tell nothing. Thread-safe.
/// </summary>
internal sealed class PartnerTraces(PartnerItems items, PartnerCursors cursors, CatalogHolder catalog)
{
    /// <summary>The directions, one after the other.</summary>
    public static TraceDirection[] DirectionsOf(TraceQuery query) =>
        query.Direction == TraceDirection.Both ? [TraceDirection.Backward, TraceDirection.Forward] : [query.Direction];

    /// <summary>Finds items as the caller's partner sees them.</summary>
    public PartnerItems Items => items;

    /// <summary>The log number to read at, and in place of the time how many items were shown before.</summary>
    public Result<TraceCursor> Start(TraceQuery query, long head, Caller caller)
    {
        var log = EventCursor.LogOf(catalog.Current);
        if (query.Number is not null)
        {
            return TraceErrors.NoNumbers();
        }
        if (query.Cursor is not { } text)
        {
            return new TraceCursor(log, head, 0, 0);
        }
        if (cursors.Unseal(text, PurposeOf(query), caller) is not { } bytes)
        {
            return TraceErrors.NoCursor();
        }
        var cursor = EventCursor.Of(bytes);
        return cursor.Log == log && cursor.Number <= head
            ? new TraceCursor(log, cursor.Number, 0, cursor.Object)
            : TraceErrors.OtherLog("cursor");
    }

    /// <summary>A cursor as the partner is told it.</summary>
    public string TextOf(TraceCursor cursor, TraceQuery query, Caller caller) =>
        cursors.Seal(new EventCursor(cursor.Log, cursor.Number, 0, cursor.Found).ToBytes(), PurposeOf(query), caller);

    // So a cursor is not taken for another trace.
    private static string PurposeOf(TraceQuery query) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"trace {query.Direction} {query.Kinds} {query.At} {query.Root.Key.Folded}"
        );
}
