using IdResolution.Core.Access;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Makes what partners see of events and of the items that they name. Thread-safe.</summary>
public sealed class EventSights(IEventStore store, EventIds ids, PartnerItems items, PartnerCursors cursors)
{
    private const string Purpose = "events";

    /// <summary>What the caller's partner sees of events; null for a caller tied to none, who sees all.</summary>
    internal EventSight? Of(Caller caller) =>
        items.Of(caller) is { } own ? new EventSight(store, ids, own, caller.Partner!) : null;

    /// <summary>Finds items as the caller's partner sees them.</summary>
    internal PartnerItems Items => items;

    /// <summary>A cursor as the caller is told it. Those of partners tell no number.</summary>
    internal string TextOf(EventCursor cursor, Caller caller) =>
        caller.Partner is null ? cursor.ToString() : cursors.Seal(cursor.ToBytes(), Purpose, caller);

    /// <summary>Reads such a text.</summary>
    internal bool TryReadCursor(string? text, Caller caller, out EventCursor cursor)
    {
        if (caller.Partner is null)
        {
            return EventCursor.TryParse(text, out cursor);
        }
        var bytes = cursors.Unseal(text ?? "", Purpose, caller);
        cursor = bytes is null ? default : EventCursor.Of(bytes);
        return bytes is not null;
    }
}
