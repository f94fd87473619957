using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Traceability;

/// <summary>Finds what questions about events name. Thread-safe.</summary>
internal sealed class ItemNumbers(IEventStore store, IRecordStore records, CatalogHolder catalog)
{
    /// <summary>
    /// The number of something; an error where it is not registered, and no event names it: perhaps it is mistyped.
    /// </summary>
    /// <param name="key">Its key.</param>
    /// <param name="text">What was given.</param>
    /// <param name="field">The field that gave it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<long>> FindAsync(
        ItemKey key,
        string text,
        string field,
        CancellationToken cancellationToken
    )
    {
        if ((await store.NumbersAsync([key], cancellationToken))[0] is not 0 and var number)
        {
            return number;
        }
        var known = catalog.Current;
        return Identifier.TryParse(text, out var identifier) && known.IsHomed(identifier)
            ? await AbsentIdentifier.ErrorAsync(identifier, known, records, cancellationToken) with
            {
                Field = field,
            }
            : TraceErrors.Unknown(text, field);
    }
}
