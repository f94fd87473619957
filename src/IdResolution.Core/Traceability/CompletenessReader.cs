using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells what is missing of the items of a template: parts, certificates, steps, measured values. Needs role reader or
/// higher, and a key that is not bound to a prefix. Thread-safe.
/// </summary>
/// <param name="store">The quality archive.</param>
/// <param name="events">The events.</param>
/// <param name="archive">Has the archive catch up.</param>
/// <param name="records">The records.</param>
/// <param name="catalog">The templates.</param>
/// <param name="time">The clock.</param>
public sealed class CompletenessReader(
    IQualityStore store,
    IEventStore events,
    ArchiveWait archive,
    IRecordStore records,
    CatalogHolder catalog,
    TimeProvider time
)
{
    /// <summary>Records looked at where nobody says how many.</summary>
    public const int UsualPage = 100;

    /// <summary>The most records that are looked at in one call.</summary>
    public const int MaxPage = 1_000;

    /// <summary>The longest time that is looked at, in days.</summary>
    public const int MaxDays = 366;

    /// <summary>The most steps in an answer.</summary>
    public const int MaxSteps = 1_000;

    private const int UsualDays = 31;
    private const long DayMicros = 86_400_000_000;
    private const string Certificate = "certificate";

    /// <summary>Looks at the items of a template.</summary>
    public async ValueTask<Result<CompletenessReport>> ReadAsync(
        CompletenessFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (!Check(filter, out var query, out var after).TryGet(out var template, out var error))
        {
            return error;
        }
        var (number, behind) = await archive.CatchUpAsync(cancellationToken);
        var steps = await store.StepsAsync(query, cancellationToken);
        if (steps.Count > MaxSteps)
        {
            return QualityErrors.TooManySteps();
        }
        var report = new CompletenessReport
        {
            Template = query.Template,
            From = query.From,
            To = query.To,
            Number = number,
            Behind = behind,
            Checked = 0,
            StepItems = steps.Count == 0 ? 0 : await store.StepItemsAsync(query, cancellationToken),
            Steps = steps,
        };
        var (withRecords, lastRecord) = await AddRecordsAsync(
            report,
            template,
            filter,
            after.Record,
            cancellationToken
        );
        var (whole, lastItem) = await AddMissingAsync(withRecords, query, filter, after.Item, cancellationToken);
        return lastRecord is null && lastItem is null
            ? whole
            : whole with
            {
                Next = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{lastRecord ?? long.MaxValue}.{lastItem ?? long.MaxValue}"
                ),
            };
    }

    /// <summary>Looks at a page of records. Gives the last one where there may be more.</summary>
    private async ValueTask<(CompletenessReport Report, long? Last)> AddRecordsAsync(
        CompletenessReport report,
        Template template,
        CompletenessFilter filter,
        long after,
        CancellationToken cancellationToken
    )
    {
        var rules = template.Trace is { } trace && trace.Links.Any(static r => r.Least > 0) ? trace : null;
        var hasCertificate = template.PositionOf(Certificate) >= 0;
        var page = await records.SearchAsync(
            new RecordQuery
            {
                Template = report.Template,
                CreatedFrom = report.From,
                CreatedBefore = report.To,
                After = after,
                Limit = filter.Limit,
            },
            cancellationToken
        );
        var parts = new PartCounter(events, await events.HeadAsync(cancellationToken), at: null);
        var (incomplete, uncertified) = (new List<IncompleteItem>(), new List<string>());
        foreach (var record in page)
        {
            var lacks = rules is null ? [] : await parts.LacksAsync(record.Object, rules, cancellationToken);
            if (lacks.Count > 0)
            {
                incomplete.Add(new IncompleteItem(RecordState.IdentifierOf(record), lacks));
            }
            if (hasCertificate && !HasCertificate(record))
            {
                uncertified.Add(RecordState.IdentifierOf(record));
            }
        }
        var filled = report with
        {
            Checked = page.Count,
            Incomplete = rules is null ? null : incomplete,
            Uncertified = hasCertificate ? uncertified : null,
        };
        return (filled, page.IsFull ? page[^1].Object : null);
    }

    /// <summary>Lists items without a step. Gives the last one where there may be more.</summary>
    private async ValueTask<(CompletenessReport Report, long? Last)> AddMissingAsync(
        CompletenessReport report,
        StepQuery query,
        CompletenessFilter filter,
        long after,
        CancellationToken cancellationToken
    )
    {
        var limit = filter.Limit;
        if (filter.Step is not { } step)
        {
            return (report, null);
        }
        var missing = await store.WithoutStepAsync(query with { Limit = limit }, step, after, cancellationToken);
        var items = await events.ItemsAsync(missing, cancellationToken);
        return (
            report with
            {
                WithoutStep = [.. items.Select(static item => item.Spelling)],
            },
            missing.Count == limit ? missing[^1] : null
        );
    }

    private bool HasCertificate(StoredRecord record)
    {
        foreach (var value in Views.RecordReader.Read(record, catalog.Current, Projection.Full).Attributes)
        {
            if (value.Attribute.Code == Certificate)
            {
                return true;
            }
        }
        return false;
    }

    private Result<Template> Check(CompletenessFilter filter, out StepQuery query, out (long Record, long Item) after)
    {
        var faults = new Faults();
        var template = filter.Template is null
            ? null
            : catalog.Current.FindPublished(filter.Template) ?? catalog.Current.FindLatest(filter.Template);
        if (template is null)
        {
            faults.Add("template", "must be the code of a template", "应为模板的代码");
        }
        var to = filter.To ?? Micros.Now(time);
        var from = filter.From ?? to - (UsualDays * DayMicros);
        QualityRanges.Check(from, to, MaxDays, faults);
        if (filter.Step is { } step && !EventTexts.IsText(step, ItemKey.MaxLength))
        {
            faults.Add("step", $"must have 1 to {ItemKey.MaxLength} bytes", $"应为 1 至 {ItemKey.MaxLength} 字节");
        }
        if (filter.Limit is < 1 or > MaxPage)
        {
            faults.Add("limit", $"must be 1 to {MaxPage}", $"应为 1 至 {MaxPage}");
        }
        if (!TryCursor(filter.After, out after))
        {
            faults.Add("after", "must be the next of an answer before", "应为前一次应答中的 next");
        }
        query = new StepQuery(filter.Template ?? "", from, to, MaxSteps + 1);
        return faults.TryCombine(out var error) ? error : template!;
    }

    private static bool TryCursor(string? text, out (long Record, long Item) after)
    {
        after = default;
        return text is null
            || (
                text.Split('.') is [var record, var item]
                && long.TryParse(record, NumberStyles.None, CultureInfo.InvariantCulture, out after.Record)
                && long.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out after.Item)
            );
    }
}
