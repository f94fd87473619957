using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Resolution;

/// <summary>The outcome of a resolution, decided once for all protocols.</summary>
public readonly record struct ResolutionEnd
{
    /// <summary>The kind of outcome. It says which of the other members are set.</summary>
    public required ResolutionKind Kind { get; init; }

    /// <summary>
    /// The record; a tombstone if the kind is <see cref="ResolutionKind.Revoked"/>; null if this node has none.
    /// </summary>
    public StoredRecord? Record { get; init; }

    /// <summary>The cached entry of the record; null if it was not read through the cache.</summary>
    public CachedRecord? Entry { get; init; }

    /// <summary>The part of the record that the caller sees; null if there is no record, or no caller.</summary>
    public Projection? Projection { get; init; }

    /// <summary>The template, if the kind is <see cref="ResolutionKind.Template"/>; otherwise null.</summary>
    public Template? Template { get; init; }

    /// <summary>The answer of another node, if the kind is <see cref="ResolutionKind.Foreign"/>.</summary>
    public ForeignRecord? Foreign { get; init; }

    /// <summary>The error for the caller if there is no record to show; otherwise null.</summary>
    public Error? Error { get; init; }

    /// <summary>The age of the answer if it may be out of date; otherwise null.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Decides the outcome from the stored record and the catalog. Does not ask other nodes.</summary>
    public static ResolutionEnd Of(Identifier identifier, StoredRecord? stored, NodeCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        ArgumentNullException.ThrowIfNull(catalog);
        if (!catalog.IsHomed(identifier))
        {
            return catalog.FindByIdentifier(identifier.Text) is { } elsewhere
                ? OfTemplate(identifier, elsewhere)
                : new() { Kind = ResolutionKind.Elsewhere, Error = IdentifierErrors.Absent(identifier, catalog) };
        }
        return stored switch
        {
            { Status: RecordStatus.Active } => new() { Kind = ResolutionKind.Found, Record = stored },
            { } => new()
            {
                Kind = ResolutionKind.Revoked,
                Record = stored,
                Error = IdentifierErrors.Revoked(identifier.Text),
            },
            null when catalog.FindByIdentifier(identifier.Text) is { } template => OfTemplate(identifier, template),
            null => new() { Kind = ResolutionKind.Absent, Error = IdentifierErrors.NotFound(identifier.Text) },
        };
    }

    /// <summary>The outcome for a caller that may not resolve.</summary>
    public static ResolutionEnd Refused(Error why) => new() { Kind = ResolutionKind.Refused, Error = why };

    /// <summary>The outcome for a caller who is not shown whether there is a record.</summary>
    public static ResolutionEnd Hidden(Error why) => new() { Kind = ResolutionKind.Absent, Error = why };

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
