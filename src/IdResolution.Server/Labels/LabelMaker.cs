using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Resolution;
using IdResolution.Core.Templates;
using IdResolution.Core.Views;
using IdResolution.Server.Http;

namespace IdResolution.Server.Labels;

/// <summary>
/// Collects what the labels of registered items show. A label shows public attributes only, whoever prints it, because
/// everyone can read a label.
/// </summary>
internal sealed class LabelMaker(
    CatalogHolder catalog,
    IdentifierReader reader,
    AccessPolicy access,
    PublicAddress address,
    PlantClock plant,
    DrawingRates rates
)
{
    public const int MaxSheet = 1_000;

    /// <summary>About the most that the texts of a sheet take in memory, in bytes: 8 KiB for each label.</summary>
    public const long MaxSheetBytes = 8 << 20;

    private const int MaxLines = 4;

    /// <summary>Collects what the label of one item shows.</summary>
    /// <param name="identifier">The item.</param>
    /// <param name="cost">What drawing it costs, in labels (<see cref="DrawingRates"/>).</param>
    /// <param name="caller">The one who prints.</param>
    /// <param name="language">The language of the template's and attributes' names.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<Result<LabelContent>> MakeAsync(
        Identifier identifier,
        int cost,
        Caller caller,
        Language language,
        CancellationToken cancellationToken
    ) =>
        rates.Take(caller, cost) is { } tooMany
            ? tooMany
            : await ReadAsync(identifier, caller, language, cancellationToken);

    private async ValueTask<Result<LabelContent>> ReadAsync(
        Identifier identifier,
        Caller caller,
        Language language,
        CancellationToken cancellationToken
    )
    {
        var end = await reader.ReadStoredAsync(identifier, caller, cancellationToken);
        if (end.Error is { } error)
        {
            return error;
        }
        var record = RecordReader.Read(end.Record!, catalog.Current, Projection.Public);
        return new LabelContent(
            record.Identifier,
            record.Template?.Names?.In(language, record.Template.Code),
            [
                .. record
                    .Attributes.Take(MaxLines)
                    .Select(v =>
                        (v.Attribute.Names?.In(language, v.Attribute.Code) ?? v.Attribute.Code)
                        + new Text(": ", "：").In(language)
                        + string.Join(
                            new Text(", ", "、").In(language),
                            ValueCodec
                                .Items(v.Attribute, v.Canonical)
                                .Select(item => plant.Shown(v.Attribute, item, language))
                        )
                        + $"{(v.Attribute.UnitIn(language) is { } unit ? " " + unit : "")}"
                    ),
            ],
            address.Of(record.Identifier)
        );
    }

    /// <summary>
    /// Gives the labels of a sheet, and names those that cannot be made. An identifier that is given several times has
    /// one label, and is named too.
    /// </summary>
    /// <param name="identifiers">The identifiers, 1 to <see cref="MaxSheet"/>.</param>
    /// <param name="field">The request field that holds the identifiers, for error messages.</param>
    /// <param name="caller">The one who prints.</param>
    /// <param name="language">The language of the template's and attributes' names.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<Result<LabelBatch>> MakeAsync(
        IReadOnlyList<string> identifiers,
        string field,
        Caller caller,
        Language language,
        CancellationToken cancellationToken
    )
    {
        if (identifiers.Count is 0 or > MaxSheet)
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                $"A sheet has 1 to {MaxSheet} labels.",
                $"标签打印页包含 1 至 {MaxSheet} 个标签。",
                field
            );
        }
        if (access.RequireResolving(caller) is { } refused)
        {
            return refused;
        }
        var times = new Dictionary<LookupKey, int>();
        var missing = new List<(string Identifier, Error Why)>();
        var distinct = Distinct(identifiers, field, times, missing);
        if (rates.Take(caller, distinct.Count) is { } tooMany)
        {
            return tooMany;
        }
        var labels = new List<LabelContent>(distinct.Count);
        var bytes = 0L;
        foreach (var identifier in distinct)
        {
            var label = await ReadAsync(identifier, caller, language, cancellationToken);
            if (!label.TryGet(out var content, out var error))
            {
                missing.Add((identifier.Text, error));
                continue;
            }
            if ((bytes += content.Bytes) > MaxSheetBytes)
            {
                return TooLong(field);
            }
            labels.Add(content);
            if (times[identifier.Key] is > 1 and var given)
            {
                missing.Add((identifier.Text, Repeated(given)));
            }
        }
        return new LabelBatch(labels, missing);
    }

    /// <summary>The identifiers that can be read, each once, in the order given.</summary>
    private static List<Identifier> Distinct(
        IReadOnlyList<string> texts,
        string field,
        Dictionary<LookupKey, int> times,
        List<(string Identifier, Error Why)> missing
    )
    {
        var distinct = new List<Identifier>(texts.Count);
        foreach (var text in texts)
        {
            if (!Identifier.Parse(text, field).TryGet(out var identifier, out var error))
            {
                missing.Add((text, error));
            }
            else if (times.TryAdd(identifier.Key, 1))
            {
                distinct.Add(identifier);
            }
            else
            {
                times[identifier.Key]++;
            }
        }
        return distinct;
    }

    private static Error Repeated(int given) =>
        Error.Of(
            ErrorCode.InvalidValue,
            $"It was given {given} times; the sheet has one label of it.",
            $"该标识出现了 {given} 次，本页只生成一个标签。"
        );

    private static Error TooLong(string field) =>
        Error.Of(
            ErrorCode.TooLarge,
            "The texts of these labels are too long for one sheet; ask for fewer labels.",
            "这些标签的文字过长，一张打印页容纳不下，请减少标签数量。",
            field
        );
}
