using IdResolution.Core.Events;
using IdResolution.Core.Records;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// The graph of items in a database under examination, as far as their stock needs it: at the log's head. What was read
/// is kept until <see cref="Forget"/>.
/// </summary>
internal sealed class ExaminedGraph(Examination examination) : IGraphReader
{
    private readonly Dictionary<long, TraceItem?> _items = [];
    private readonly Dictionary<(long Item, MemberRole Role), List<ItemEvent>> _parts = [];
    private readonly Dictionary<(long Event, MemberRole Role), List<EventPart>> _members = [];

    /// <summary>Gives back the memory.</summary>
    public void Forget()
    {
        _items.Clear();
        _parts.Clear();
        _members.Clear();
    }

    /// <summary>What is known of an item; null for one that there is not.</summary>
    public TraceItem? Item(long number)
    {
        if (!_items.TryGetValue(number, out var item))
        {
            _items[number] = item = ReadItem(number);
        }
        return item;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TraceItem>> ItemsAsync(
        IReadOnlyList<long> numbers,
        CancellationToken cancellationToken
    ) => new([.. numbers.Select(Item).OfType<TraceItem>()]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parts = roles.SelectMany(role => Parts(item, role).Take(limit)).ToList();
        parts.Sort(static (a, b) => a.Time != b.Time ? b.Time.CompareTo(a.Time) : b.Event.CompareTo(a.Event));
        return new(parts);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    ) => new([.. events.SelectMany(one => roles.SelectMany(role => Members(one, role)).OrderBy(static m => m.Row))]);

    /// <summary>The record of an item, with what its template's rules need; null for one that there is not.</summary>
    public StoredRecord? Record(ItemKey key)
    {
        using var row = examination.ReadAside(
            """
            SELECT r.object, r.sequence, r.version, r.status, r.created_at, r.updated_at, v.state
            FROM records r JOIN versions v ON v.sequence = r.sequence WHERE r.lookup_key = @key
            """,
            ("@key", key.Folded.Bytes)
        );
        return row.Step()
            ? new StoredRecord
            {
                Object = row.Int64(0),
                Key = key.Folded,
                Sequence = row.Int64(1),
                Version = row.Int64(2),
                Status = (RecordStatus)row.Int64(3),
                Digest = [],
                CreatedAt = row.Int64(4),
                UpdatedAt = row.Int64(5),
                State = row.Bytes(6),
            }
            : null;
    }

    private TraceItem? ReadItem(long number) =>
        ReadItem("SELECT lookup_key, status, template FROM records WHERE object = @number", number, true)
        ?? ReadItem("SELECT [key], 0 FROM unregistered WHERE number = @number", number, false);

    private TraceItem? ReadItem(string sql, long number, bool isRegistered)
    {
        using var row = examination.ReadAside(sql, ("@number", number));
        if (!row.Step())
        {
            return null;
        }
        var key = ItemKey.Stored(row.Bytes(0));
        return new TraceItem(
            number,
            key,
            key.ToString(),
            isRegistered ? Text(row, 2) : null,
            isRegistered,
            IsRevoked: row.Int64(1) == (long)RecordStatus.Revoked
        );
    }

    private List<ItemEvent> Parts(long item, MemberRole role)
    {
        if (_parts.TryGetValue((item, role), out var parts))
        {
            return parts;
        }
        _parts[(item, role)] = parts = [];
        using var row = examination.ReadAside(
            """
            SELECT m.event, e.made, e.type, m.[time], m.quantity, m.unit, m.position
            FROM event_members m JOIN events e ON e.object = m.event
            WHERE m.item = @item AND m.role = @role AND e.voided = 0
            ORDER BY m.[time] DESC, m.event DESC, m.[row] DESC
            """,
            ("@item", item),
            ("@role", (long)role)
        );
        while (row.Step())
        {
            parts.Add(
                new ItemEvent(
                    row.Int64(0),
                    row.Int64(1),
                    (EventType)row.Int64(2),
                    row.Int64(3),
                    role,
                    Text(row, 4),
                    Text(row, 5),
                    Text(row, 6)
                )
            );
        }
        return parts;
    }

    private List<EventPart> Members(long one, MemberRole role)
    {
        if (_members.TryGetValue((one, role), out var members))
        {
            return members;
        }
        _members[(one, role)] = members = [];
        using var row = examination.ReadAside(
            """
            SELECT m.[row], m.item, m.quantity, m.unit, m.position FROM event_members m
            WHERE m.event = @event AND m.role = @role ORDER BY m.[row]
            """,
            ("@event", one),
            ("@role", (long)role)
        );
        while (row.Step())
        {
            members.Add(
                new EventPart(one, (int)row.Int64(0), role, row.Int64(1), Text(row, 2), Text(row, 3), Text(row, 4))
            );
        }
        return members;
    }

    private static string? Text(ExaminedRows row, int column) => row.IsNull(column) ? null : row.Text(column);
}
