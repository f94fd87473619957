using System.Text;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// Reads events and links with prepared statements, on a read connection. Used by one caller at a time.
/// </summary>
internal sealed class EventReading(SqliteConnection connection) : IDisposable
{
    private readonly List<Statement> _all = [];

    private Statement RecordOf => field ??= New(SqliteEventStatements.RecordOf);

    private Statement RecordOfUri => field ??= New(SqliteEventStatements.RecordOfUri);

    private Statement BeforeRecord => field ??= New(SqliteEventStatements.Before);

    private Statement TemplateOfRecord => field ??= New(SqliteEventStatements.TemplateOfRecord);

    private Statement TemplateOfUri => field ??= New(SqliteEventStatements.TemplateOfUri);

    private Statement UnregisteredOf => field ??= New(SqliteEventStatements.UnregisteredOf);

    private Statement RecordItem => field ??= New(SqliteEventStatements.RecordItem);

    private Statement RecordItems => field ??= New(SqliteEventStatements.RecordItems);

    private Statement UnregisteredItem => field ??= New(SqliteEventStatements.UnregisteredItem);

    private Statement FindEvent => field ??= New(SqliteEventStatements.Find);

    private Statement FindIdentity => field ??= New(SqliteEventStatements.FindByIdentity);

    private Statement Links => field ??= New(SqliteEventStatements.Links);

    private Statement NearParts => field ??= New(SqliteEventStatements.NearParts);

    private Statement FarParts => field ??= New(SqliteEventStatements.FarParts);

    private Statement LastParts => field ??= New(SqliteEventStatements.LastParts);

    private Statement Quantities => field ??= New(SqliteEventStatements.Quantities);

    private Statement QuantitiesWithin => field ??= New(SqliteEventStatements.QuantitiesWithin);

    private Statement PartAt => field ??= New(SqliteEventStatements.PartAt);

    private Statement PartsIn => field ??= New(SqliteEventStatements.PartsIn);

    private Statement SituationOf => field ??= New(SqliteEventStatements.SituationOf);

    private Statement HoldsOn => field ??= New(SqliteEventStatements.HoldsOn);

    public StoredEvent? Find(long objectNumber) => ReadEvent(FindEvent.Bind(1, objectNumber));

    public StoredEvent? Find(byte[] identity) => ReadEvent(FindIdentity.Bind(1, identity));

    public long NumberOf(ItemKey key)
    {
        var number = RecordNumberOf(key);
        return number > 0 ? number : UnregisteredOf.Bind(1, key.Folded.Bytes).Number();
    }

    /// <summary>Adds the numbers that a record had before it was registered.</summary>
    public void AddBefore(long record, List<(long Record, long Number)> into)
    {
        var before = BeforeRecord.Bind(1, record);
        while (before.Step())
        {
            into.Add((record, before.Int64(0)));
        }
    }

    private long RecordNumberOf(ItemKey key)
    {
        if (key.IsUri)
        {
            return RecordOfUri.Bind(1, key.Folded.Bytes).Number();
        }
        return key.IsText ? 0 : RecordOf.Bind(1, key.Folded.Bytes).Number();
    }

    /// <summary>The number of an item, as <see cref="NumberOf"/>, with the template of its record.</summary>
    public ItemTemplate TemplateOf(ItemKey key)
    {
        var find = key.IsUri ? TemplateOfUri : TemplateOfRecord;
        if ((key.IsUri || !key.IsText) && find.Bind(1, key.Folded.Bytes) is var record && record.Step())
        {
            var found = new ItemTemplate(record.Int64(0), record.TextOrNull(1));
            record.Reset();
            return found;
        }
        return new ItemTemplate(UnregisteredOf.Bind(1, key.Folded.Bytes).Number(), null);
    }

    /// <summary>Adds what is known of items, in their order. A number that is not known is left out.</summary>
    public void AddItems(IReadOnlyList<long> numbers, List<TraceItem> into)
    {
        var next = 0;
        if (numbers.Count > 1)
        {
            var records = RecordItems.Bind(1, Json(numbers));
            while (records.Step())
            {
                for (var key = (int)records.Int64(0); next < key; next++)
                {
                    AddUnregistered(numbers[next], into);
                }
                into.Add(ReadItem(records, numbers[next++], 1));
            }
        }
        for (; next < numbers.Count; next++)
        {
            var record = RecordItem.Bind(1, numbers[next]);
            if (record.Step())
            {
                into.Add(ReadItem(record, numbers[next], 0));
                record.Reset();
            }
            else
            {
                AddUnregistered(numbers[next], into);
            }
        }
    }

    /// <summary>Adds the links of the query's items, until the limit. Returns where to go on.</summary>
    public LinkPosition AddLinks(LinkQuery query, List<EventLink> into)
    {
        var steps = LinkStep.Of(query.Kinds, query.Backward);
        var most = into.Count + query.Limit;
        var after = query.After;
        for (var i = after.Item; i < query.Items.Count; i++, after = default)
        {
            if (after.Event == 0 && i + 1 < query.Items.Count && (query.Kinds & ~LinkKinds.Genealogy) == 0)
            {
                return AddLinks(query, i, steps, most, into);
            }
            AddLinks(query, query.Items[i], steps, after, most, into);
            if (into.Count == most)
            {
                return PositionOf(into[^1], i);
            }
        }
        return new LinkPosition(query.Items.Count, 0, 0, 0);
    }

    /// <summary>Adds the last parts of an item in a role, the latest first.</summary>
    public void AddParts(long item, MemberRole role, long number, int limit, List<ItemEvent> into)
    {
        var parts = LastParts.Bind(1, item).Bind(2, (long)role).Bind(3, number);
        var most = into.Count + limit;
        while (into.Count < most && parts.Step())
        {
            into.Add(
                new ItemEvent(
                    parts.Int64(1),
                    parts.Int64(4),
                    (EventType)parts.Int64(3),
                    parts.Int64(0),
                    role,
                    parts.TextOrNull(5),
                    parts.TextOrNull(6),
                    parts.TextOrNull(7)
                )
            );
        }
        parts.Reset();
    }

    /// <summary>Whether an item is held, and its roles in events, with the events' types.</summary>
    public ItemSituation Situation(long item, int most)
    {
        var isHeld = false;
        var found = new List<(MemberRole Role, EventType Type)>();
        var rows = SituationOf.Bind(1, item);
        while (found.Count <= most && rows.Step())
        {
            if (rows.Int64(0) == 0)
            {
                isHeld = true;
            }
            else
            {
                found.Add(((MemberRole)rows.Int64(0), (EventType)rows.Int64(1)));
            }
        }
        rows.Reset();
        return new ItemSituation(isHeld, found.Count > most ? null : found);
    }

    /// <summary>Adds the quantities of an item in a role.</summary>
    public void AddQuantities(long item, MemberRole role, long number, long until, PartSums into)
    {
        var isWithin = role is MemberRole.Child or MemberRole.Removed;
        var rows = (isWithin ? QuantitiesWithin : Quantities)
            .Bind(1, item)
            .Bind(2, (long)role)
            .Bind(3, number)
            .Bind(4, until);
        while (rows.Step())
        {
            into.Add(
                role,
                rows.TextOrNull(0),
                rows.TextOrNull(1),
                rows.TextOrNull(2),
                1,
                (rows.Int64(3), rows.Int64(4))
            );
        }
    }

    /// <summary>Adds the members of an event in a role.</summary>
    public void AddMembers(long objectNumber, MemberRole role, List<EventPart> into)
    {
        var parts = PartsIn.Bind(1, objectNumber).Bind(2, (long)role);
        while (parts.Step())
        {
            into.Add(
                new EventPart(
                    objectNumber,
                    (int)parts.Int64(0),
                    role,
                    parts.Int64(1),
                    parts.TextOrNull(2),
                    parts.TextOrNull(3),
                    parts.TextOrNull(4)
                )
            );
        }
    }

    /// <summary>Adds the holds in force on an item.</summary>
    public void AddHolds(long item, List<ItemHold> into)
    {
        var holds = HoldsOn.Bind(1, item);
        while (holds.Step())
        {
            into.Add(new ItemHold(item, holds.Int64(0), holds.Int64(1) == 1));
        }
    }

    public void Dispose() => _all.ForEach(static s => s.Dispose());

    /// <summary>
    /// Adds the links of all items from one on by one statement: calls into SQLite, several for each item, would take
    /// most of the time. Each role has one partner.
    /// </summary>
    private LinkPosition AddLinks(LinkQuery query, int first, LinkStep[] steps, int most, List<EventLink> into)
    {
        var links = Links.Bind(1, Json(query.Items, first)).Bind(2, query.Number);
        for (var (role, step) = (0, 0); role < 3; role++)
        {
            links.Bind(3 + role, step < steps.Length ? (long)steps[step].Near : 0);
            while (step + 1 < steps.Length && steps[step + 1].Near == steps[step].Near)
            {
                step++;
            }
            step++;
        }
        try
        {
            while (links.Step())
            {
                var type = (EventType)links.Int64(5);
                if (StepOf(steps, (MemberRole)links.Int64(1), type) is not { } step)
                {
                    continue;
                }
                var item = first + (int)links.Int64(0);
                var hasText = links.Int64(7) != 0;
                into.Add(
                    new EventLink(
                        query.Items[item],
                        links.Int64(6),
                        step.Kind,
                        links.Int64(3),
                        type,
                        links.Int64(2),
                        (int)links.Int64(4),
                        (int)links.Int64(8),
                        hasText ? links.TextOrNull(9) : null,
                        hasText ? links.TextOrNull(10) : null,
                        hasText ? links.TextOrNull(11) : null,
                        hasText ? links.TextOrNull(12) : null,
                        hasText ? step.PositionOf(links.TextOrNull(13), links.TextOrNull(14)) : null
                    )
                );
                if (into.Count == most)
                {
                    return PositionOf(into[^1], item);
                }
            }
            return new LinkPosition(query.Items.Count, 0, 0, 0);
        }
        finally
        {
            links.Reset();
        }
    }

    private static LinkStep? StepOf(LinkStep[] steps, MemberRole near, EventType type)
    {
        foreach (var step in steps)
        {
            if (step.Near == near && (step.Type is null || step.Type == type))
            {
                return step;
            }
        }
        return null;
    }

    private static LinkPosition PositionOf(in EventLink last, int item) =>
        new(item, last.Event, last.NearRow, last.Row);

    /// <summary>Adds the links of one item after a position.</summary>
    private void AddLinks(
        LinkQuery query,
        long item,
        LinkStep[] steps,
        LinkPosition after,
        int most,
        List<EventLink> into
    )
    {
        var begun = after.Event == 0 ? default : BegunAt(after);
        for (var (first, end) = (0, 0); first < steps.Length && into.Count < most; first = end)
        {
            var near = steps[first].Near;
            while (end < steps.Length && steps[end].Near == near)
            {
                end++;
            }
            if (near >= begun.Near)
            {
                var own = near == begun.Near ? begun : default;
                AddLinks(query, item, steps.AsSpan(first, end - first), own, most, into);
            }
        }
    }

    /// <summary>Adds the links of one item in one role.</summary>
    private void AddLinks(
        LinkQuery query,
        long item,
        ReadOnlySpan<LinkStep> steps,
        in Begun begun,
        int most,
        List<EventLink> into
    )
    {
        var near = NearParts
            .Bind(1, item)
            .Bind(2, (long)steps[0].Near)
            .Bind(3, query.Number)
            .Bind(4, begun.Near == default ? long.MinValue : begun.Time)
            .Bind(5, begun.Event)
            .Bind(6, begun.NearRow);
        var isBegun = begun.Near != default;
        try
        {
            while (into.Count < most && near.Step())
            {
                var type = (EventType)near.Int64(3);
                // Only the first part can be the one where the page before ended.
                var from = isBegun && near.Int64(1) == begun.Event && near.Int64(2) == begun.NearRow ? begun : default;
                isBegun = false;
                foreach (var step in steps)
                {
                    if ((step.Type is null || step.Type == type) && step.Far >= from.Far)
                    {
                        AddLinks(near, item, step, step.Far == from.Far ? from.Row : -1, most, into);
                    }
                }
            }
        }
        finally
        {
            near.Reset();
        }
    }

    /// <summary>Adds the links of one part of an item with the members in one role.</summary>
    private void AddLinks(Statement near, long item, in LinkStep step, int afterRow, int most, List<EventLink> into)
    {
        var (time, objectNumber, row) = (near.Int64(0), near.Int64(1), (int)near.Int64(2));
        var far = FarParts.Bind(1, objectNumber).Bind(2, (long)step.Far).Bind(3, afterRow);
        try
        {
            while (into.Count < most && far.Step())
            {
                into.Add(
                    new EventLink(
                        item,
                        far.Int64(1),
                        step.Kind,
                        objectNumber,
                        (EventType)near.Int64(3),
                        time,
                        row,
                        (int)far.Int64(0),
                        near.TextOrNull(4),
                        near.TextOrNull(5),
                        far.TextOrNull(2),
                        far.TextOrNull(3),
                        step.PositionOf(near.TextOrNull(6), far.TextOrNull(4))
                    )
                );
            }
        }
        finally
        {
            far.Reset();
        }
    }

    /// <summary>The link at which the page before ended.</summary>
    private Begun BegunAt(LinkPosition after)
    {
        var (near, time) = RoleOf(after.Event, after.NearRow);
        var (far, _) = RoleOf(after.Event, after.Row);
        return new Begun(near, time, after.Event, after.NearRow, far, after.Row);
    }

    private (MemberRole Role, long Time) RoleOf(long objectNumber, int row)
    {
        var part = PartAt.Bind(1, objectNumber).Bind(2, row);
        if (!part.Step())
        {
            return default;
        }
        var role = ((MemberRole)part.Int64(0), part.Int64(1));
        part.Reset();
        return role;
    }

    private void AddUnregistered(long number, List<TraceItem> into)
    {
        var unregistered = UnregisteredItem.Bind(1, number);
        if (unregistered.Step())
        {
            var key = ItemKey.Stored(unregistered.Bytes(0));
            into.Add(new TraceItem(number, key, unregistered.Text(1), null, IsRegistered: false, IsRevoked: false));
            unregistered.Reset();
        }
    }

    private static TraceItem ReadItem(Statement record, long number, int column)
    {
        var key = ItemKey.Stored(record.Bytes(column));
        return new TraceItem(
            number,
            key,
            RecordState.IdentifierOf(record.Span(column + 3)) ?? key.ToString(),
            record.TextOrNull(column + 1),
            IsRegistered: true,
            IsRevoked: record.Int64(column + 2) == (long)RecordStatus.Revoked
        );
    }

    private static string Json(IReadOnlyList<long> numbers, int first = 0)
    {
        var json = new StringBuilder("[", 2 + (8 * (numbers.Count - first)));
        for (var i = first; i < numbers.Count; i++)
        {
            json.Append(i == first ? "" : ",").Append(numbers[i]);
        }
        return json.Append(']').ToString();
    }

    private static StoredEvent? ReadEvent(Statement row)
    {
        if (!row.Step())
        {
            return null;
        }
        LogBody.TryDecode(row.Span(7), out var entry, out _);
        var read = new StoredEvent
        {
            Object = row.Int64(0),
            Type = (EventType)row.Int64(1),
            Time = row.Int64(2),
            Made = row.Int64(3),
            Voided = row.Int64(4),
            Version = row.Int64(5),
            Digest = row.Bytes(6),
            RecordedAt = entry.Time,
            Actor = entry.Actor,
            State = row.Bytes(8),
        };
        row.Reset();
        return read;
    }

    private Statement New(string sql)
    {
        var statement = new Statement(connection, sql);
        _all.Add(statement);
        return statement;
    }

    private readonly record struct Begun(MemberRole Near, long Time, long Event, int NearRow, MemberRole Far, int Row);
}
