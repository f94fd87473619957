using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>Finds the identifier for the text of a scanner. Thread-safe.</summary>
public sealed class Scanner(KeyFinder keys, CatalogHolder catalog, IForeignResolver foreign)
{
    /// <summary>
    /// Finds the first identifier homed here, else the item registered for a GS1 element string, else a foreign
    /// identifier if foreign resolution is on.
    /// </summary>
    /// <param name="text">
    /// The text as read: an identifier, a URL of one, or GS1 elements, also with CR and LF. A URL is never fetched.
    /// </param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<Identifier>> FindAsync(string? text, CancellationToken cancellationToken)
    {
        var scan = ScanText.Parse(text);
        foreach (var identifier in scan.Identifiers)
        {
            if (catalog.Current.IsHomed(identifier))
            {
                return identifier;
            }
        }
        if (scan.Gs1 is { } gs1)
        {
            var byGs1 = await keys.FindAsync(Source.Gs1, gs1, null, cancellationToken);
            if (!byGs1.TryGet(out var record, out var error))
            {
                return error;
            }
            if (record is not null)
            {
                return Identifier.Parse(RecordState.IdentifierOf(record));
            }
        }
        return scan switch
        {
            { Identifiers.Count: > 0 } when foreign.IsOn => scan.Identifiers[0],
            { Identifiers.Count: > 0 } => NoForeignResolver.Refusal(scan.Identifiers[0].Prefix, "text"),
            { Gs1: not null } => Error.Of(
                ErrorCode.NotFound,
                $"No item is registered with source gs1 and key {scan.Gs1}.",
                $"没有以来源 gs1、键 {scan.Gs1} 注册的标识。",
                "text"
            ),
            _ => Error.Of(
                ErrorCode.InvalidIdentifier,
                "The text holds no identifier, URL of one, or GS1 element string.",
                "文本中没有标识、标识 URL 或 GS1 元素字符串。",
                "text"
            ),
        };
    }
}
