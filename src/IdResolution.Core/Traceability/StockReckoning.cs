using IdResolution.Core.Catalog;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Reckons what is where of one item, from all of its events: so late events and corrections come out right. What is
/// built into an assembly is not in stock; what is on a carrier is, where the carrier is. An assembly is what has a
/// template with a rule of kind contains. Used for one page of items.
/// </summary>
internal sealed class StockReckoning(
    IGraphReader graph,
    Func<ItemKey, CancellationToken, ValueTask<StoredRecord?>> find,
    NodeCatalog catalog,
    PlantClock plant
)
{
    private const int MostParts = 100_000;
    private const int EventsAtOnce = 256;

    private static readonly MemberRole[] s_roles =
    [
        MemberRole.Item,
        MemberRole.Output,
        MemberRole.Input,
        MemberRole.Child,
        MemberRole.Removed,
        MemberRole.Covered,
    ];

    private static readonly MemberRole[] s_others = [MemberRole.Place, MemberRole.Parent, MemberRole.RemovedFrom];
    private static readonly MemberRole[] s_ofEmptying = [MemberRole.Place, MemberRole.Removed];

    /// <summary>Reckons with the records of a store.</summary>
    public StockReckoning(IGraphReader graph, IRecordStore records, NodeCatalog catalog, PlantClock plant)
        : this(
            graph,
            async (key, cancellationToken) => (await records.FindAsync(key.Folded, cancellationToken)).Record,
            catalog,
            plant
        ) { }

    /// <summary>The rows of an item; none for one that is not registered, or was revoked.</summary>
    public async ValueTask<IReadOnlyList<StockRow>> RowsAsync(TraceItem item, CancellationToken cancellationToken)
    {
        if (!item.IsRegistered || item.IsRevoked)
        {
            return [];
        }
        var parts = await PartsAsync(item.Number, cancellationToken);
        if (parts.Count == 0)
        {
            return [];
        }
        var rules = RulesOf(item.Template);
        var isLot = IsLot(item.Template, parts);
        var steps = await StepsAsync(parts, isLot, 0, cancellationToken);
        var held = isLot ? LotStock.Of(steps) : PieceStock.Of(steps);
        if (held.Count == 0)
        {
            return [];
        }
        var age = await AgeAsync(item, rules, steps[0].Part.Time, cancellationToken);
        var rows = new List<StockRow>();
        foreach (var holding in held)
        {
            if (await PlacedAsync(item, holding, isLot, cancellationToken) is { } at)
            {
                Add(rows, RowOf(item, holding, at, age));
            }
        }
        return rows;
    }

    /// <summary>True for a piece that is neither used up nor built in: where it is found, it is in stock.</summary>
    public async ValueTask<bool> IsPieceAsync(TraceItem item, CancellationToken cancellationToken)
    {
        var parts = await PartsAsync(item.Number, cancellationToken);
        if (
            IsLot(item.Template, parts)
            || PieceStock.Of(await StepsAsync(parts, false, 0, cancellationToken)).Count == 0
        )
        {
            return false;
        }
        var parent = await new CurrentParent(graph, long.MaxValue).FindAsync(item.Number, cancellationToken);
        return parent is null || (await AssembliesAsync([parent.Value.Parent], cancellationToken)).Count == 0;
    }

    private static StockRow RowOf(
        TraceItem item,
        StockHolding holding,
        (ItemKey? Place, ItemKey? Holder) at,
        long age
    ) => new(at.Place, item.Number, holding.Unit, at.Holder, item.Template ?? "", holding.QuantityText, age);

    /// <summary>What happened to an item, the earliest first.</summary>
    public async ValueTask<IReadOnlyList<StockStep>> StepsAsync(long item, CancellationToken cancellationToken)
    {
        var parts = await PartsAsync(item, cancellationToken);
        var template = await graph.ItemsAsync([item], cancellationToken) is [var known, ..] ? known.Template : null;
        return await StepsAsync(parts, IsLot(template, parts), 0, cancellationToken);
    }

    /// <summary>True if an item is a lot, by its template or by what events say.</summary>
    public bool IsLot(string? template, IEnumerable<ItemEvent> parts) =>
        RulesOf(template)?.IsOfLots == true || parts.Any(static part => LotBalance.IsOfLot(part.Quantity, part.Unit));

    /// <summary>Of a carrier of which nothing says where it is, all that came to one place is one row.</summary>
    private static void Add(List<StockRow> rows, StockRow row)
    {
        var same = rows.FindIndex(r => r.Position == row.Position);
        if (same < 0)
        {
            rows.Add(row);
        }
        else if (
            LotBalance.TryRead(rows[same].Quantity, out var before) && LotBalance.TryRead(row.Quantity, out var more)
        )
        {
            rows[same] = row with { Quantity = StockHolding.TextOf(before + more) };
        }
    }

    private ValueTask<IReadOnlyList<ItemEvent>> PartsAsync(long item, CancellationToken cancellationToken) =>
        graph.PartsAsync(item, s_roles, long.MaxValue, MostParts, cancellationToken);

    /// <summary>
    /// What happened to an item, the earliest first: its parts, and that what it was in was emptied. What came off a
    /// carrier is where the carrier was.
    /// </summary>
    private async ValueTask<IReadOnlyList<StockStep>> StepsAsync(
        IReadOnlyList<ItemEvent> parts,
        bool isLot,
        int depth,
        CancellationToken cancellationToken
    )
    {
        var given = await GivenAsync(parts, cancellationToken);
        if (depth >= PlaceFinder.Deepest || !given.Exists(static step => step.Part.Role == MemberRole.Child))
        {
            return given;
        }
        var emptied = await EmptiedAsync(given, isLot, cancellationToken);
        // An event that is written later comes later where they are of one time.
        var all = given.Concat(emptied).OrderBy(static s => s.Part.Time).ThenBy(static s => s.Part.Event);
        var (steps, within) = (new List<StockStep>(), new Dictionary<long, long>());
        // Of a piece that was brought somewhere by itself, the carrier says nothing that is older.
        var placed = long.MinValue;
        foreach (var step in all)
        {
            if (!isLot && (step.Place != 0 || step.IsReceived))
            {
                placed = step.Part.Time;
            }
            if (step.Part.Role == MemberRole.Child)
            {
                within[step.Parent] = step.Part.Time;
            }
            if (step.Part.Role != MemberRole.Removed)
            {
                steps.Add(step);
                continue;
            }
            var from = step.Parent != 0 || within.Count == 0 ? step.Parent : within.MaxBy(static w => w.Value).Key;
            var isIn = within.TryGetValue(from, out var since);
            if (isIn || !emptied.Contains(step))
            {
                var left = step with { Parent = from };
                steps.Add(isIn ? await LeftAsync(left, since, placed, depth, cancellationToken) : left);
            }
            if (!isLot)
            {
                within.Remove(from);
            }
        }
        return steps;
    }

    /// <summary>Where an item was left that came off something: where that was, if the event does not say.</summary>
    private async ValueTask<StockStep> LeftAsync(
        StockStep step,
        long since,
        long placed,
        int depth,
        CancellationToken cancellationToken
    )
    {
        if (step.Place != 0)
        {
            return step;
        }
        var time = step.Part.Time;
        if (await IsAwayAsync(step.Parent, Math.Max(since, placed), time, depth + 1, cancellationToken))
        {
            return step with { IsAway = true };
        }
        var at = await new PlaceFinder(graph, long.MaxValue).FindAsync(step.Parent, cancellationToken, time);
        return at?.Time >= placed ? step with { Place = at.Value.Place } : step;
    }

    /// <summary>The events that emptied what an item was put into; of a lot, carriers alone.</summary>
    private async ValueTask<List<StockStep>> EmptiedAsync(
        List<StockStep> given,
        bool isLot,
        CancellationToken cancellationToken
    )
    {
        var found = new List<StockStep>();
        var holders = given
            .Where(step => step.Part.Role == MemberRole.Child && step.Parent != 0 && !(isLot && step.IsAssembly))
            .ToLookup(static step => step.Parent, static step => step.IsAssembly);
        foreach (var holder in holders)
        {
            var parts = await graph.PartsAsync(
                holder.Key,
                [MemberRole.RemovedFrom],
                long.MaxValue,
                MostParts,
                cancellationToken
            );
            foreach (var some in parts.Chunk(EventsAtOnce))
            {
                long[] events = [.. some.Select(static part => part.Event)];
                var members = await graph.MembersAsync(events, s_ofEmptying, cancellationToken);
                var ofEvent = members.ToLookup(static m => m.Event);
                foreach (var part in some)
                {
                    if (ofEvent[part.Event].All(static m => m.Role == MemberRole.Place))
                    {
                        var place = ofEvent[part.Event].Select(static m => m.Item).FirstOrDefault();
                        var step = part with { Role = MemberRole.Removed, Quantity = null, Unit = null };
                        found.Add(new StockStep(step, place, holder.Key, holder.First()));
                    }
                }
            }
        }
        return found;
    }

    /// <summary>
    /// The parts, the earliest first, each with its place and what the item went into or came out of.
    /// </summary>
    private async ValueTask<List<StockStep>> GivenAsync(
        IReadOnlyList<ItemEvent> parts,
        CancellationToken cancellationToken
    )
    {
        var (places, parents) = (new Dictionary<long, long>(), new Dictionary<long, long>());
        foreach (var some in parts.Select(static p => p.Event).Distinct().Chunk(EventsAtOnce))
        {
            foreach (var member in await graph.MembersAsync(some, s_others, cancellationToken))
            {
                (member.Role == MemberRole.Place ? places : parents).TryAdd(member.Event, member.Item);
            }
        }
        var assemblies = await AssembliesAsync([.. parents.Values.Distinct()], cancellationToken);
        var steps = new List<StockStep>(parts.Count);
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            var part = parts[i];
            var parent = parents.GetValueOrDefault(part.Event);
            steps.Add(new StockStep(part, places.GetValueOrDefault(part.Event), parent, assemblies.Contains(parent)));
        }
        return steps;
    }

    /// <summary>Those of some parents that what is inside is a part of.</summary>
    private async ValueTask<HashSet<long>> AssembliesAsync(long[] parents, CancellationToken cancellationToken)
    {
        var assemblies = new HashSet<long>();
        foreach (var some in parents.Chunk(EventsAtOnce))
        {
            foreach (var parent in await graph.ItemsAsync(some, cancellationToken))
            {
                if (Carriers.IsAssembly(parent.Template, catalog))
                {
                    assemblies.Add(parent.Number);
                }
            }
        }
        return assemblies;
    }

    /// <summary>
    /// Where it is that an item, or so much of a lot, was last brought; null where it is not in stock: built in, or
    /// nothing says where it is.
    /// </summary>
    private async ValueTask<(ItemKey? Place, ItemKey? Holder)?> PlacedAsync(
        TraceItem item,
        StockHolding holding,
        bool isLot,
        CancellationToken cancellationToken
    )
    {
        var (carrier, since) = (holding.Carrier, holding.Since);
        if (!isLot)
        {
            // What a piece is in follows the same rule as in a trace.
            var parent = await new CurrentParent(graph, long.MaxValue).FindAsync(item.Number, cancellationToken);
            // What was brought somewhere since by itself is there, wherever the carrier went before.
            (carrier, since) = parent is { } found ? (found.Parent, Math.Max(since, found.Part.Time)) : (0, 0);
        }
        if (carrier == 0)
        {
            return await KeyAsync(holding.Place, cancellationToken) is { } place ? (place, null) : null;
        }
        if ((await AssembliesAsync([carrier], cancellationToken)).Count > 0)
        {
            return null;
        }
        return await OnCarrierAsync(isLot ? null : item, holding, carrier, since, cancellationToken);
    }

    /// <summary>Where a piece is that is on a carrier; so much of a lot where there is no piece.</summary>
    private async ValueTask<(ItemKey? Place, ItemKey? Holder)> OnCarrierAsync(
        TraceItem? piece,
        StockHolding holding,
        long carrier,
        long since,
        CancellationToken cancellationToken
    )
    {
        var at = await new PlaceFinder(graph, long.MaxValue).FindAsync(piece?.Number ?? carrier, cancellationToken);
        if (at is null && piece is null)
        {
            at = new ItemPlace(holding.Place, 0);
        }
        var isAway = holding.IsAway || await IsAwayAsync(carrier, since, long.MaxValue, 0, cancellationToken);
        var holder = await KeyAsync(carrier, cancellationToken);
        return (isAway || at is null ? null : await KeyAsync(at.Value.Place, cancellationToken), holder);
    }

    /// <summary>
    /// True if a carrier, or what it is on, was sent away or used up since something was put on it, and up to a time.
    /// </summary>
    private async ValueTask<bool> IsAwayAsync(
        long carrier,
        long since,
        long until,
        int depth,
        CancellationToken cancellationToken
    )
    {
        if (await HasLeftAsync(carrier, since, until, depth, cancellationToken))
        {
            return true;
        }
        var parents = new CurrentParent(graph, long.MaxValue);
        await foreach (var (part, parent) in parents.ClimbAsync(carrier, cancellationToken, until))
        {
            since = Math.Max(since, part.Time);
            if (await HasLeftAsync(parent, since, until, ++depth, cancellationToken))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The same of the carrier itself.</summary>
    private async ValueTask<bool> HasLeftAsync(
        long carrier,
        long since,
        long until,
        int depth,
        CancellationToken cancellationToken
    )
    {
        if (depth >= PlaceFinder.Deepest)
        {
            return false;
        }
        var parts = await PartsAsync(carrier, cancellationToken);
        var before = until == long.MaxValue ? parts : [.. parts.Where(part => part.Time <= until)];
        return PieceStock.LeftAt(await StepsAsync(before, false, depth, cancellationToken)) >= since;
    }

    private async ValueTask<ItemKey?> KeyAsync(long number, CancellationToken cancellationToken) =>
        number != 0 && await graph.ItemsAsync([number], cancellationToken) is [var item, ..] ? item.Key : null;

    private async ValueTask<long> AgeAsync(
        TraceItem item,
        TraceRules? rules,
        long first,
        CancellationToken cancellationToken
    )
    {
        if (rules is not { FirstOut: TraceRules.Fefo, Expiry: { } expiry })
        {
            return first;
        }
        var record = await find(item.Key, cancellationToken);
        var until = record is null ? null : new RuledRecord(record, catalog).Value(expiry);
        // What does not expire goes out last.
        return until is null ? long.MaxValue : LastDay.End(until, plant);
    }

    private TraceRules? RulesOf(string? template) => template is null ? null : catalog.FindPublished(template)?.Trace;
}
