using System.Data.Common;
using System.Text;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>Events in a SQL Server database: many items in one query, written in groups.</summary>
internal sealed class SqlServerEventStore(SqlServerEngine engine) : EventStore(engine)
{
    // So that a page of links does not look at all links of more items than it can hold.
    private const int ItemsAtOnce = 1_000;

    private const int PartsAtOnce = 20_000;

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<EventWriteResult>> WriteAsync(
        IReadOnlyList<EventWrite> writes,
        CancellationToken cancellationToken
    )
    {
        if (writes.Count == 0)
        {
            return [];
        }
        cancellationToken.ThrowIfCancellationRequested();
        using var operation = engine.Database.Telemetry.Begin("write events", writes.Count);
        var batch = new WriteBatch<EventWriteResult>(writes.Count);
        engine.Writer.Enqueue([.. writes.Select((write, i) => new SqlServerEventJob(write, batch, i))]);
        var results = await batch.Task;
        if (results.FirstOrDefault(r => r.Error is not null) is { } failed)
        {
            operation?.Fail(failed.Error!.Code.ToString());
        }
        return results;
    }

    /// <inheritdoc/>
    public override async ValueTask<StoredEvent?> FindAsync(long objectNumber, CancellationToken cancellationToken)
    {
        StoredEvent? found = null;
        await ReadAsync(
            "find event",
            batch =>
            {
                found = null;
                batch
                    .Ask(SqlServerEventStatements.Find, row => found = EventRow.Sized(row).Event)
                    .With("@object", objectNumber);
            },
            cancellationToken
        );
        return found;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<StoredEvent?>> FindByIdentityAsync(
        IReadOnlyList<byte[]> identities,
        CancellationToken cancellationToken
    )
    {
        var found = new StoredEvent?[identities.Count];
        var wanted = identities.Select((identity, i) => new BytesRow(i, identity)).ToList();
        await ReadAsync(
            "find events",
            batch =>
                batch.Ask(
                    SqlServerEventStatements.FindByIdentities,
                    "@identities",
                    SqlServerEventRows.Bytes,
                    wanted,
                    row => found[row.GetInt64(0)] = EventRow.Read(row, 1)
                ),
            cancellationToken
        );
        return found;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<long>> NumbersAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    )
    {
        var numbers = new long[keys.Count];
        await LookUpAsync(
            "find items",
            keys,
            SqlServerEventStatements.LookUpItems,
            (position, number) => numbers[position] = number,
            row => numbers[row.GetInt64(0)] = row.GetInt64(1),
            cancellationToken
        );
        return numbers;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<ItemTemplate>> TemplatesAsync(
        IReadOnlyList<ItemKey> keys,
        CancellationToken cancellationToken
    )
    {
        var found = new ItemTemplate[keys.Count];
        await LookUpAsync(
            "find templates",
            keys,
            SqlServerEventStatements.LookUpTemplates,
            (position, number) => found[position] = new ItemTemplate(number, null),
            row =>
                found[row.GetInt64(0)] = new ItemTemplate(row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2)),
            cancellationToken
        );
        return found;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<TraceItem>> ItemsAsync(
        IReadOnlyList<long> numbers,
        CancellationToken cancellationToken
    )
    {
        var items = new TraceItem?[numbers.Count];
        var wanted = Rows(numbers);
        await ReadAsync(
            "read items",
            batch =>
            {
                batch.Ask(
                    SqlServerEventStatements.RecordsOf,
                    "@numbers",
                    SqlServerEventRows.Numbers,
                    wanted,
                    row => items[row.GetInt64(0)] = RecordItem(row)
                );
                if (wanted.Count > 0)
                {
                    batch.Ask(
                        SqlServerEventStatements.UnregisteredOf,
                        row => items[row.GetInt64(0)] = UnregisteredItem(row)
                    );
                }
            },
            cancellationToken
        );
        return [.. items.OfType<TraceItem>()];
    }

    /// <inheritdoc/>
    public override async ValueTask<LinkPosition> LinksAsync(
        LinkQuery query,
        List<EventLink> into,
        CancellationToken cancellationToken
    )
    {
        var most = into.Count + query.Limit;
        var steps = LinkStep.Of(query.Kinds, query.Backward).ToList();
        var after = query.After;
        for (
            var first = after.Item;
            steps.Count > 0 && first < query.Items.Count;
            first += ItemsAtOnce, after = default
        )
        {
            var items = query
                .Items.Skip(first)
                .Take(ItemsAtOnce)
                .Select((item, i) => new NumberRow(first + i, item))
                .ToList();
            var last = await ReadLinksAsync(items, steps, query.Number, after, most, into, cancellationToken);
            if (into.Count == most)
            {
                return new LinkPosition((int)last, into[^1].Event, into[^1].NearRow, into[^1].Row);
            }
        }
        return new LinkPosition(query.Items.Count, 0, 0, 0);
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parts = new List<ItemEvent>();
        foreach (var role in roles)
        {
            var found = new List<ItemEvent>();
            await ReadAsync(
                "read parts",
                batch =>
                {
                    found.Clear();
                    batch
                        .Ask(SqlServerEventStatements.LastParts, row => found.Add(Part(row, role)))
                        .With("@item", item)
                        .With("@role", (long)role)
                        .With("@number", number)
                        .With("@limit", limit);
                },
                cancellationToken
            );
            parts.AddRange(found);
        }
        parts.Sort(CompareLatestFirst);
        return parts;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyCollection<PartSum>> SumAsync(
        long item,
        IReadOnlyList<MemberRole> roles,
        long number,
        long until,
        CancellationToken cancellationToken
    )
    {
        var sums = new PartSums();
        if (roles.Count == 0)
        {
            return sums.All;
        }
        await ReadAsync(
            "sum parts",
            batch =>
            {
                sums = new PartSums();
                batch
                    .Ask(
                        SqlServerEventStatements.Quantities,
                        row =>
                            sums.Add(
                                (MemberRole)row.GetInt64(0),
                                Text(row, 1),
                                Text(row, 2),
                                Text(row, 3),
                                row.GetInt32(4),
                                (row.GetInt64(5), row.GetInt64(6))
                            )
                    )
                    .With("@roles", SqlServerEventRows.Numbers, [.. roles.Select(r => new NumberRow(0, (long)r))])
                    .With("@item", item)
                    .With("@number", number)
                    .With("@until", until);
            },
            cancellationToken
        );
        return sums.All;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<IReadOnlyList<ItemEvent>>> PartsOfAsync(
        IReadOnlyList<long> items,
        IReadOnlyList<MemberRole> roles,
        long number,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var parts = new List<ItemEvent>[items.Count];
        if (items.Count == 0 || roles.Count == 0)
        {
            return [.. items.Select(static _ => Array.Empty<ItemEvent>())];
        }
        var wanted = Rows(items);
        var wantedRoles = roles.Select(role => new NumberRow(0, (long)role)).ToList();
        var read = 0;
        await ReadAsync(
            "read parts",
            batch =>
            {
                read = 0;
                for (var i = 0; i < parts.Length; i++)
                {
                    parts[i] = [];
                }
                batch
                    .Ask(
                        SqlServerEventStatements.PartsOf,
                        "@numbers",
                        SqlServerEventRows.Numbers,
                        wanted,
                        row =>
                        {
                            read++;
                            parts[row.GetInt64(7)].Add(Part(row, (MemberRole)row.GetInt64(8)));
                        }
                    )
                    .With("@roles", SqlServerEventRows.Numbers, wantedRoles)
                    .With("@number", number)
                    .With("@limit", PartsAtOnce);
            },
            cancellationToken
        );
        for (var i = 0; i < parts.Length; i++)
        {
            // Of the item at which the answer was full a part is missing, and of those after it all; and one that has
            // more than are asked for may have more of one role.
            parts[i] =
                read == PartsAtOnce || parts[i].Count > limit
                    ? [.. await PartsAsync(items[i], roles, number, limit, cancellationToken)]
                    : parts[i];
            parts[i].Sort(CompareLatestFirst);
        }
        return parts;
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<StoredEvent>> FindAllAsync(
        IReadOnlyList<long> objectNumbers,
        CancellationToken cancellationToken
    )
    {
        var found = new StoredEvent?[objectNumbers.Count];
        if (found.Length > 0)
        {
            await ReadAsync(
                "find events",
                batch =>
                    batch.Ask(
                        SqlServerEventStatements.FindAll,
                        "@numbers",
                        SqlServerEventRows.Numbers,
                        Rows(objectNumbers),
                        row => found[row.GetInt64(9)] = EventRow.Read(row, 0)
                    ),
                cancellationToken
            );
        }
        return [.. found.OfType<StoredEvent>()];
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<EventPart>> MembersAsync(
        IReadOnlyList<long> events,
        IReadOnlyList<MemberRole> roles,
        CancellationToken cancellationToken
    )
    {
        var parts = new List<EventPart>();
        if (roles.Count == 0)
        {
            return parts;
        }
        var wanted = Rows(events);
        var wantedRoles = roles.Select(role => new NumberRow(0, (long)role)).ToList();
        await ReadAsync(
            "read members",
            batch =>
            {
                parts.Clear();
                batch
                    .Ask(
                        SqlServerEventStatements.MembersOf,
                        "@numbers",
                        SqlServerEventRows.Numbers,
                        wanted,
                        row => parts.Add(Member(row))
                    )
                    .With("@roles", SqlServerEventRows.Numbers, wantedRoles);
            },
            cancellationToken
        );
        return parts;
    }

    /// <inheritdoc/>
    public override async ValueTask<ItemSituation> SituationAsync(
        long item,
        int most,
        CancellationToken cancellationToken
    )
    {
        var isHeld = false;
        var found = new List<(MemberRole Role, EventType Type)>();
        await ReadAsync(
            "read situation",
            batch =>
            {
                isHeld = false;
                found.Clear();
                AskHolds(batch, Rows([item]), _ => isHeld = true);
                batch
                    .Ask(
                        SqlServerEventStatements.RolesOf,
                        row => found.Add(((MemberRole)row.GetInt64(0), (EventType)row.GetInt64(1)))
                    )
                    .With("@item", item)
                    .With("@limit", most + 1);
            },
            cancellationToken
        );
        return new ItemSituation(isHeld, found.Count > most ? null : found);
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<ItemHold>> HoldsAsync(
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    )
    {
        var wanted = Rows(items);
        var holds = new SortedDictionary<(long Position, long Hold), ItemHold>();
        void Take(DbDataReader row)
        {
            var at = (row.GetInt64(0), row.GetInt64(2));
            var isOwn = row.GetInt64(3) == 1 || (holds.TryGetValue(at, out var known) && known.IsOwn);
            holds[at] = new ItemHold(row.GetInt64(1), row.GetInt64(2), isOwn);
        }
        await ReadAsync(
            "read holds",
            batch =>
            {
                holds.Clear();
                AskHolds(batch, wanted, Take);
            },
            cancellationToken
        );
        return [.. holds.Values];
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<long>> SpreadAsync(
        HoldSpread spread,
        IReadOnlyList<long> items,
        CancellationToken cancellationToken
    )
    {
        if (items.Count == 0)
        {
            return [];
        }
        var wanted = items.Distinct().Select((item, i) => new NumberRow(i, item)).ToList();
        return await engine.Database.RunOnceAsync(
            "spread hold",
            async (connection, _) =>
            {
                var held = new List<long>();
                await using var batch = new LookupBatch(connection, engine.Database.Seconds);
                batch
                    .Ask(
                        SqlServerEventStatements.Spread,
                        "@numbers",
                        SqlServerEventRows.Numbers,
                        wanted,
                        row => held.Add(row.GetInt64(0))
                    )
                    .With("@hold", spread.Hold)
                    .With("@floor", spread.Floor)
                    .With("@epoch", engine.Database.Epoch)
                    .With("@known", engine.Database.Known())
                    .With("@lockMilliseconds", (long)engine.Database.Timeout.TotalMilliseconds / 2);
                // Without a cancellation token: a write that has started is not cancelled.
                await batch.ReadAsync(CancellationToken.None);
                return held;
            },
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<(long Record, long Number)>> BeforeAsync(
        IReadOnlyList<long> records,
        CancellationToken cancellationToken
    )
    {
        var found = new List<(long Record, long Number)>();
        void Take(DbDataReader row) => found.Add((row.GetInt64(0), row.GetInt64(1)));
        await ReadAsync(
            "find unregistered items",
            batch =>
            {
                found.Clear();
                batch.Ask(SqlServerEventStatements.Before, "@numbers", SqlServerEventRows.Numbers, Rows(records), Take);
                if (records.Count > 0)
                {
                    batch.Ask(SqlServerEventStatements.BeforeByUri, Take);
                }
            },
            cancellationToken
        );
        return found;
    }

    /// <inheritdoc/>
    public override async Task<StoredEvent?> EraseAsync(EventErasure erasure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var job = new SqlServerEventEraseJob(erasure);
        engine.Writer.Enqueue([job]);
        return await job.Task ? await FindAsync(erasure.Object, cancellationToken) : null;
    }

    private async Task<long> ReadLinksAsync(
        List<NumberRow> items,
        List<LinkStep> steps,
        long number,
        LinkPosition after,
        int most,
        List<EventLink> into,
        CancellationToken cancellationToken
    )
    {
        var begun = into.Count;
        var last = 0L;
        var (near, far) = after.Event == 0 ? default : await RolesAsync(after, cancellationToken);
        await ReadAsync(
            "read links",
            batch =>
            {
                into.RemoveRange(begun, into.Count - begun);
                batch
                    .Ask(
                        after.Event == 0 ? SqlServerEventStatements.Links : SqlServerEventStatements.LinksAfter,
                        "@numbers",
                        SqlServerEventRows.Numbers,
                        items,
                        row =>
                        {
                            last = row.GetInt64(0);
                            into.Add(Link(row));
                        }
                    )
                    .With("@steps", SqlServerEventRows.Steps, steps)
                    .With("@number", number)
                    .With("@limit", most - begun);
                if (after.Event != 0)
                {
                    batch
                        .With("@first", after.Item)
                        .With("@nearRole", near.Role)
                        .With("@time", near.Time)
                        .With("@event", after.Event)
                        .With("@near", after.NearRow)
                        .With("@farRole", far.Role)
                        .With("@far", after.Row);
                }
            },
            cancellationToken
        );
        return last;
    }

    /// <summary>The roles and the time of the link at which the page before ended.</summary>
    private async Task<((long Role, long Time) Near, (long Role, long Time) Far)> RolesAsync(
        LinkPosition after,
        CancellationToken cancellationToken
    )
    {
        (long, long) near = default;
        (long, long) far = default;
        await ReadAsync(
            "read links",
            batch =>
                batch
                    .Ask(SqlServerEventStatements.NearPart, row => near = (row.GetInt64(0), row.GetInt64(1)))
                    .Ask(SqlServerEventStatements.FarPart, row => far = (row.GetInt64(0), row.GetInt64(1)))
                    .With("@event", after.Event)
                    .With("@near", after.NearRow)
                    .With("@far", after.Row),
            cancellationToken
        );
        return (near, far);
    }

    /// <summary>Looks items up among what has no record, and then among the records.</summary>
    private Task LookUpAsync(
        string name,
        IReadOnlyList<ItemKey> keys,
        string records,
        Action<long, long> addUnregistered,
        Action<DbDataReader> addRecord,
        CancellationToken cancellationToken
    )
    {
        var wanted = keys.Select((key, i) => new BytesRow(i, key.Folded.Bytes)).ToList();
        // Both in one batch: an item is in one table at least, also while it is healed.
        return ReadAsync(
            name,
            batch =>
            {
                batch.Ask(
                    SqlServerEventStatements.LookUpUnregistered,
                    "@items",
                    SqlServerEventRows.Bytes,
                    wanted,
                    row => addUnregistered(row.GetInt64(0), row.GetInt64(1))
                );
                if (wanted.Count > 0)
                {
                    batch.Ask(records, addRecord);
                }
                if (keys.Any(static key => key.IsUri))
                {
                    batch.Ask(SqlServerEventStatements.LookUpUris, AddUri);
                }

                void AddUri(DbDataReader row)
                {
                    if (keys[(int)row.GetInt64(0)].IsUri)
                    {
                        addRecord(row);
                    }
                }
            },
            cancellationToken
        );
    }

    private async Task ReadAsync(string name, Action<LookupBatch> ask, CancellationToken cancellationToken) =>
        await engine.Database.RunAsync(
            name,
            async (connection, stop) =>
            {
                await using var batch = new LookupBatch(connection, engine.Database.Seconds);
                ask(batch);
                await batch.ReadAsync(stop);
                return true;
            },
            cancellationToken,
            isHeavy: true
        );

    private static void AskHolds(LookupBatch batch, List<NumberRow> items, Action<DbDataReader> take)
    {
        batch.Ask(SqlServerEventStatements.HoldsOf, "@numbers", SqlServerEventRows.Numbers, items, take);
        if (items.Count > 0)
        {
            batch.Ask(SqlServerEventStatements.HoldsBefore, take);
            batch.Ask(SqlServerEventStatements.HoldsBeforeByUri, take);
        }
    }

    private static List<NumberRow> Rows(IReadOnlyList<long> numbers) =>
        [.. numbers.Select((number, i) => new NumberRow(i, number))];

    private static TraceItem RecordItem(DbDataReader row)
    {
        var key = ItemKey.Stored((byte[])row.GetValue(2));
        return new TraceItem(
            row.GetInt64(1),
            key,
            RecordState.IdentifierOf((byte[])row.GetValue(5)) ?? key.ToString(),
            row.IsDBNull(3) ? null : row.GetString(3),
            IsRegistered: true,
            IsRevoked: row.GetInt64(4) == (long)RecordStatus.Revoked
        );
    }

    private static TraceItem UnregisteredItem(DbDataReader row) =>
        new(
            row.GetInt64(1),
            ItemKey.Stored((byte[])row.GetValue(2)),
            Text(row, 3)!,
            Template: null,
            IsRegistered: false,
            IsRevoked: false
        );

    private static EventLink Link(DbDataReader row)
    {
        var step = new LinkStep(
            (MemberRole)row.GetInt64(2),
            (MemberRole)row.GetInt64(11),
            (LinkKinds)row.GetInt64(10),
            null
        );
        return new EventLink(
            row.GetInt64(1),
            row.GetInt64(13),
            step.Kind,
            row.GetInt64(4),
            (EventType)row.GetInt64(9),
            row.GetInt64(3),
            (int)row.GetInt64(5),
            (int)row.GetInt64(12),
            Text(row, 6),
            Text(row, 7),
            Text(row, 14),
            Text(row, 15),
            step.PositionOf(Text(row, 8), Text(row, 16))
        );
    }

    private static ItemEvent Part(DbDataReader row, MemberRole role) =>
        new(
            row.GetInt64(0),
            row.GetInt64(1),
            (EventType)row.GetInt64(2),
            row.GetInt64(3),
            role,
            Text(row, 4),
            Text(row, 5),
            Text(row, 6)
        );

    private static EventPart Member(DbDataReader row) =>
        new(
            row.GetInt64(0),
            (int)row.GetInt64(1),
            (MemberRole)row.GetInt64(2),
            row.GetInt64(3),
            Text(row, 4),
            Text(row, 5),
            Text(row, 6)
        );

    private static string? Text(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Encoding.UTF8.GetString((byte[])row.GetValue(column));
}
