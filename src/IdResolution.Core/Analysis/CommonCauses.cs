using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;

namespace IdResolution.Core.Analysis;

/// <summary>
/// Finds what bad items have and good ones have not. Needs role reader or higher, and a caller of the whole node:
/// events name items of several prefixes. Thread-safe.
/// </summary>
public sealed class CommonCauses(
    IEventStore events,
    IRecordStore records,
    CatalogHolder catalog,
    Tracer tracer,
    ThingFinder finder,
    TraceWork work
) : IDisposable
{
    private readonly CausePlaces _places = new(TimeSpan.FromSeconds(30));

    /// <summary>Compares bad with good items.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async ValueTask<Result<CommonReport>> FindAsync(
        CommonQuery query,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused || (refused = Fault(query)) is not null)
        {
            return refused;
        }
        if (!(await _places.EnterAsync(caller.Actor, cancellationToken)).TryGet(out var entered, out var error))
        {
            return error;
        }
        using var run = entered;
        if (!(await work.EnterAsync(caller.Actor, cancellationToken)).TryGet(out var place, out error))
        {
            return error;
        }
        using var walk = place;
        return await CompareAsync(query, caller, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private static Error? Fault(CommonQuery query)
    {
        var faults = new Faults();
        if (query.Budget is < 1 or > CommonQuery.MaxBudget)
        {
            faults.Add("budget", $"must be 1 to {CommonQuery.MaxBudget}", $"应为 1 至 {CommonQuery.MaxBudget}");
        }
        if (query.Limit is < 1 or > CommonQuery.MaxLimit)
        {
            faults.Add("limit", $"must be 1 to {CommonQuery.MaxLimit}", $"应为 1 至 {CommonQuery.MaxLimit}");
        }
        if (query.MostP is not (> 0 and <= 1))
        {
            faults.Add("p", "must be greater than 0, and 1 at most", "应大于 0 且不大于 1");
        }
        return faults.TryCombine(out var error) ? error : null;
    }

    private async ValueTask<Result<CommonReport>> CompareAsync(
        CommonQuery query,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (!(await tracer.NumberAsync(query.Number, cancellationToken)).TryGet(out var number, out var error))
        {
            return error;
        }
        var chooser = new ItemChooser(events, records, catalog.Current, finder, caller);
        if (
            !(await chooser.FindAsync(query.Bad, "bad", cancellationToken)).TryGet(out var bad, out error)
            || !(await chooser.FindAsync(query.Good, "good", cancellationToken)).TryGet(out var good, out error)
            || (error = Fault(bad, good)) is not null
        )
        {
            return error;
        }
        var graph = new CauseGraph();
        bad.ForEach(item => graph.Add(item));
        good.ForEach(item => graph.Add(item));
        var all = graph.Items;
        using var hold = work.Hold(caller.Actor);
        var walk = new CauseWalk(events, query, number, work, graph, hold);
        var isComplete = await walk.RunAsync(cancellationToken);
        if (walk.IsRefused)
        {
            return TraceErrors.NoMemory();
        }
        if (walk.Generations == 0)
        {
            return CommonErrors.NoGeneration();
        }
        await ReadVersionsAsync(graph, cancellationToken);
        using var turn = await TraceTurn.TakeAsync(work, cancellationToken);
        graph.MakeBins();
        var tally = new CauseTally(graph, bad.Count, all);
        if (await tally.RunAsync(turn, cancellationToken) is { } tooMany)
        {
            return tooMany;
        }
        var search = new CauseSearch(graph, tally, query, bad.Count, all);
        var found = await search.RunAsync(turn, cancellationToken);
        var evidence = new CauseEvidence(graph, tally, events, bad.Count);
        return new CommonReport
        {
            Findings = await evidence.ShowAsync(found, cancellationToken),
            Bad = bad.Count,
            Good = all - bad.Count,
            Number = number,
            IsComplete = isComplete,
            Generations = walk.Generations,
            Found = graph.Items,
            Tried = search.Tried,
        };
    }

    /// <summary>A process is told apart by what its record said when it was used: the latest versions count.</summary>
    private async ValueTask ReadVersionsAsync(CauseGraph graph, CancellationToken cancellationToken)
    {
        foreach (var process in graph.Features.Where(static one => one.Key.Kind == CauseKind.Process))
        {
            var versions = await records.HistoryAsync(process.Key.Item, 0, CauseFeature.MaxBins, cancellationToken);
            process.Versions = [.. versions.Select(static one => (double)one.Body.Time).Reverse()];
        }
    }

    /// <summary>What is wrong with the items as a whole. Takes those that are bad from those that are good.</summary>
    private static Error? Fault(List<long> bad, List<long> good)
    {
        var isBad = bad.ToHashSet();
        good.RemoveAll(isBad.Contains);
        if (good.Count == 0)
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                "good has no items that are not bad too.",
                "good 中没有不属于 bad 的标识。",
                "good"
            );
        }
        return bad.Count + good.Count > CommonQuery.MaxItems ? CommonErrors.TooManyItems("good") : null;
    }
}
