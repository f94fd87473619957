using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Core.Traceability;

namespace IdResolution.Core.Analysis;

/// <summary>Finds the items of a choice.</summary>
internal sealed class ItemChooser(
    IEventStore events,
    IRecordStore records,
    NodeCatalog catalog,
    ThingFinder finder,
    Caller caller
)
{
    private const int Page = 1_000;

    /// <summary>The numbers of the items, each once.</summary>
    /// <param name="choice">The choice; null where none was given.</param>
    /// <param name="field">The field that faults name.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<List<long>>> FindAsync(
        ItemChoice? choice,
        string field,
        CancellationToken cancellationToken
    )
    {
        if (choice is null)
        {
            return Fault(field, "is needed: a list of identifiers, or a template", "不能为空：标识列表，或模板");
        }
        var found = choice.Identifiers is { } named
            ? await NamedAsync(named, field, cancellationToken)
            : await SearchAsync(choice, field, cancellationToken);
        return found is { IsOk: true, Value.Count: 0 } ? Fault(field, "has no items", "没有标识") : found;
    }

    private async ValueTask<Result<List<long>>> NamedAsync(
        IReadOnlyList<string> named,
        string field,
        CancellationToken cancellationToken
    )
    {
        if (named.Count > CommonQuery.MaxItems)
        {
            return CommonErrors.TooManyItems(field);
        }
        var faults = new Faults();
        var keys = new List<ItemKey>(named.Count);
        for (var i = 0; i < named.Count; i++)
        {
            var name = await finder.NameAsync(named[i], $"{field}[{i}]", caller, cancellationToken);
            if (name.TryGet(out var item, out var error))
            {
                keys.Add(item.Key);
            }
            else
            {
                faults.Add(error with { Code = ErrorCode.InvalidValue });
            }
        }
        if (faults.TryCombine(out var faulty))
        {
            return faulty;
        }
        var numbers = new List<long>(keys.Count);
        for (var first = 0; first < keys.Count; first += Page)
        {
            var page = keys.GetRange(first, Math.Min(Page, keys.Count - first));
            numbers.AddRange(await events.NumbersAsync(page, cancellationToken));
        }
        for (var i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] == 0)
            {
                faults.Add(
                    $"{field}[{i}]",
                    "is neither registered nor named by an event",
                    "既未注册，也未在事件中出现"
                );
            }
        }
        return faults.TryCombine(out faulty) ? faulty : numbers.Distinct().ToList();
    }

    private async ValueTask<Result<List<long>>> SearchAsync(
        ItemChoice choice,
        string field,
        CancellationToken cancellationToken
    )
    {
        if (!QueryOf(choice, field).TryGet(out var query, out var error))
        {
            return error;
        }
        var numbers = new List<long>();
        while (true)
        {
            var page = await records.SearchAsync(query, cancellationToken);
            for (var i = 0; i < page.Count; i++)
            {
                numbers.Add(page[i].Object);
            }
            if (numbers.Count > CommonQuery.MaxItems)
            {
                return CommonErrors.TooManyItems(field);
            }
            if (!page.IsFull)
            {
                return numbers;
            }
            query = query with { After = numbers[^1] };
        }
    }

    private Result<RecordQuery> QueryOf(ItemChoice choice, string field)
    {
        if (choice.Template is null || catalog.FindLatest(choice.Template) is not { } template)
        {
            return choice.Template is null
                ? Fault($"{field}.template", "is needed", "不能为空")
                : Fault($"{field}.template", "is no template of this node", "不是本节点的模板");
        }
        var faults = new Faults();
        var query = new RecordQuery
        {
            Template = template.Code,
            CreatedFrom = choice.From,
            CreatedBefore = choice.To,
            Limit = Page,
        };
        if (choice.From >= choice.To)
        {
            faults.Add($"{field}.from", "must be earlier than to", "应早于 to");
        }
        if (choice.Attributes.Count > 1)
        {
            faults.Add($"{field}.attributes", "must have one attribute at most", "最多给出一个属性");
        }
        else if (choice.Attributes is [var (code, value)])
        {
            query = ItemSearch.With(query, template, code, value, $"{field}.attributes.{code}", faults);
        }
        return faults.TryCombine(out var error) ? error : query;
    }

    private static Error Fault(string field, string en, string zh) =>
        Error.Of(ErrorCode.InvalidValue, $"{field} {en}.", $"{field} {zh}。", field);
}
