using Dapper;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Sql;

/// <summary>
/// Reads a page of events. With an item, its parts in each role are read in their order and merged, so that no page
/// looks at all of the item's events. Used once.
/// </summary>
internal sealed class EventList(SqlSession session, ISqlDialect dialect, EventQuery query)
{
    private static readonly MemberRole[] s_all = Enum.GetValues<MemberRole>();
    private static readonly MemberRole[] s_equipment = [MemberRole.Equipment, MemberRole.Tool];
    private static readonly MemberRole[] s_place = [MemberRole.Place];

    private static readonly Comparer<(long, long)> s_descending = Comparer<(long, long)>.Create(
        static (a, b) => b.CompareTo(a)
    );

    // What the query says of items, the one with the fewest roles first: its parts are read.
    private readonly List<(long Item, MemberRole[] Roles)> _items = ItemsOf(query);

    public async Task<StatePage<StoredEvent>> ReadAsync() =>
        _items.Count == 0 ? await ReadByTimeAsync() : await ReadByItemAsync();

    private Task<StatePage<StoredEvent>> ReadByTimeAsync()
    {
        var (sql, parameters) = Conditions();
        if (query.After is { } after)
        {
            sql += query.Descending ? EventSql.ListBefore : EventSql.ListAfter;
            parameters.Add("time", after.Time);
            parameters.Add("after", after.Object);
        }
        sql += (query.Descending ? EventSql.ListDescending : EventSql.ListOrder) + dialect.Limit;
        parameters.Add("limit", query.Limit);
        return session.PageAsync(sql, parameters, query.Limit, EventRow.Sized);
    }

    private async Task<StatePage<StoredEvent>> ReadByItemAsync()
    {
        var found = new List<StoredEvent>();
        var bytes = 0L;
        var after =
            query.After ?? (query.Descending ? (query.To ?? long.MaxValue, 0) : (query.From ?? long.MinValue, 0));
        while (true)
        {
            var (candidates, isLast) = await CandidatesAsync(after);
            foreach (var candidate in candidates)
            {
                after = candidate;
                if (await FindAsync(candidate.Object) is not { } one)
                {
                    continue;
                }
                found.Add(one.Event);
                bytes += one.Bytes;
                if (found.Count == query.Limit || bytes >= StatePage<StoredEvent>.MaxBytes)
                {
                    return new StatePage<StoredEvent>(found, isFull: true);
                }
            }
            if (isLast)
            {
                return new StatePage<StoredEvent>(found, isFull: false);
            }
        }
    }

    /// <summary>The next events of the item in their order, and whether there are no others.</summary>
    private async Task<(List<(long Time, long Object)> Events, bool IsLast)> CandidatesAsync(
        (long Time, long Object) after
    )
    {
        var limit = query.Limit;
        var (item, roles) = _items[0];
        var merged = new SortedSet<(long Time, long Object)>(Order());
        (long, long)? horizon = null;
        foreach (var role in roles)
        {
            var parts = await session.ReadAsync(
                (query.Descending ? EventSql.PartsBefore : EventSql.PartsAfter)
                    + (query.Descending ? EventSql.PartsDescending : EventSql.PartsOrder)
                    + dialect.Limit,
                new
                {
                    item,
                    role = (long)role,
                    time = after.Time,
                    from = query.From ?? long.MinValue,
                    to = query.To ?? long.MaxValue,
                    after = after.Object,
                    limit,
                },
                static row => (row.GetInt64(0), row.GetInt64(1))
            );
            merged.UnionWith(parts);
            if (parts.Count == limit && (horizon is not { } far || Order().Compare(parts[^1], far) < 0))
            {
                // Beyond it, parts in this role are missing.
                horizon = parts[^1];
            }
        }
        return horizon is { } end
            ? ([.. merged.TakeWhile(e => Order().Compare(e, end) <= 0)], false)
            : ([.. merged], true);
    }

    /// <summary>An event that meets all other conditions; null if it does not.</summary>
    private async Task<(StoredEvent Event, long Bytes)?> FindAsync(long objectNumber)
    {
        foreach (var (item, roles) in _items.Skip(1))
        {
            var one = roles.Length > 2 ? 0 : (long)roles[0];
            var has = await session.ScalarAsync<long>(
                EventSql.Has,
                new
                {
                    @event = objectNumber,
                    item,
                    one,
                    other = (long)roles[^1],
                }
            );
            if (has == 0)
            {
                return null;
            }
        }
        var (sql, parameters) = Conditions();
        parameters.Add("event", objectNumber);
        var rows = await session.ReadAsync(sql + EventSql.ListOne, parameters, EventRow.Sized);
        return rows.Count == 0 ? null : rows[0];
    }

    private (string Sql, DynamicParameters Parameters) Conditions()
    {
        var parameters = new DynamicParameters();
        var sql = EventSql.List;
        void Add(string condition, string name, long? value)
        {
            if (value is { } given)
            {
                sql += condition;
                parameters.Add(name, given);
            }
        }
        parameters.Add("number", query.Number);
        Add(EventSql.ListType, "type", (long?)query.Type);
        Add(EventSql.ListFrom, "from", query.From);
        Add(EventSql.ListTo, "to", query.To);
        return (sql, parameters);
    }

    private Comparer<(long, long)> Order() => query.Descending ? s_descending : Comparer<(long, long)>.Default;

    private static List<(long Item, MemberRole[] Roles)> ItemsOf(EventQuery query)
    {
        var items = new List<(long, MemberRole[])>();
        void Add(long? item, MemberRole[] roles)
        {
            if (item is { } given)
            {
                items.Add((given, roles));
            }
        }
        Add(query.Equipment, s_equipment);
        Add(query.Item, s_all);
        Add(query.Place, s_place);
        return items;
    }
}
