using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Handle;

/// <summary>Finds handles of this node: records, and the prefix records that are rendered where none is stored. Thread-safe.</summary>
internal sealed class HandleLookup(Node node, RecordValues values, HandleSite site)
{
    /// <summary>A handle as it was written: without a slash it is that of a prefix. Null where it is none.</summary>
    public static Identifier? Parse(string handle) => Identifier.TryParse(HandleName.Qualify(handle), out var identifier) ? identifier : null;

    /// <summary>What is known of a handle, for those who only look.</summary>
    public async ValueTask<FoundHandle> ResolveAsync(string handle, CancellationToken cancellationToken)
    {
        if (Parse(handle) is not { } identifier)
        {
            return new FoundHandle(ResponseCode.InvalidHandle, null, null, []);
        }
        var end = await node.Reader.LookAsync(identifier, cancellationToken);
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
        Found(identifier, await node.Reader.LookStoredAsync(identifier, cancellationToken));

    /// <summary>The same for a handle that may be another node's: then its public values, which hold no secrets, where they can be had.</summary>
    public async ValueTask<FoundHandle> FindAnywhereAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var found = await FindAsync(identifier, cancellationToken);
        if (found.Code != ResponseCode.NotResponsible || !node.Foreign.IsOn)
        {
            return found;
        }
        // Whoever it is for has proved nothing yet.
        var foreign = await node.Foreign.ResolveAsync(identifier, Caller.Anonymous, cancellationToken);
        return foreign.IsOk ? new FoundHandle(ResponseCode.Success, identifier, null, foreign.Value.Values) { IsForeign = true } : found;
    }

    /// <summary>The secret of an HS_SECKEY value of a record.</summary>
    public byte[] Reveal(RawValue secret) => node.Secrets.Decrypt(secret.Data);

    private FoundHandle Found(Identifier identifier, in ResolutionEnd end) => end.Kind switch
    {
        ResolutionKind.Elsewhere => new FoundHandle(ResponseCode.NotResponsible, identifier, null, []),
        ResolutionKind.Found => new FoundHandle(ResponseCode.Success, identifier, end.Record, values.All(end.Record!)),
        _ when HandleName.IsPrefixHandle(identifier.Text) && node.Catalog.Current.IsHomed(identifier.Suffix) =>
            new FoundHandle(ResponseCode.Success, identifier, null, site.PrefixRecord(identifier.Suffix)),
        _ => new FoundHandle(ResponseCode.HandleNotFound, identifier, null, []),
    };
}
