using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// Finds handles of this node: records, and the prefix records that are rendered where none is stored. Thread-safe.
/// </summary>
internal sealed class HandleLookup(
    CatalogHolder catalog,
    IForeignResolver foreign,
    IdentifierReader reader,
    NodeSecrets secrets,
    RecordValues values,
    HandleSite site
)
{
    /// <summary>A handle as it was written: without a slash it is that of a prefix. Null where it is none.</summary>
    public static Identifier? Parse(string handle) =>
        Identifier.TryParse(HandleName.Qualify(handle), out var identifier) ? identifier : null;

    /// <summary>True where a prefix is homed here.</summary>
    public bool IsHomed(string prefix) => catalog.Current.IsHomed(prefix);

    /// <summary>What is known of a handle, for those who only look.</summary>
    public async ValueTask<FoundHandle> ResolveAsync(string handle, CancellationToken cancellationToken)
    {
        if (Parse(handle) is not { } identifier)
        {
            return new FoundHandle(ResponseCode.InvalidHandle, null, null, []);
        }
        var end = await reader.LookAsync(identifier, cancellationToken);
        var found = Found(identifier, end);
        if (end.Entry is { } entry && found.Record is not null)
        {
            // The next one is answered from the bytes.
            values.Render(entry, found.Values);
        }
        return found with { MayBeOld = end.Age is not null };
    }

    /// <summary>What is known of a handle, read from the store: for those who change it or decide by it.</summary>
    public async ValueTask<FoundHandle> FindAsync(Identifier identifier, CancellationToken cancellationToken) =>
        Found(identifier, await reader.LookStoredAsync(identifier, cancellationToken));

    /// <summary>
    /// The same for a handle that may be another node's: then its public values, which hold no secrets, where they can
    /// be had.
    /// </summary>
    public async ValueTask<FoundHandle> FindAnywhereAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var found = await FindAsync(identifier, cancellationToken);
        if (found.Code != ResponseCode.NotResponsible || !foreign.IsOn)
        {
            return found;
        }
        // Whoever it is for has proved nothing yet.
        var elsewhere = await foreign.ResolveAsync(identifier, Caller.Anonymous, cancellationToken);
        return elsewhere.IsOk
            ? new FoundHandle(ResponseCode.Success, identifier, null, elsewhere.Value.Values) { IsForeign = true }
            : found;
    }

    /// <summary>The secret of an HS_SECKEY value of a record.</summary>
    public byte[] Reveal(RawValue secret) => secrets.Decrypt(secret.Data);

    private FoundHandle Found(Identifier identifier, in ResolutionEnd end) =>
        end.Kind switch
        {
            ResolutionKind.Elsewhere => new FoundHandle(ResponseCode.NotResponsible, identifier, null, []),
            ResolutionKind.Found => new FoundHandle(
                ResponseCode.Success,
                identifier,
                end.Record,
                values.All(end.Record!)
            ),
            _ when HandleName.IsPrefixHandle(identifier.Text) && catalog.Current.IsHomed(identifier.Suffix) =>
                new FoundHandle(ResponseCode.Success, identifier, null, site.PrefixRecord(identifier.Suffix)),
            _ => new FoundHandle(ResponseCode.HandleNotFound, identifier, null, []),
        };
}
