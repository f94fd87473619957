using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Counts the quality archive for callers: yield, defects, measured values. Needs role reader or higher, and a key that
/// is not bound to a prefix. Thread-safe.
/// </summary>
/// <param name="store">The archive.</param>
/// <param name="events">The events, for the names of items.</param>
/// <param name="archive">Has the archive catch up.</param>
/// <param name="records">The records, for lines and suppliers.</param>
/// <param name="catalog">The templates.</param>
/// <param name="plant">The plant's clock.</param>
public sealed class QualityReader(
    IQualityStore store,
    IEventStore events,
    ArchiveWait archive,
    IRecordStore records,
    CatalogHolder catalog,
    PlantClock plant
)
{
    /// <summary>Rows of an answer where nobody says how many.</summary>
    public const int DefaultRows = 100;

    /// <summary>The most rows of an answer.</summary>
    public const int MaxRows = 1_000;

    /// <summary>The most groups that are read from the store.</summary>
    public const int MaxGroups = 50_000;

    /// <summary>The most records that are read for their line or supplier.</summary>
    public const int MaxRecords = 10_000;

    /// <summary>The longest time that is counted, in days.</summary>
    public const int MaxDays = 3_660;

    private const int UsualDays = 31;
    private const int ItemsAtOnce = 1_000;
    private const long DayMicros = 86_400_000_000;

    private static readonly string[] s_supplier = ["supplierCompany", "supplier"];
    private static readonly string[] s_line = ["line"];

    private readonly ItemNumbers _numbers = new(events, records, catalog);

    /// <summary>The names of the dimensions.</summary>
    public static IReadOnlyList<string> Dimensions { get; } =
    [.. Enum.GetNames<QualityDimension>().Select(static name => name.ToLowerInvariant())];

    /// <summary>Counts what a filter names.</summary>
    public async ValueTask<Result<QualityReport>> ReadAsync(
        QualityFilter filter,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (!Check(filter, out var query, out var machine).TryGet(out _, out var faulty))
        {
            return faulty;
        }
        var (number, behind) = await archive.CatchUpAsync(cancellationToken);
        if (machine is { } key)
        {
            var known = await _numbers.FindAsync(key, filter.Equipment!, "equipment", cancellationToken);
            if (!known.TryGet(out var equipment, out faulty))
            {
                return faulty;
            }
            query = query with { Equipment = equipment };
        }
        if (behind == 0 && await UnknownAsync(query, cancellationToken) is { } unknown)
        {
            return unknown;
        }
        var report = new QualityReport
        {
            By = query.By,
            From = query.From,
            To = query.To,
            Zone = plant.ZoneName,
            Number = number,
            Behind = behind,
            Lines = [],
            OtherLines = 0,
            Others = new QualityCounts(),
            HasInspections = !IsOfMeasurements(query) && !IsOfDefects(query),
            HasMeasurements = !IsOfDefects(query),
            HasDefects = !IsOfMeasurements(query),
        };
        var filled = await FillAsync(report, query, filter.Limit, caller, cancellationToken);
        // Steps have no index: they are looked for where nothing was counted.
        return
            behind == 0
            && query.Step is { } step
            && filled.TryGet(out var whole, out _)
            && whole.Lines.Count == 0
            && !await store.IsStepAsync(step, cancellationToken)
            ? TraceErrors.NoEventNames(step, "step")
            : filled;
    }

    /// <summary>A characteristic or a defect that stands in no event is perhaps mistyped.</summary>
    private async ValueTask<Error?> UnknownAsync(QualityQuery query, CancellationToken cancellationToken)
    {
        if (
            query.Characteristic is { } characteristic
            && !await store.IsNamedAsync(QualityKind.Measurement, characteristic, cancellationToken)
        )
        {
            return TraceErrors.NoEventNames(characteristic, "characteristic");
        }
        return query.Defect is { } defect && !await store.IsNamedAsync(QualityKind.Defect, defect, cancellationToken)
            ? TraceErrors.NoEventNames(defect, "defect")
            : null;
    }

    private async ValueTask<Result<QualityReport>> FillAsync(
        QualityReport report,
        QualityQuery query,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var table = new QualityTable(query.By);
        if (!await GatherAsync(table, report, query, cancellationToken))
        {
            return QualityErrors.TooManyGroups();
        }
        var names = new List<IReadOnlyDictionary<long, string>>();
        for (var i = 0; i < query.By.Count; i++)
        {
            var named = await NamesAsync(query.By[i], table.NumbersOf(i), caller, cancellationToken);
            if (!named.TryGet(out var found, out var error))
            {
                return error;
            }
            names.Add(found);
        }
        var (lines, otherLines, others) = table.ToLines(names, limit);
        return report with { Lines = lines, OtherLines = otherLines, Others = others };
    }

    /// <summary>Reads the groups. False if there are too many.</summary>
    private async ValueTask<bool> GatherAsync(
        QualityTable table,
        QualityReport report,
        QualityQuery query,
        CancellationToken cancellationToken
    )
    {
        if (report.HasInspections)
        {
            var groups = await store.InspectionsAsync(query, cancellationToken);
            foreach (var group in groups)
            {
                table.Of(group.First, group.Second).Add(group);
            }
            if (groups.Count > MaxGroups)
            {
                return false;
            }
        }
        if (report.HasMeasurements)
        {
            var groups = await store.MeasurementsAsync(query, cancellationToken);
            foreach (var group in groups)
            {
                table.Of(group.First, group.Second).Add(group, IsOfMeasurements(query));
            }
            if (groups.Count > MaxGroups)
            {
                return false;
            }
        }
        if (report.HasDefects)
        {
            var groups = await store.DefectsAsync(query, cancellationToken);
            foreach (var group in groups)
            {
                table.Of(group.First, group.Second).Add(group);
            }
            return groups.Count <= MaxGroups;
        }
        return true;
    }

    private static bool IsOfMeasurements(QualityQuery query) =>
        query.Characteristic is not null || query.By.Contains(QualityDimension.Characteristic);

    private static bool IsOfDefects(QualityQuery query) =>
        query.Defect is not null || query.By.Contains(QualityDimension.Defect);

    private Result<bool> Check(QualityFilter filter, out QualityQuery query, out ItemKey? machine)
    {
        var faults = new Faults();
        var by = By(filter.By, faults);
        var to = filter.To ?? Micros.Now(plant.Time);
        var from = filter.From ?? to - (UsualDays * DayMicros);
        QualityRanges.Check(from, to, MaxDays, faults);
        machine = EventItems.KeyOf(filter.Equipment, "equipment", catalog.Current, faults);
        EventItems.CheckTemplate(filter.Template, catalog.Current, faults);
        CheckText(filter.Step, "step", faults);
        CheckText(filter.Characteristic, "characteristic", faults);
        CheckText(filter.Defect, "defect", faults);
        if (filter.Limit is < 1 or > MaxRows)
        {
            faults.Add("limit", $"must be 1 to {MaxRows}", $"应为 1 至 {MaxRows}");
        }
        query = new QualityQuery
        {
            By = by,
            From = from,
            To = to,
            Clock = faults.Any ? [] : plant.Offsets(from, to),
            Template = filter.Template,
            Step = filter.Step,
            Characteristic = filter.Characteristic,
            Defect = filter.Defect,
            SupplierTemplates = by.Contains(QualityDimension.Supplier) ? WithSupplier() : [],
            Limit = MaxGroups + 1,
        };
        if (IsOfMeasurements(query) && IsOfDefects(query))
        {
            faults.Add(
                "by",
                "and the conditions must be of a characteristic or of a defect, and not of both",
                "及各条件只能针对 characteristic 或 defect 之一"
            );
        }
        return faults.TryCombine(out var error) ? error : true;
    }

    private static List<QualityDimension> By(IReadOnlyList<string> names, Faults faults)
    {
        var by = new List<QualityDimension>();
        foreach (var name in names)
        {
            // Not a number, which an enum would take.
            var at = Dimensions.ToList().FindIndex(d => d.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (at >= 0 && !by.Contains((QualityDimension)at))
            {
                by.Add((QualityDimension)at);
            }
        }
        if (by.Count != names.Count || by.Count is 0 or > 2)
        {
            var known = string.Join(", ", Dimensions);
            faults.Add("by", $"must be one or two of {known}", $"应为以下之一或之二：{known}");
        }
        return by;
    }

    private static void CheckText(string? text, string field, Faults faults)
    {
        if (text is not null && !EventTexts.IsText(text, ItemKey.MaxLength))
        {
            faults.Add(field, $"must have 1 to {ItemKey.MaxLength} bytes", $"应为 1 至 {ItemKey.MaxLength} 字节");
        }
    }

    private List<string> WithSupplier()
    {
        var current = catalog.Current;
        return
        [
            .. current.TemplateCodes.Where(code =>
                current.TemplateVersions(code).Any(static t => s_supplier.Any(name => t.PositionOf(name) >= 0))
            ),
        ];
    }

    private async ValueTask<Result<IReadOnlyDictionary<long, string>>> NamesAsync(
        QualityDimension dimension,
        IReadOnlyList<long> numbers,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var names = new Dictionary<long, string>();
        var attributes = dimension switch
        {
            QualityDimension.Line => s_line,
            QualityDimension.Supplier => s_supplier,
            QualityDimension.Machine or QualityDimension.Tool => [],
            _ => null,
        };
        if (attributes is null)
        {
            return names;
        }
        if (attributes.Length > 0 && numbers.Count > MaxRecords)
        {
            return QualityErrors.TooManyRecords();
        }
        foreach (var some in numbers.Chunk(ItemsAtOnce))
        {
            foreach (var item in await events.ItemsAsync(some, cancellationToken))
            {
                names[item.Number] =
                    attributes.Length == 0
                        ? item.Spelling
                        : await AttributeAsync(item, attributes, caller, cancellationToken);
            }
        }
        return names;
    }

    /// <summary>The first of some attributes that the record of an item has, as the caller may see it.</summary>
    private async ValueTask<string> AttributeAsync(
        TraceItem item,
        string[] attributes,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (!item.IsRegistered || (await records.FindAsync(item.Key.Folded, cancellationToken)).Record is not { } found)
        {
            return "";
        }
        var shown = Views.RecordReader.Read(found, catalog.Current, caller.Projection);
        foreach (var code in attributes)
        {
            foreach (var value in shown.Attributes)
            {
                if (value.Attribute.Code == code && !value.Attribute.Repeated)
                {
                    return value.Canonical;
                }
            }
        }
        return "";
    }
}
