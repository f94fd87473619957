using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Core.Views;

namespace IdResolution.Core.Handles;

/// <summary>
/// Finds handles of this node: records, and the prefix records that are rendered where none is stored. Thread-safe.
/// </summary>
public sealed class HandleLookup(
    CatalogHolder catalog,
    IForeignResolver foreign,
    IdentifierReader reader,
    NodeSecrets secrets,
    ViewSettings settings,
    IPrefixRecords prefixes
)
{
    /// <summary>What is known of a handle, for those who only look.</summary>
    /// <param name="handle">As it was written.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<FoundHandle> ResolveAsync(string handle, CancellationToken cancellationToken)
    {
        if (HandleNames.Parse(handle) is not { } identifier)
        {
            return new FoundHandle { Error = HandleErrors.Invalid };
        }
        var end = await reader.LookAsync(identifier, cancellationToken);
        return Found(identifier, end, Refusals.NotFound(handle)) with
        {
            Entry = end.Kind == ResolutionKind.Found ? end.Entry : null,
            MayBeOld = end.Age is not null,
        };
    }

    /// <summary>What is known of a handle, read from the store: for those who change it or decide by it.</summary>
    public async ValueTask<FoundHandle> FindAsync(Identifier identifier, CancellationToken cancellationToken) =>
        Found(identifier, await reader.LookStoredAsync(identifier, cancellationToken), HandleErrors.Absent);

    /// <summary>
    /// The same for a handle that may be another node's: then its public values, which hold no secrets, where they can
    /// be had.
    /// </summary>
    public async ValueTask<FoundHandle> FindAnywhereAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var found = await FindAsync(identifier, cancellationToken);
        if (found.Error?.Code != ErrorCode.NotResponsible || !foreign.IsOn)
        {
            return found;
        }
        // Whoever it is for has proved nothing yet.
        var elsewhere = await foreign.ResolveAsync(identifier, Caller.Anonymous, cancellationToken);
        return elsewhere.IsOk
            ? new FoundHandle
            {
                Identifier = identifier,
                Values = elsewhere.Value.Values,
                IsForeign = true,
            }
            : found;
    }

    /// <summary>The secret of an HS_SECKEY value of a record.</summary>
    public byte[] Reveal(RawValue secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secrets.Decrypt(secret.Data);
    }

    private FoundHandle Found(Identifier identifier, in ResolutionEnd end, Error absent)
    {
        var found = new FoundHandle { Identifier = identifier };
        return end.Kind switch
        {
            ResolutionKind.Elsewhere => found with { Error = HandleErrors.NotResponsible },
            ResolutionKind.Found => found with
            {
                Record = end.Record,
                Values = ValueView.Read(end.Record!, catalog.Current, settings),
            },
            _ when identifier.IsPrefixRecord && catalog.Current.IsHomed(identifier.Suffix) => found with
            {
                Values = prefixes.Render(identifier.Suffix),
            },
            _ => found with { Error = absent },
        };
    }
}
