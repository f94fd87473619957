using System.Text;
using IdResolution.Core.Events;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>An event as a group writes it.</summary>
internal readonly record struct WrittenEvent(long Object, EventWrite Write);

/// <summary>A member of an event as a group writes it.</summary>
internal readonly record struct WrittenMember(long Event, int Row, long Item, long Time, EventMember Member);

/// <summary>The number that an item without a record gets.</summary>
internal readonly record struct NamedItem(long Number, EventMember Member);

/// <summary>A hold that a group puts on an item.</summary>
internal readonly record struct HeldItem(long Item, long Hold, bool IsOwn, long Mark);

/// <summary>A number, and its place in a request or in a group.</summary>
internal readonly record struct NumberRow(long Position, long Number);

/// <summary>Bytes, and their place in a request.</summary>
internal readonly record struct BytesRow(long Position, byte[] Value);

/// <summary>The table types for events.</summary>
internal static class SqlServerEventRows
{
    public static readonly SqlServerTable<WrittenEvent> Events = new SqlServerTable<WrittenEvent>("event_rows")
        .Number("object", e => e.Object)
        .Number("type", e => (long)e.Write.Type)
        .Number("time", e => e.Write.Time)
        .Bytes("identity", 32, e => e.Write.Identity)
        .Bytes("digest", 32, e => e.Write.Digest)
        .Number("voids", e => e.Write.Voids);

    public static readonly SqlServerTable<WrittenMember> Members = new SqlServerTable<WrittenMember>(
        "event_member_rows"
    )
        .Number("event", m => m.Event)
        .Number("role", m => (long)m.Member.Role)
        .Number("row", m => m.Row)
        .Number("item", m => m.Item)
        .Number("time", m => m.Time)
        .Bytes("quantity", 64, m => Utf8(m.Member.Quantity))
        .Bytes("unit", 255, m => Utf8(m.Member.Unit))
        .Bytes("position", 255, m => Utf8(m.Member.Position));

    public static readonly SqlServerTable<NamedItem> Unregistered = new SqlServerTable<NamedItem>("unregistered_rows")
        .Number("number", i => i.Number)
        .Bytes("key", ItemKey.MaxLength, i => i.Member.Item.Folded.Bytes)
        .Bytes("text", 765, i => Utf8(EventRules.SpellingOf(i.Member)));

    public static readonly SqlServerTable<(long Hold, HoldScope Scope)> Holds = new SqlServerTable<(
        long Hold,
        HoldScope Scope
    )>("hold_rows")
        .Number("hold", h => h.Hold)
        .Number("scope", h => (long)h.Scope);

    public static readonly SqlServerTable<HeldItem> ItemHolds = new SqlServerTable<HeldItem>("item_hold_rows")
        .Number("item", h => h.Item)
        .Number("hold", h => h.Hold)
        .Number("is_own", h => h.IsOwn ? 1 : 0)
        .Number("mark", h => h.Mark);

    public static readonly SqlServerTable<(long Hold, long Release)> Releases = new SqlServerTable<(
        long Hold,
        long Release
    )>("hold_release_rows")
        .Number("hold", r => r.Hold)
        .Number("release", r => r.Release);

    public static readonly SqlServerTable<NumberRow> Numbers = new SqlServerTable<NumberRow>("number_rows")
        .Number("position", n => n.Position)
        .Number("number", n => n.Number);

    public static readonly SqlServerTable<BytesRow> Bytes = new SqlServerTable<BytesRow>("bytes_rows")
        .Number("position", b => b.Position)
        .Bytes("value", ItemKey.MaxLength, b => b.Value);

    public static readonly SqlServerTable<LinkStep> Steps = new SqlServerTable<LinkStep>("link_rows")
        .Number("near", s => (long)s.Near)
        .Number("far", s => (long)s.Far)
        .Number("type", s => (long)(s.Type ?? 0))
        .Number("kind", s => (long)s.Kind);

    private static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
