using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Traces items: what they were made from, and what was made from them. Needs role reader or higher. A caller bound to
/// a prefix sees nothing beyond it, and a trace does not go through it. A partner sees of it what its grants show, as a
/// report. Thread-safe.
/// </summary>
/// <param name="events">The events and links.</param>
/// <param name="records">The records, to tell what may be meant by an identifier that is absent.</param>
/// <param name="catalog">The prefixes, and the log's name.</param>
/// <param name="secrets">The key file, with which cursors are sealed.</param>
/// <param name="work">What traces may take of the node.</param>
/// <param name="healer">
/// The log reader with the <see cref="UnregisteredHealer"/>, so that items registered before the trace have all their
/// events; null without one.
/// </param>
public sealed class Tracer(
    IEventStore events,
    IRecordStore records,
    CatalogHolder catalog,
    NodeSecrets secrets,
    TraceWork work,
    LogReader? healer = null
)
{
    private readonly PartnerTraces _partners = new(
        new PartnerItems(events, records, catalog),
        new PartnerCursors(secrets),
        catalog
    );

    private readonly EventIds _ids = new(secrets);
    private readonly byte[] _cursorKey = secrets.KeyFor("trace cursors");

    /// <summary>What traces may take of the node.</summary>
    internal TraceWork Work => work;

    /// <summary>The greatest number of items that a trace finds by all its cursors.</summary>
    public const long MaxFound = 3_000_000;

    /// <summary>The most characters that the attributes shown of a trace have together.</summary>
    public const int MaxAttributeLength = 16 << 20;

    private const int MaxTries = 3;

    /// <summary>Lets a walk through, or says why not. Nothing is walked yet.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask<Result<TraceWalk>> BeginAsync(
        TraceQuery query,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        if (
            AccessPolicy.Require(caller, Role.Reader) is { } refused
            || (refused = RequireSight(caller, query.Root)) is not null
            || (refused = Fault(query)) is not null
        )
        {
            return refused;
        }
        var seal = TraceCursor.SealOf(query, caller.Prefix?.Text, _cursorKey);
        if (!(await StartAsync(query, seal, cancellationToken)).TryGet(out var start, out var error))
        {
            return error;
        }
        return await FindAsync(query.Root, cancellationToken) is { } root
            ? new TraceWalk(
                events,
                query,
                new TraceItems(events, caller),
                root,
                new WalkStart(start, seal, caller.Actor, work)
            )
            : await TraceErrors.NoItemAsync(query.Root, catalog.Current, records, cancellationToken);
    }

    /// <summary>
    /// Walks to the end or to the budget, and looks at what it found as a whole. The report is disposed by who asks.
    /// </summary>
    /// <param name="query">What to trace.</param>
    /// <param name="explain">An item of the trace to show the paths to; null for none.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <param name="tell">Is told now and then how many items were found; null for nobody.</param>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask<Result<TraceReport>> ReportAsync(
        TraceQuery query,
        ItemName? explain,
        Caller caller,
        CancellationToken cancellationToken,
        Action<long>? tell = null
    )
    {
        if (!(await work.HoldReportAsync(caller.Actor, cancellationToken)).TryGet(out var hold, out var error))
        {
            return error;
        }
        var isKept = false;
        try
        {
            var made = await MakeAsync(query, explain, caller, hold, tell, cancellationToken);
            isKept = made.IsOk;
            return made;
        }
        finally
        {
            if (!isKept)
            {
                hold.Dispose();
            }
        }
    }

    private async ValueTask<Result<TraceReport>> MakeAsync(
        TraceQuery query,
        ItemName? explain,
        Caller caller,
        TraceHold hold,
        Action<long>? tell,
        CancellationToken cancellationToken
    )
    {
        var walked = caller.Partner is null
            ? await WalkAsync(query, caller, hold, cancellationToken, tell)
            : await SeenAsync(query, caller, hold, cancellationToken);
        if (!walked.TryGet(out var report, out var error))
        {
            return error;
        }
        var isAll = report.End.IsComplete && report.IsWhole;
        // Amounts, balances and findings would tell of what a partner does not see.
        if (isAll && caller.Partner is null)
        {
            using var turn = await TraceTurn.TakeAsync(work, cancellationToken);
            var made = new LotMade(records, catalog.Current);
            await new TraceAnalysis(events, query, caller, report, made, turn).RunAsync(cancellationToken);
        }
        if (query.Attributes.Count > 0)
        {
            using var turn = await TraceTurn.TakeAsync(work, cancellationToken);
            if (!await ReadAttributesAsync(report, caller, turn, cancellationToken))
            {
                return TraceErrors.TooLong();
            }
        }
        if (explain is not null)
        {
            if (report.Graph.Find(explain.Key.Folded) is not { } target)
            {
                return TraceErrors.NotInTrace(explain.Text, isAll);
            }
            using var turn = await TraceTurn.TakeAsync(work, cancellationToken);
            report.Paths = await TracePaths.ToAsync(report.Graph, target, turn, cancellationToken);
        }
        return report;
    }

    /// <summary>What a partner sees of a trace: the whole is walked, and what it sees is taken from it.</summary>
    private async ValueTask<Result<TraceReport>> SeenAsync(
        TraceQuery query,
        Caller caller,
        TraceHold hold,
        CancellationToken cancellationToken
    )
    {
        if (Fault(query, isPartner: true) is { } refused)
        {
            return refused;
        }
        var head = await events.HeadAsync(cancellationToken);
        if (!_partners.Start(query, head, caller).TryGet(out var start, out var error))
        {
            return error;
        }
        var root = (await _partners.Items.NumbersAsync([query.Root.Key], caller, cancellationToken))[0];
        if (root == 0 || (await events.ItemsAsync([root], cancellationToken)) is not [var item])
        {
            return await TraceErrors.NoItemAsync(query.Root, catalog.Current, records, cancellationToken, caller);
        }
        var items = _partners.Items.Of(caller)!;
        if (await items.ReadAsync(root, cancellationToken) is not { } rootSeen)
        {
            // The grant has just ended.
            return await TraceErrors.NoItemAsync(query.Root, catalog.Current, records, cancellationToken, caller);
        }
        var kinds = SeenTrace.KindsOf(rootSeen);
        var seen = new SeenTrace(query, items, number => _ids.Of(number, caller.Partner));
        var owner = caller with { Role = Role.Reader, Partner = null };
        foreach (var direction in PartnerTraces.DirectionsOf(query))
        {
            var asked = new TraceQuery
            {
                Root = query.Root,
                Direction = direction,
                Kinds = query.Kinds & kinds,
                At = query.At,
                Number = start.Number,
                Budget = TraceGraph.MaxNodes,
                Time = query.Time,
            };
            if (!(await WalkAsync(asked, owner, hold, cancellationToken)).TryGet(out var whole, out error))
            {
                return error;
            }
            if (!whole.End.IsComplete)
            {
                return TraceErrors.TooLarge();
            }
            await items.ReadAsync(
                whole.Graph.Nodes.Where(static node => node.Item.IsRegistered).Select(static node => node.Item.Number),
                cancellationToken
            );
            seen.Take(whole.Graph, direction == TraceDirection.Backward);
        }
        var skip = (int)start.Found;
        var part = seen.Part(skip, query.Budget);
        var end = new TraceEnd
        {
            Nodes = part.Nodes.Count,
            Links = part.Links.Count,
            Cursor =
                seen.Count > skip + query.Budget
                    ? _partners.TextOf(start with { Found = skip + query.Budget }, query, caller)
                    : null,
        };
        return new TraceReport(query, item, part, end, hold) { IsWhole = skip == 0 };
    }

    /// <summary>Walks to the end or to the budget, and looks at nothing yet.</summary>
    internal async ValueTask<Result<TraceReport>> WalkAsync(
        TraceQuery query,
        Caller caller,
        TraceHold hold,
        CancellationToken cancellationToken,
        Action<long>? tell = null
    )
    {
        TraceWalk? walk;
        TraceGraph graph;
        TraceEnd? end;
        var tries = 0;
        do
        {
            if (!(await BeginAsync(query, caller, cancellationToken)).TryGet(out walk, out var error))
            {
                return error;
            }
            graph = new TraceGraph(tell);
            if (!(await walk.RunAsync(graph, hold, cancellationToken)).TryGet(out end, out error))
            {
                return error;
            }
            if (graph.IsFull)
            {
                return TraceErrors.TooLarge();
            }
        } while (end.IsUnsettled && ++tries < MaxTries);
        return new TraceReport(query, walk, graph, end, hold);
    }

    /// <summary>Reads the attributes of the items that are shown. False if they are too long.</summary>
    private async ValueTask<bool> ReadAttributesAsync(
        TraceReport report,
        Caller caller,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var (now, nodes, length) = (catalog.Current, report.Graph.Nodes, 0L);
        string[] codes = [.. report.Query.Attributes];
        var found = new Dictionary<int, IReadOnlyList<AttributeValue>>();
        var sight = now.SightOf(caller);
        await TraceRecords.ReadAsync(
            records,
            nodes,
            i => nodes[i] is { IsShown: true, Item: { IsRevoked: false, Template: not null } },
            (i, state) =>
            {
                var projection = sight is null ? caller.Projection : sight.Of(state)?.Projection ?? Projection.Public;
                var values = RecordReader.Attributes(state, now, projection, codes);
                if (values.Count > 0)
                {
                    found.Add(i, values);
                }
                length += values.Sum(static value => (long)value.Canonical.Length);
                return length <= MaxAttributeLength;
            },
            turn,
            cancellationToken
        );
        report.Attributes = found;
        return length <= MaxAttributeLength;
    }

    /// <summary>
    /// The log number to read at: the one given, or the head. Events of items that were registered later are then those
    /// of their records.
    /// </summary>
    internal async ValueTask<Result<long>> NumberAsync(long? given, CancellationToken cancellationToken)
    {
        var head = await events.HeadAsync(cancellationToken);
        await HealAsync(head, cancellationToken);
        var number = given ?? head;
        return number >= 1 && number <= head ? number : TraceErrors.NoNumber(head);
    }

    /// <summary>A key bound to a prefix sees nothing beyond it, and no item that is known by a URI alone.</summary>
    private static Error? RequireSight(Caller caller, ItemName name)
    {
        if (name.Identifier is { } identifier)
        {
            return AccessPolicy.RequireSight(caller, identifier);
        }
        return caller.Reaches(name.Key.Folded.Bytes) ? null : TraceErrors.NoItem(name);
    }

    private Error? Fault(TraceQuery query, bool isPartner = false)
    {
        var faults = new Faults();
        if (query.Budget is < 1 or > TraceQuery.MaxBudget)
        {
            faults.Add("budget", $"must be 1 to {TraceQuery.MaxBudget}", $"应为 1 至 {TraceQuery.MaxBudget}");
        }
        if (query.Templates.Count > TraceQuery.MaxTemplates)
        {
            faults.Add(
                "template",
                $"must be given {TraceQuery.MaxTemplates} times at most",
                $"最多给出 {TraceQuery.MaxTemplates} 个"
            );
        }
        else if (query.Templates.FirstOrDefault(code => catalog.Current.FindLatest(code) is null) is { } unknown)
        {
            faults.Add("template", $"{unknown} is not the code of a template", $"{unknown} 不是模板的代码");
        }
        if (query.Attributes.Count > TraceQuery.MaxAttributes)
        {
            faults.Add(
                "attribute",
                $"must be given {TraceQuery.MaxAttributes} times at most",
                $"最多给出 {TraceQuery.MaxAttributes} 个"
            );
        }
        // A partner is not told which attributes there are that it does not see.
        else if (!isPartner && query.Attributes.Any(code => !catalog.Current.HasAttribute(code)))
        {
            faults.Add("attribute", "must be the code of an attribute of a template", "应为模板中某个属性的代码");
        }
        if (query.From >= query.To)
        {
            faults.Add("from", "must be earlier than to", "应早于 to");
        }
        return faults.TryCombine(out var error) ? error : null;
    }

    /// <summary>The log number to read at, and how far the walk was gone before.</summary>
    private async ValueTask<Result<TraceCursor>> StartAsync(
        TraceQuery query,
        byte[] seal,
        CancellationToken cancellationToken
    )
    {
        var log = EventCursor.LogOf(catalog.Current);
        var head = await events.HeadAsync(cancellationToken);
        await HealAsync(head, cancellationToken);
        if (query.Cursor is { } text)
        {
            if (!TraceCursor.TryParse(text, seal, out var cursor) || (query.Number ?? cursor.Number) != cursor.Number)
            {
                return TraceErrors.NoCursor();
            }
            if (cursor.Log != log || cursor.Number > head)
            {
                return TraceErrors.OtherLog("cursor");
            }
            return cursor.Found < MaxFound ? cursor : TraceErrors.TooManyFound();
        }
        var number = query.Number ?? head;
        return number >= 1 && number <= head ? new TraceCursor(log, number, 0, 0) : TraceErrors.NoNumber(head);
    }

    private async ValueTask HealAsync(long head, CancellationToken cancellationToken)
    {
        try
        {
            // Once everything is healed, a trace does not wait for the reader's other callers.
            if (healer is not null && healer.Cursor != head)
            {
                await healer.CatchUpAsync(head, cancellationToken);
            }
        }
        catch (StoreException)
        {
            // A store that takes no writes now, such as one from a backup, is read as it is.
        }
    }

    private async ValueTask<TraceItem?> FindAsync(ItemName name, CancellationToken cancellationToken)
    {
        var numbers = await events.NumbersAsync([name.Key], cancellationToken);
        if (numbers[0] == 0)
        {
            return null;
        }
        var items = await events.ItemsAsync(numbers, cancellationToken);
        return items.Count == 0 ? null : items[0];
    }
}
