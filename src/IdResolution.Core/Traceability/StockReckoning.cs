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
internal sealed class StockReckoning(IGraphReader graph, IRecordStore records, NodeCatalog catalog, PlantClock plant)
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
        var steps = await StepsAsync(parts, cancellationToken);
        var isLot = IsLot(item, steps);
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
                var row = new StockRow(
                    at.Place,
                    item.Number,
                    holding.Unit,
                    at.Holder,
                    item.Template ?? "",
                    holding.QuantityText,
                    age
                );
                Add(rows, row);
            }
        }
        return rows;
    }

    /// <summary>The parts of an item in events, the earliest first.</summary>
    public async ValueTask<IReadOnlyList<StockStep>> StepsAsync(long item, CancellationToken cancellationToken) =>
        await StepsAsync(await PartsAsync(item, cancellationToken), cancellationToken);

    /// <summary>True if an item is a lot, by its template or by what events say.</summary>
    public bool IsLot(TraceItem item, IReadOnlyList<StockStep> steps) =>
        RulesOf(item.Template)?.Quantity is not null
        || steps.Any(static step => LotBalance.IsOfLot(step.Part.Quantity, step.Part.Unit));

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
    /// The parts, the earliest first, each with its place and what the item went into or came out of.
    /// </summary>
    private async ValueTask<IReadOnlyList<StockStep>> StepsAsync(
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
                if (RulesOf(parent.Template)?.Links.Any(static rule => rule.Type == "contains") == true)
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
        var finder = new PlaceFinder(graph, long.MaxValue);
        var (carrier, since) = (holding.Carrier, holding.Since);
        if (!isLot)
        {
            // What a piece is in follows the same rule as in a trace.
            var parent = await new CurrentParent(graph, long.MaxValue).FindAsync(item.Number, cancellationToken);
            (carrier, since) = parent is { } found ? (found.Parent, found.Part.Time) : (0, 0);
        }
        if (carrier == 0)
        {
            return await KeyAsync(holding.Place, cancellationToken) is { } place ? (place, null) : null;
        }
        if ((await AssembliesAsync([carrier], cancellationToken)).Count > 0)
        {
            return null;
        }
        var at = await finder.FindAsync(isLot ? carrier : item.Number, cancellationToken);
        if (at is null && isLot)
        {
            at = new ItemPlace(holding.Place, 0);
        }
        var isAway = holding.IsAway || await IsAwayAsync(carrier, since, cancellationToken);
        var holder = await KeyAsync(carrier, cancellationToken);
        return (isAway || at is null ? null : await KeyAsync(at.Value.Place, cancellationToken), holder);
    }

    /// <summary>True if a carrier, or what it is on, was sent away or used up since something was put on it.</summary>
    private async ValueTask<bool> IsAwayAsync(long carrier, long since, CancellationToken cancellationToken)
    {
        for (var depth = 0; depth < PlaceFinder.Deepest; depth++)
        {
            var parts = await PartsAsync(carrier, cancellationToken);
            var steps = await StepsAsync(parts, cancellationToken);
            if (PieceStock.LeftAt(steps) is { } left && left >= since)
            {
                return true;
            }
            var parent = await new CurrentParent(graph, long.MaxValue).FindAsync(carrier, cancellationToken);
            if (parent is null)
            {
                return false;
            }
            (carrier, since) = (parent.Value.Parent, Math.Max(since, parent.Value.Part.Time));
        }
        return false;
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
        var record = (await records.FindAsync(item.Key.Folded, cancellationToken)).Record;
        var until = record is null ? null : new RuledRecord(record, catalog).Value(expiry);
        // What does not expire goes out last.
        return until is null ? long.MaxValue : LastDay.End(until, plant);
    }

    private TraceRules? RulesOf(string? template) => template is null ? null : catalog.FindPublished(template)?.Trace;
}
