using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Core.Traceability;
using IdResolution.Core.Views;

namespace IdResolution.Core.Analysis;

/// <summary>Reads what the items of a trace bring to a roll-up.</summary>
internal sealed class RollupValues(IEventStore events, IRecordStore records, RollupQuery query, Caller caller)
{
    private const int Page = 256;
    private const int EventPage = 64;

    private static readonly MemberRole[] s_own = [MemberRole.Output, MemberRole.Parent, MemberRole.Item];

    private readonly List<Measured> _measured = [];
    private readonly Dictionary<string, int> _unmeasured = new(StringComparer.Ordinal);

    /// <summary>Of what was read: templates of which no item was measured, with how many there are.</summary>
    public IReadOnlyList<RollupUnmeasured> Unmeasured =>
        [
            .. _unmeasured
                .Select(static one => new RollupUnmeasured(one.Key, one.Value))
                .OrderByDescending(static one => one.Count)
                .ThenBy(static one => one.Template, StringComparer.Ordinal),
        ];

    /// <summary>By place: what items bring; those that are not asked for bring null.</summary>
    public async ValueTask<RollupValue?[]> ReadAsync(
        TraceReport report,
        NodeCatalog catalog,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var nodes = report.Graph.Nodes;
        var values = new RollupValue?[nodes.Count];
        if (query.Measurement is not null)
        {
            await ReadMeasuredAsync(report, values, turn, cancellationToken);
        }
        for (var i = 0; query.Measurement is null && i < values.Length; i++)
        {
            values[i] = IsAsked(nodes[i].Item, catalog) ? new RollupValue([], null) : null;
        }
        if (query.Attribute is not null || query.Weight is not (null or RollupQuery.Quantity))
        {
            await TraceRecords.ReadAsync(
                records,
                nodes,
                i => values[i] is not null,
                (i, state) =>
                {
                    values[i] = WithRecord(values[i]!.Value, state, catalog);
                    return true;
                },
                turn,
                cancellationToken
            );
        }
        return values;
    }

    /// <summary>The numbers that an attribute of a record has; null where it is no number.</summary>
    internal static bool IsNumber(AttributeDefinition? attribute) =>
        attribute is { State: AttributeState.Active, Type: AttributeType.Integer or AttributeType.Decimal };

    private bool IsOfTemplates(TraceItem item) => query.Templates.Count == 0 || query.Templates.Contains(item.Template);

    /// <summary>True if an item should have the attribute.</summary>
    private bool IsAsked(TraceItem item, NodeCatalog catalog) =>
        item is { IsRegistered: true, IsRevoked: false, Template: { } template }
        && IsOfTemplates(item)
        && IsNumber(catalog.FindLatest(template)?.Find(query.Attribute!));

    private RollupValue WithRecord(RollupValue value, byte[] state, NodeCatalog catalog)
    {
        var read = RecordReader.Attributes(state, catalog, caller.Projection, query.Attribute, query.Weight);
        foreach (var (attribute, text) in read)
        {
            if (!IsNumber(attribute))
            {
                continue;
            }
            var numbers = Numbers(ValueCodec.Items(attribute, text));
            if (attribute.Code == query.Attribute)
            {
                value = value with { Values = numbers, Unit = attribute.Unit };
            }
            if (attribute.Code == query.Weight && numbers is [var weight])
            {
                value = value with { Weight = weight, WeightUnit = attribute.Unit };
            }
        }
        return value;
    }

    /// <summary>Takes of each item the values of its latest event that measured them.</summary>
    private async ValueTask ReadMeasuredAsync(
        TraceReport report,
        RollupValue?[] values,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var nodes = report.Graph.Nodes;
        for (var first = 0; first < values.Length; first += Page)
        {
            await turn.PauseAsync(cancellationToken);
            var items = new List<long>();
            for (var i = first; i < Math.Min(first + Page, values.Length); i++)
            {
                items.Add(nodes[i].Item.Number);
            }
            var parts = await events.PartsOfAsync(items, s_own, report.Number, CauseWalk.MaxParts, cancellationToken);
            var read = await MeasuredInAsync(parts, turn, cancellationToken);
            for (var i = 0; i < parts.Count; i++)
            {
                values[first + i] = parts[i]
                    .Where(part => !(part.Time > query.At) && read.ContainsKey(part.Event))
                    .Select(part => (RollupValue?)read[part.Event])
                    .FirstOrDefault();
            }
        }
        AddUnmeasured(nodes, values);
    }

    /// <summary>
    /// Where one of a template was measured, all of them should have been. Of the other templates it is counted what
    /// was not measured: a sum with such items in it may lack something.
    /// </summary>
    private void AddUnmeasured(IReadOnlyList<TraceNode> nodes, RollupValue?[] values)
    {
        var measured = new HashSet<string?>(query.Templates);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = IsOfTemplates(nodes[i].Item) ? values[i] : null;
            if (values[i] is not null && nodes[i].Item.Template is { } template)
            {
                measured.Add(template);
            }
        }
        for (var i = 0; i < values.Length; i++)
        {
            if (nodes[i].Item is not { IsRevoked: false, Template: { } template })
            {
                continue;
            }
            if (measured.Contains(template))
            {
                values[i] ??= new RollupValue([], null);
            }
            else if (query.Templates.Count == 0)
            {
                _unmeasured[template] = _unmeasured.GetValueOrDefault(template) + 1;
            }
        }
    }

    /// <summary>What events measured of it, by their numbers.</summary>
    private async ValueTask<Dictionary<long, RollupValue>> MeasuredInAsync(
        IReadOnlyList<IReadOnlyList<ItemEvent>> parts,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var read = new Dictionary<long, RollupValue>();
        var wanted = parts.SelectMany(static own => own).Select(static part => part.Event).Distinct();
        foreach (var page in wanted.Chunk(EventPage))
        {
            await turn.PauseAsync(cancellationToken);
            var members = await events.MembersAsync(page, s_own, cancellationToken);
            var sharers = members.Select(static m => (m.Event, m.Item)).Distinct().ToLookup(static m => m.Event);
            foreach (var stored in await events.FindAllAsync(page, cancellationToken))
            {
                _measured.Clear();
                Measured.Read(stored, _measured);
                var own = _measured.FindAll(m => m.Value is not null && m.Characteristic == query.Measurement);
                if (own.Count > 0)
                {
                    // One event measures one thing in one unit; what has another one is left out with it.
                    var same = own.Where(m => m.Unit == own[0].Unit).Select(static m => m.Value!);
                    var part = 1m / Math.Max(1, sharers[stored.Object].Count());
                    read[stored.Object] = new RollupValue(Numbers([.. same]), own[0].Unit, Part: part);
                }
            }
        }
        return read;
    }

    // Of more digits than a lot may have none can be added up: they are missing.
    private static List<decimal> Numbers(IReadOnlyList<string> texts)
    {
        var numbers = new List<decimal>(texts.Count);
        foreach (var text in texts)
        {
            if (LotBalance.TryRead(text, out var number))
            {
                numbers.Add(number);
            }
        }
        return numbers;
    }
}
