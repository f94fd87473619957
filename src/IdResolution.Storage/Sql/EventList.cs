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
    private const int EventsAtOnce = 100;

    // Dapper makes a parameter of each.
    private const string Some = " AND e.object IN @events";

    private static readonly MemberRole[] s_all = Enum.GetValues<MemberRole>();
    private static readonly MemberRole[] s_equipment = [MemberRole.Equipment, MemberRole.Tool];
    private static readonly MemberRole[] s_place = [MemberRole.Place];

    private static readonly Comparer<(long, long)> s_descending = Comparer<(long, long)>.Create(
        static (a, b) => b.CompareTo(a)
    );

    private string OrderText =>
        query.Descending ? SharedEventStatements.ListDescending : SharedEventStatements.ListOrder;

    public Task<StatePage<StoredEvent>> ReadAsync()
    {
        if (query.Item is { } item)
        {
            return ReadByItemAsync(item, query.Roles ?? s_all);
        }
        if (query.Equipment is { } machine)
        {
            return ReadByItemAsync(machine, s_equipment);
        }
        return query.Place is { } place ? ReadByItemAsync(place, s_place) : ReadByTimeAsync();
    }

    private Task<StatePage<StoredEvent>> ReadByTimeAsync()
    {
        var (sql, parameters) = Conditions();
        if (query.After is { } after)
        {
            sql += query.Descending ? SharedEventStatements.ListBefore : SharedEventStatements.ListAfter;
            parameters.Add("time", after.Time);
            parameters.Add("after", after.Object);
        }
        parameters.Add("limit", query.Limit);
        return session.PageAsync(sql + OrderText + dialect.Limit, parameters, query.Limit, EventRow.Sized);
    }

    private async Task<StatePage<StoredEvent>> ReadByItemAsync(long item, IReadOnlyList<MemberRole> roles)
    {
        var found = new List<StoredEvent>();
        var bytes = 0L;
        var after =
            query.After ?? (query.Descending ? (query.To ?? long.MaxValue, 0) : (query.From ?? long.MinValue, 0));
        while (true)
        {
            var (candidates, isLast) = await CandidatesAsync(item, roles, after);
            foreach (var some in candidates.Chunk(EventsAtOnce))
            {
                after = some[^1];
                var page = await ReadAsync(some, query.Limit - found.Count);
                found.AddRange(page);
                bytes += page.Sum(e => (long)e.State.Length);
                if (page.IsFull || bytes >= StatePage<StoredEvent>.MaxBytes)
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
        long item,
        IReadOnlyList<MemberRole> roles,
        (long Time, long Object) after
    )
    {
        var limit = query.Limit;
        var merged = new SortedSet<(long Time, long Object)>(Order());
        (long, long)? horizon = null;
        foreach (var role in roles)
        {
            var parts = await session.ReadAsync(
                (query.Descending ? SharedEventStatements.PartsBefore : SharedEventStatements.PartsAfter)
                    + (query.Descending ? SharedEventStatements.PartsDescending : SharedEventStatements.PartsOrder)
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

    /// <summary>The events of some that meet all conditions, in their order.</summary>
    private Task<StatePage<StoredEvent>> ReadAsync((long Time, long Object)[] some, int limit)
    {
        var (sql, parameters) = Conditions();
        parameters.Add("events", some.Select(e => e.Object));
        parameters.Add("limit", limit);
        return session.PageAsync(sql + Some + OrderText + dialect.Limit, parameters, limit, EventRow.Sized);
    }

    private (string Sql, DynamicParameters Parameters) Conditions()
    {
        var parameters = new DynamicParameters();
        var sql = SharedEventStatements.List;
        void Add(string condition, string name, long? value)
        {
            if (value is { } given)
            {
                sql += condition;
                parameters.Add(name, given);
            }
        }
        parameters.Add("number", query.Number);
        Add(SharedEventStatements.ListType, "type", (long?)query.Type);
        Add(SharedEventStatements.ListFrom, "from", query.From);
        Add(SharedEventStatements.ListTo, "to", query.To);
        // What the candidates are read by needs no condition.
        Add(SharedEventStatements.ListEquipment, "machine", query.Item is null ? null : query.Equipment);
        Add(SharedEventStatements.ListPlace, "place", (query.Item ?? query.Equipment) is null ? null : query.Place);
        return (sql, parameters);
    }

    private Comparer<(long, long)> Order() => query.Descending ? s_descending : Comparer<(long, long)>.Default;
}
