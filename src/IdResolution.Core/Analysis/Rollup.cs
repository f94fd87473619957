using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;

namespace IdResolution.Core.Analysis;

/// <summary>
/// Makes one figure of the values of all that an item was made from, or that was made from it. Needs role reader or
/// higher, and a caller of the whole node. Thread-safe.
/// </summary>
public sealed class Rollup(
    IEventStore events,
    IRecordStore records,
    CatalogHolder catalog,
    Tracer tracer,
    ThingFinder finder,
    QualityNames names
)
{
    private const int BytesOfValue = 320;

    /// <summary>Makes the figure.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask<Result<RollupReport>> ReckonAsync(
        RollupQuery query,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        var known = catalog.Current;
        if (
            AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused
            || (refused = Fault(query, known)) is not null
        )
        {
            return refused;
        }
        if (
            !(await finder.NameAsync(query.Root, "root", caller, cancellationToken)).TryGet(out var root, out var error)
        )
        {
            return error;
        }
        var asked = new TraceQuery
        {
            Root = root,
            Direction = query.Direction,
            At = query.At,
            Number = query.Number,
            Budget = query.Budget,
            Time = query.Time,
        };
        if (!(await tracer.Work.HoldReportAsync(caller.Actor, cancellationToken)).TryGet(out var held, out error))
        {
            return error;
        }
        using var hold = held;
        if (!(await tracer.WalkAsync(asked, caller, hold, cancellationToken)).TryGet(out var report, out error))
        {
            return error.Code is ErrorCode.NotFound or ErrorCode.Mistyped ? error with { Field = "root" } : error;
        }
        if (!report.End.IsComplete)
        {
            return RollupErrors.NotWhole();
        }
        if (!hold.TryHold(hold.Bytes + ((long)report.Graph.Nodes.Count * BytesOfValue)))
        {
            return TraceErrors.NoMemory();
        }
        using var turn = await TraceTurn.TakeAsync(tracer.Work, cancellationToken);
        var reader = new RollupValues(events, records, query, caller);
        var values = await reader.ReadAsync(report, known, turn, cancellationToken);
        if (await UnknownAsync(query, values, cancellationToken) is { } unknown)
        {
            return unknown;
        }
        var shares = query.NeedsShares
            ? await new TraceAnalysis(events, asked, caller, report, new LotMade(records, known), turn).SharesAsync(
                cancellationToken
            )
            : null;
        try
        {
            return Reckon(query, report, values, shares) with { Unmeasured = reader.Unmeasured };
        }
        catch (OverflowException)
        {
            return RollupErrors.TooGreat(query.Attribute is null ? "measurement" : "attribute");
        }
    }

    /// <summary>What was measured of no item here is perhaps mistyped.</summary>
    private async ValueTask<Error?> UnknownAsync(
        RollupQuery query,
        RollupValue?[] values,
        CancellationToken cancellationToken
    ) =>
        query.Measurement is { } measurement && !Array.Exists(values, static value => value is { Values.Count: > 0 })
            ? await names.UnknownAsync(QualityKind.Measurement, measurement, "measurement", cancellationToken)
            : null;

    private static RollupReport Reckon(RollupQuery query, TraceReport report, RollupValue?[] values, decimal?[]? shares)
    {
        var sums = new Dictionary<(string? Unit, string? WeightUnit), RollupSum>();
        var missing = new List<TraceItem>();
        var missingCount = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value)
            {
                continue;
            }
            var item = report.Graph.Nodes[i].Item;
            var (factor, weightUnit) = FactorOf(query, value, report.Amounts[i], shares?[i]);
            if (value.Values.Count == 0 || factor is null)
            {
                missingCount++;
                if (missing.Count < RollupReport.MaxMissing)
                {
                    missing.Add(item);
                }
                continue;
            }
            // A mean is in the unit of its values, whatever they are weighed by.
            var (unit, left, times) =
                query.Function == RollupFunction.Sum
                    ? RollupUnit.Of(value.Unit, weightUnit)
                    : (value.Unit, weightUnit, 1);
            if (!sums.TryGetValue((unit, left), out var sum))
            {
                sums.Add((unit, left), sum = new RollupSum(query.Function, unit, left));
            }
            sum.Add(item, value.Values, factor.Value * times);
        }
        return new RollupReport
        {
            Root = report.Root,
            Query = query,
            Number = report.Number,
            Found = report.Graph.Nodes.Count,
            Groups = [.. sums.Values.Select(static sum => sum.ToGroup()).OfType<RollupGroup>()],
            Missing = missing,
            MissingCount = missingCount,
            Unmeasured = [],
        };
    }

    /// <summary>
    /// What a value counts. Backward a lot counts by the share that is in the root; forward each item is whole.
    /// </summary>
    private static (decimal? Factor, string? Unit) FactorOf(
        RollupQuery query,
        RollupValue value,
        TraceAmount? amount,
        decimal? share
    )
    {
        var part = query.Direction == TraceDirection.Backward ? share ?? 1 : 1;
        return query.Weight switch
        {
            null => (query.Function == RollupFunction.Sum ? part * value.Part : value.Part, null),
            RollupQuery.Quantity => (amount?.Quantity, amount?.Unit),
            _ => (value.Weight * part, value.WeightUnit),
        };
    }

    private static Error? Fault(RollupQuery query, NodeCatalog catalog)
    {
        var faults = new Faults();
        if (query.Direction == TraceDirection.Both)
        {
            faults.Add("direction", "must be backward or forward", "应为 backward 或 forward");
        }
        if (query.Attribute is null == query.Measurement is null)
        {
            faults.Add("attribute", "or measurement is needed, one of them", "与 measurement 应给出其一");
        }
        if (query.Weight is not null && query.Function is not (RollupFunction.Sum or RollupFunction.Mean))
        {
            faults.Add("weight", "goes with sum and mean alone", "仅用于 sum 和 mean");
        }
        if (query.Budget is < 1 or > TraceGraph.MaxNodes)
        {
            faults.Add("budget", $"must be 1 to {TraceGraph.MaxNodes}", $"应为 1 至 {TraceGraph.MaxNodes}");
        }
        if (query.Templates.Count > TraceQuery.MaxTemplates)
        {
            faults.Add(
                "template",
                $"must be given {TraceQuery.MaxTemplates} times at most",
                $"最多给出 {TraceQuery.MaxTemplates} 个"
            );
        }
        else if (query.Templates.FirstOrDefault(code => catalog.FindLatest(code) is null) is { } unknown)
        {
            faults.Add("template", $"{unknown} is no template of this node", $"{unknown} 不是本节点的模板");
        }
        Check(query.Attribute, "attribute", query, catalog, faults);
        Check(query.Weight is RollupQuery.Quantity ? null : query.Weight, "weight", query, catalog, faults);
        return faults.TryCombine(out var error) ? error : null;
    }

    /// <summary>An attribute must be a number in one of the templates.</summary>
    private static void Check(string? code, string field, RollupQuery query, NodeCatalog catalog, Faults faults)
    {
        var templates = query.Templates.Count > 0 ? query.Templates : catalog.TemplateCodes;
        if (
            code is not null
            && !faults.Mention("template")
            && !templates.Any(t => RollupValues.IsNumber(catalog.FindLatest(t)?.Find(code)))
        )
        {
            faults.Add(field, "must be a number attribute of a template", "应为模板中的数字属性");
        }
    }
}
