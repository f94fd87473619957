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
    PlantClock plant
)
{
    public const int MaxSheet = 1_000;

    private const int MaxLines = 4;

    public async ValueTask<Result<LabelContent>> MakeAsync(
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
    /// Gives the labels of a sheet, and names those that cannot be made. If none can, gives their errors instead.
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
        var labels = new List<LabelContent>(identifiers.Count);
        var missing = new List<(string Identifier, Error Why)>();
        foreach (var text in identifiers)
        {
            var parsed = Identifier.Parse(text, field);
            var label = parsed.IsOk ? await MakeAsync(parsed.Value, caller, language, cancellationToken) : parsed.Error;
            if (label.IsOk)
            {
                labels.Add(label.Value);
            }
            else
            {
                missing.Add((text, label.Error));
            }
        }
        if (labels.Count > 0)
        {
            return new LabelBatch(labels, missing);
        }
        return missing.Count == 1 ? missing[0].Why : Error.Combine([.. missing.Select(m => m.Why)]);
    }
}
