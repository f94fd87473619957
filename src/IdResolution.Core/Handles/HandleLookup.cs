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
/// Finds handles of this node: stored records, and rendered prefix records if none is stored. Thread-safe.
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
    /// <summary>Finds a handle through the cache, for callers that only read.</summary>
    /// <param name="handle">The handle as the client wrote it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<FoundHandle> ResolveAsync(string handle, CancellationToken cancellationToken)
    {
        if (HandleNames.Parse(handle) is not { } identifier)
        {
            return new FoundHandle { Error = HandleErrors.Invalid };
        }
        var end = await reader.LookAsync(identifier, cancellationToken);
        return Found(identifier, end, IdentifierErrors.NotFound(handle)) with
        {
            Entry = end.Kind == ResolutionKind.Found ? end.Entry : null,
            MayBeOld = end.Age is not null,
        };
    }

    /// <summary>The error for a handle that was not found, which says more of one that is mistyped.</summary>
    internal async ValueTask<Error> ExplainAsync(FoundHandle found, Error error, CancellationToken cancellationToken) =>
        error.Code == ErrorCode.NotFound && found.Identifier is { } identifier
            ? await reader.ExplainAsync(identifier, cancellationToken)
            : error;

    /// <summary>Finds a handle in the store, for callers that change it or base a decision on it.</summary>
    public async ValueTask<FoundHandle> FindAsync(Identifier identifier, CancellationToken cancellationToken) =>
        Found(identifier, await reader.LookStoredAsync(identifier, cancellationToken), HandleErrors.Absent);

    /// <summary>
    /// The same for a handle of any node. A foreign handle has its public values, without secrets, if another node
    /// gives them.
    /// </summary>
    /// <param name="identifier">The handle.</param>
    /// <param name="source">The network that it is asked for; none for the node's own questions.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<FoundHandle> FindAnywhereAsync(
        Identifier identifier,
        NetworkSource source,
        CancellationToken cancellationToken
    )
    {
        var found = await FindAsync(identifier, cancellationToken);
        if (found.Error?.Code != ErrorCode.NotResponsible || !foreign.IsOn)
        {
            return found;
        }
        // The identity is not proved yet at this point.
        var elsewhere = await foreign.ResolveAsync(
            identifier,
            Caller.Anonymous with
            {
                Source = source,
            },
            cancellationToken
        );
        return elsewhere.IsOk
            ? new FoundHandle
            {
                Identifier = identifier,
                Values = elsewhere.Value.Values,
                IsForeign = true,
            }
            : found;
    }

    /// <summary>Decrypts the secret of an HS_SECKEY value of a record.</summary>
    public byte[] Reveal(StoredRecord record, RawValue secret)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(secret);
        return secrets.Decrypt(secret.Data, secret.OwnerIn(record.Key));
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
