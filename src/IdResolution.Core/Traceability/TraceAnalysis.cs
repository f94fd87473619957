using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Looks at a whole trace: quantities, what became of lots, and what is odd.</summary>
internal sealed class TraceAnalysis(
    IEventStore store,
    TraceQuery query,
    Caller caller,
    TraceReport report,
    LotMade made,
    TraceTurn turn
)
{
    /// <summary>
    /// The greatest number of items at the end of a trace that are asked for inputs that are missing.
    /// </summary>
    private const int MaxEnds = 1_000;

    // Each is compared with the coding rules.
    private const int MaxJudged = 1_000;

    private const int Page = 256;

    private static readonly MemberRole[] s_outputs = [MemberRole.Output];
    private static readonly MemberRole[] s_inputs = [MemberRole.Input];

    private readonly TraceFindings _findings = new();
    private readonly LotBooks _books = new(report.Graph, made);

    private readonly NodeCatalog _catalog = made.Catalog;

    private TraceGraph Graph => report.Graph;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        await ReckonAsync(cancellationToken);
        FindUnknown();
        await FindHeldAsync(cancellationToken);
        await FindTwoParentsAsync(cancellationToken);
        // Of a lot, such a caller may not see that it is one.
        if (caller.Prefix is null)
        {
            var containment = new Containment(store, report.Number);
            await new PieceUses(Graph, _books, made, _findings).FindAsync(containment, turn, cancellationToken);
        }
        if (caller.Prefix is null && query.Direction != TraceDirection.Forward)
        {
            await FindOutputsWithoutInputsAsync(cancellationToken);
        }
        var templates = new TemplateFindings(Graph, _catalog, _findings);
        templates.FindLinks();
        await turn.PauseAsync(cancellationToken);
        // A count would tell of what is beyond the caller's prefix.
        if (caller.Prefix is null)
        {
            await templates.FindIncompleteAsync(store, report, turn, cancellationToken);
        }
        report.Findings = _findings.All();
    }

    /// <summary>
    /// Reckons the quantities alone. Returns, by place, which share of an item they are; null where none is known.
    /// </summary>
    public async ValueTask<decimal?[]> SharesAsync(CancellationToken cancellationToken)
    {
        await ReckonAsync(cancellationToken);
        var shares = new decimal?[Graph.Nodes.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = report.Amounts[i] is { } amount
                ? Math.Min(1, amount.Quantity / (_books.Of(i).Total ?? 1))
                : null;
        }
        return shares;
    }

    private async ValueTask ReckonAsync(CancellationToken cancellationToken)
    {
        var outputs = new EventOutputs(Graph);
        await _books.FillAsync(turn, cancellationToken);
        if (caller.Prefix is null)
        {
            await ReadBooksAsync(cancellationToken);
        }
        outputs.Fill();
        await outputs.ReadAsync(store, caller, turn, cancellationToken);
        report.Amounts = await AmountsAsync(new TraceFlows(Graph, _books, outputs), cancellationToken);
    }

    private async ValueTask<TraceAmount?[]> AmountsAsync(TraceFlows flows, CancellationToken cancellationToken)
    {
        var amounts = new TraceAmount?[Graph.Nodes.Count];
        if (query.Direction != TraceDirection.Forward)
        {
            amounts = await flows.BackwardAsync(Order(backward: true), turn, cancellationToken);
        }
        if (query.Direction != TraceDirection.Backward)
        {
            var forward = await flows.ForwardAsync(Order(backward: false), turn, cancellationToken);
            for (var i = 0; i < forward.Length; i++)
            {
                amounts[i] ??= forward[i];
            }
        }
        return amounts;
    }

    private TraceOrder Order(bool backward)
    {
        var order = TraceOrder.Of(Graph, backward);
        foreach (var cycle in order.Cycles)
        {
            _findings.Add(
                "cycle",
                new("These items lead to each other in a circle.", "这些标识之间的关联构成循环。"),
                [.. cycle.Select(place => Graph.Nodes[place].Item)]
            );
        }
        return order;
    }

    private async ValueTask ReadBooksAsync(CancellationToken cancellationToken)
    {
        var balances = new Dictionary<long, IReadOnlyList<LotBalance>>();
        for (var i = 0; i < Graph.Nodes.Count; i++)
        {
            if (i != 0 && !_books.Of(i).IsLot)
            {
                continue;
            }
            await turn.PauseAsync(cancellationToken);
            await _books.ReadAsync(store, i, report.Number, query.At, cancellationToken);
            var (item, book) = (Graph.Nodes[i].Item, _books.Of(i));
            if (book.IsLot)
            {
                balances.Add(item.Number, book.Balances);
                Judge(item, book);
            }
        }
        report.Balances = balances;
    }

    private void Judge(TraceItem item, LotBook book)
    {
        foreach (var balance in book.Balances)
        {
            if (balance is { Made: { } made, Left: < 0 })
            {
                var gone = Plain(balance.Used + balance.Shipped + balance.Scrapped, balance.Unit);
                _findings.Add(
                    "over-consumption",
                    new(
                        $"Of {item.Spelling} {Plain(made, balance.Unit)} were made, and {gone} used, shipped or "
                            + "scrapped.",
                        $"{item.Spelling} 产出 {Plain(made, balance.Unit)}，而使用、发运、报废合计 {gone}。"
                    ),
                    [item]
                );
            }
        }
        if (book.Balances.Count > 1)
        {
            _findings.Gather(
                "units",
                new(
                    "Quantities are in different units; shares are reckoned in that in which the lot was made.",
                    "数量单位不一致；份额按产出时的单位计算。"
                ),
                item
            );
        }
    }

    private static string Plain(decimal value, string? unit) =>
        value.ToString("0.############", CultureInfo.InvariantCulture) + (unit is null ? "" : " " + unit);

    private void FindUnknown()
    {
        var judged = 0;
        foreach (var node in Graph.Nodes)
        {
            var item = node.Item;
            if (item.IsRevoked)
            {
                _findings.Gather("revoked", new("Revoked identifiers.", "已注销的标识。"), item);
            }
            else if (item is { IsRegistered: false, Key.IsText: false })
            {
                if (_catalog.IsHomed(item.Key.Folded))
                {
                    _findings.Gather("unregistered", new("Not registered yet.", "尚未注册的标识。"), item);
                    if (judged++ < MaxJudged && Misreading.IsLikelyOf(item.Spelling, _catalog))
                    {
                        _findings.Gather(
                            EventFinding.Mistyped,
                            new(
                                "Perhaps mistyped or misread: their check characters do not fit.",
                                "可能输入或扫描有误：校验字符不符。"
                            ),
                            item
                        );
                    }
                }
                else
                {
                    _findings.Gather(
                        "unverified",
                        new("Identifiers of other nodes, not verified.", "其他节点的标识，未经核验。"),
                        item
                    );
                }
            }
        }
    }

    /// <summary>Finds items that are held, and those used since their hold began.</summary>
    private async ValueTask FindHeldAsync(CancellationToken cancellationToken)
    {
        var holds = new Dictionary<long, List<(long Hold, long Time)>>();
        var times = new Dictionary<long, long>();
        for (var start = 0; start < Graph.Nodes.Count; start += Page)
        {
            await turn.PauseAsync(cancellationToken);
            var numbers = new List<long>(Page);
            for (var i = start; i < Math.Min(start + Page, Graph.Nodes.Count); i++)
            {
                numbers.Add(Graph.Nodes[i].Item.Number);
            }
            foreach (var hold in await store.HoldsAsync(numbers, cancellationToken))
            {
                if (!times.TryGetValue(hold.Hold, out var time))
                {
                    var stored = await store.FindAsync(hold.Hold, cancellationToken);
                    // One that came later is not in this trace.
                    time = stored is null || stored.Made > report.Number ? long.MaxValue : stored.Time;
                    times.Add(hold.Hold, time);
                }
                if (time == long.MaxValue)
                {
                    continue;
                }
                if (!holds.TryGetValue(hold.Item, out var own))
                {
                    holds.Add(hold.Item, own = []);
                }
                // The event of a hold may name what is beyond the caller's prefix.
                var told = caller.Prefix is null ? hold.Hold : 0;
                own.Add((told, time));
                if (told != 0 || own.Count == 1)
                {
                    _findings.Gather(
                        "held",
                        new("Held: not to be used until released.", "已冻结，放行前不得使用。"),
                        Graph.Nodes[Graph.PlaceOf(hold.Item)].Item,
                        told
                    );
                }
            }
        }
        if (holds.Count > 0)
        {
            FindHeldUses(holds);
        }
    }

    private void FindHeldUses(Dictionary<long, List<(long Hold, long Time)>> holds)
    {
        var seen = new HashSet<(long Item, long Hold)>();
        foreach (var link in Graph.Links)
        {
            if (
                link.Link.Kind is not (LinkKinds.Consumes or LinkKinds.Contains)
                || !holds.TryGetValue(link.To.Number, out var own)
            )
            {
                continue;
            }
            foreach (var (hold, time) in own)
            {
                if (link.Link.Time >= time && seen.Add((link.To.Number, hold)))
                {
                    _findings.Gather("held-used", new("Used while they were held.", "冻结期间被使用。"), link.To, hold);
                }
            }
        }
    }

    private async ValueTask FindTwoParentsAsync(CancellationToken cancellationToken)
    {
        var children = new Dictionary<long, List<TraceLink>>();
        foreach (var link in Graph.Links)
        {
            // So many of a lot may be in several parents.
            if (
                link.Link.Kind == LinkKinds.Contains
                && (link.Quantity is null || !_books.Of(Graph.PlaceOf(link.To.Number)).IsLot)
            )
            {
                if (!children.TryGetValue(link.To.Number, out var links))
                {
                    children.Add(link.To.Number, links = []);
                }
                links.Add(link);
            }
        }
        var containment = new Containment(store, report.Number);
        foreach (var links in children.Values)
        {
            await turn.PauseAsync(cancellationToken);
            if (await IsLotAsync(links, cancellationToken))
            {
                links.RemoveAll(static link => link.Quantity is not null);
            }
            if (links.Count > 0 && links.Exists(link => link.From.Number != links[0].From.Number))
            {
                await FindTwoParentsAsync(links, containment, cancellationToken);
            }
        }
    }

    /// <summary>
    /// True if all events of a child tell that it is a lot, or may tell it: a caller bound to a prefix has not all.
    /// </summary>
    private async ValueTask<bool> IsLotAsync(List<TraceLink> links, CancellationToken cancellationToken)
    {
        if (links.Count < 2 || !links.Exists(static link => link.Quantity is not null))
        {
            return false;
        }
        var place = Graph.PlaceOf(links[0].To.Number);
        if (caller.Prefix is null)
        {
            await _books.ReadAsync(store, place, report.Number, query.At, cancellationToken);
        }
        return caller.Prefix is not null || _books.Of(place).IsLot;
    }

    private async ValueTask FindTwoParentsAsync(
        List<TraceLink> links,
        Containment containment,
        CancellationToken cancellationToken
    )
    {
        links.Sort(
            static (left, right) => (left.Link.Time, left.Link.Event).CompareTo((right.Link.Time, right.Link.Event))
        );
        // The one that lasts longest of those before: another one that begins within it is in two at one time.
        var (latest, end) = (links[0], long.MinValue);
        foreach (var link in links)
        {
            var ends = await containment.EndAsync(
                link.From.Number,
                link.To.Number,
                link.Link.Time,
                link.Link.Event,
                cancellationToken
            );
            if (link.Link.Time < end && link.From.Number != latest.From.Number)
            {
                _findings.Add(
                    "two-parents",
                    new(
                        $"{link.To.Spelling} is in {latest.From.Spelling} and in {link.From.Spelling} at one time.",
                        $"{link.To.Spelling} 同时位于 {latest.From.Spelling} 和 {link.From.Spelling} 中。"
                    ),
                    [link.To, latest.From, link.From],
                    link.Link.Event
                );
            }
            if (ends > end)
            {
                (latest, end) = (link, ends);
            }
        }
    }

    /// <summary>Finds what came out of a transformation into which nothing went, at the ends of the trace.</summary>
    private async ValueTask FindOutputsWithoutInputsAsync(CancellationToken cancellationToken)
    {
        var made = new HashSet<long>();
        foreach (var link in Graph.Links)
        {
            if (link.Backward)
            {
                made.Add(link.From.Number);
            }
        }
        var ends = 0;
        for (var i = 0; i < Graph.Nodes.Count && ends < MaxEnds; i++)
        {
            var (item, generation) = (Graph.Nodes[i].Item, Graph.Nodes[i].Generation);
            var isAhead = query.Direction == TraceDirection.Both && generation > 0;
            if (!isAhead && !made.Contains(item.Number))
            {
                ends++;
                await turn.PauseAsync(cancellationToken);
                await FindOutputWithoutInputsAsync(item, cancellationToken);
            }
        }
    }

    private async ValueTask FindOutputWithoutInputsAsync(TraceItem item, CancellationToken cancellationToken)
    {
        var parts = await store.PartsAsync(item.Number, s_outputs, report.Number, Page, cancellationToken);
        foreach (var part in parts)
        {
            if (
                part.Type == EventType.Transform
                && !(part.Time > query.At)
                && (await store.MembersAsync([part.Event], s_inputs, cancellationToken)).Count == 0
            )
            {
                _findings.Gather(
                    "output-without-input",
                    new("An event names them as its outputs and no inputs.", "事件将其列为产出，但未列出任何投入。"),
                    item
                );
                return;
            }
        }
    }
}
