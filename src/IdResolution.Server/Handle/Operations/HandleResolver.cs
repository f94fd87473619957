using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Codec;
using IdResolution.Server.Handle.Sessions;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// Resolution as the Handle protocol has it, over its own messages and over HTTP: filters, what is public, referrals.
/// Thread-safe.
/// </summary>
internal sealed class HandleResolver(HandleLookup lookup, HandleRights rights, RecordValues records)
{
    /// <summary>
    /// Values of a prefix record that say who serves the prefix, and so what a service referral holds.
    /// </summary>
    private static readonly string[] ServiceTypes = ["HS_SITE", "HS_SERV"];

    /// <summary>The same for prefixes derived from it: a prefix referral.</summary>
    private static readonly string[] PrefixTypes = ["HS_SITE.PREFIX", "HS_SERV.PREFIX", "HS_NA_DELEGATE"];

    /// <summary>Resolves a handle.</summary>
    /// <param name="handle">As the client wrote it.</param>
    /// <param name="indexes">
    /// Indexes wanted; those and <paramref name="types"/> together, all where both are empty.
    /// </param>
    /// <param name="types">Types wanted.</param>
    /// <param name="publicOnly">No challenge: what is not public is left out.</param>
    /// <param name="doNotRefer">No referral where this node is not responsible.</param>
    /// <param name="identity">Who asks, or null.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public ValueTask<ResolutionOutcome> ResolveAsync(
        string handle,
        IReadOnlyList<int> indexes,
        IReadOnlyList<string> types,
        bool publicOnly,
        bool doNotRefer,
        HandleIdentity? identity,
        CancellationToken cancellationToken
    ) =>
        ResolveAsync(
            handle,
            indexes,
            types,
            publicOnly,
            doNotRefer,
            () => ValueTask.FromResult(identity),
            cancellationToken
        );

    /// <summary>
    /// The same, where who asks is found out only once something hangs on it: public values are answered while the
    /// store is away.
    /// </summary>
    public async ValueTask<ResolutionOutcome> ResolveAsync(
        string handle,
        IReadOnlyList<int> indexes,
        IReadOnlyList<string> types,
        bool publicOnly,
        bool doNotRefer,
        Func<ValueTask<HandleIdentity?>> identify,
        CancellationToken cancellationToken
    )
    {
        var found = await lookup.ResolveAsync(handle, cancellationToken);
        if (!found.Exists)
        {
            return found.Code == ResponseCode.NotResponsible && !doNotRefer
                ? await ReferAsync(found.Identifier!, cancellationToken)
                : Failed(found.Code, handle) with
                {
                    MayBeOld = found.MayBeOld,
                };
        }
        var isTemplated = found.Record is not null && RecordState.IsTemplated(found.Record);
        var updatedAt = found.Record?.UpdatedAt ?? 0;
        var shown = new List<HandleValue>(found.Values.Count);
        List<RawValue>? hidden = null;
        foreach (var value in found.Values)
        {
            var encoded = value.ToHandleValue(updatedAt);
            if (!ValueFilter.Wants(encoded, indexes, types))
            {
                continue;
            }
            if (records.IsPublic(value, isTemplated))
            {
                shown.Add(encoded);
            }
            else
            {
                (hidden ??= []).Add(value);
            }
        }
        if (hidden is not null && !publicOnly)
        {
            if (await identify() is not { } identity)
            {
                return new ResolutionOutcome(ResponseCode.AuthenticationNeeded, [], found.MayBeOld);
            }
            var isNamed = indexes.Count > 0 || types.Count > 0;
            var mayRead = (await rights.OfAsync(identity, found.Values, cancellationToken)).HasFlag(
                AdminPermissions.AuthorizedRead
            );
            foreach (var value in hidden)
            {
                if (mayRead && value.Permissions.HasFlag(Permissions.AdminRead))
                {
                    shown.Add(
                        (value.IsSecret ? value with { Data = lookup.Reveal(value) } : value).ToHandleValue(updatedAt)
                    );
                }
                else if (isNamed || !mayRead)
                {
                    return new ResolutionOutcome(
                        ResponseCode.InsufficientPermissions,
                        [],
                        found.MayBeOld,
                        $"The value at index {value.Index} may not be read."
                    );
                }
            }
            shown.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        }
        return shown.Count == 0
            ? new ResolutionOutcome(ResponseCode.ValuesNotFound, [], found.MayBeOld, "The handle has no such value.")
            : new ResolutionOutcome(ResponseCode.Success, shown, found.MayBeOld);
    }

    /// <summary>
    /// Another service is responsible: it is named where a prefix record of this node says so, that of the prefix
    /// itself or of the nearest one that it is derived from.
    /// </summary>
    private async ValueTask<ResolutionOutcome> ReferAsync(Identifier identifier, CancellationToken cancellationToken)
    {
        var types = ServiceTypes;
        for (var prefix = identifier.Prefix.Text; prefix is not null; prefix = HandleName.ParentPrefix(prefix))
        {
            var record = await lookup.ResolveAsync(prefix, cancellationToken);
            if (record is { Exists: true, Record: { } stored })
            {
                var named = record
                    .Values.Where(v =>
                        v.Permissions.HasFlag(Permissions.PublicRead)
                        && types.Contains(v.Type, StringComparer.OrdinalIgnoreCase)
                    )
                    .Select(v => v.ToHandleValue(stored.UpdatedAt))
                    .ToList();
                if (named.Count > 0)
                {
                    var code = types == ServiceTypes ? ResponseCode.ServiceReferral : ResponseCode.PrefixReferral;
                    return new ResolutionOutcome(code, named, record.MayBeOld, Referral: record.Identifier!.Text);
                }
            }
            types = PrefixTypes;
        }
        return Failed(ResponseCode.NotResponsible, identifier.Text);
    }

    private static ResolutionOutcome Failed(ResponseCode code, string handle) =>
        new(
            code,
            [],
            Message: code switch
            {
                ResponseCode.NotResponsible => "This server is not responsible for the handle.",
                ResponseCode.InvalidHandle => "The handle must be PREFIX/SUFFIX of at most 255 bytes of UTF-8.",
                _ => $"{handle} is not registered.",
            }
        );
}
