using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Resolution;

/// <summary>How a resolution ended, decided once for all protocols.</summary>
public readonly record struct ResolutionEnd
{
    /// <summary>Which end it is.</summary>
    public required ResolutionKind Kind { get; init; }

    /// <summary>
    /// The record, a tombstone where it is <see cref="ResolutionKind.Revoked"/>; null where there is none here.
    /// </summary>
    public StoredRecord? Record { get; init; }

    /// <summary>The cached entry of the record, where it was read through the cache.</summary>
    public CachedRecord? Entry { get; init; }

    /// <summary>The template, where it is <see cref="ResolutionKind.Template"/>.</summary>
    public Template? Template { get; init; }

    /// <summary>What another node gave, where it is <see cref="ResolutionKind.Foreign"/>.</summary>
    public ForeignRecord? Foreign { get; init; }

    /// <summary>What a caller is told where there is no record to show; null where there is one.</summary>
    public Error? Error { get; init; }

    /// <summary>How old the answer may be, where it may lack what was written lately; else null.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Decides the end by what is stored under an identifier and what the catalog knows.</summary>
    public static ResolutionEnd Of(Identifier identifier, StoredRecord? stored, NodeCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        ArgumentNullException.ThrowIfNull(catalog);
        if (!catalog.IsHomed(identifier))
        {
            return catalog.FindByIdentifier(identifier.Text) is { } elsewhere
                ? OfTemplate(identifier, elsewhere)
                : new() { Kind = ResolutionKind.Elsewhere, Error = Refusals.Absent(identifier, catalog) };
        }
        return stored switch
        {
            { Status: RecordStatus.Active } => new() { Kind = ResolutionKind.Found, Record = stored },
            { } => new()
            {
                Kind = ResolutionKind.Revoked,
                Record = stored,
                Error = Refusals.Revoked(identifier.Text),
            },
            null when catalog.FindByIdentifier(identifier.Text) is { } template => OfTemplate(identifier, template),
            null => new() { Kind = ResolutionKind.Absent, Error = Refusals.NotFound(identifier.Text) },
        };
    }

    /// <summary>The end of a resolution that the caller may not have.</summary>
    public static ResolutionEnd Refused(Error why) => new() { Kind = ResolutionKind.Refused, Error = why };

    private static ResolutionEnd OfTemplate(Identifier identifier, Template template) =>
        new()
        {
            Kind = ResolutionKind.Template,
            Template = template,
            Error = Error.Of(
                ErrorCode.NotFound,
                $"{identifier} names the template {template.Code}.",
                $"{identifier} 是模板 {template.Code} 的标识。",
                "identifier"
            ),
        };
}
