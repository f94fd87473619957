using System.Collections.Concurrent;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Administration;

/// <summary>
/// Says where resolvers find the nodes of enterprises. An enterprise sets the route of its own prefix, an admin that of
/// any. Thread-safe.
/// </summary>
public sealed class RouteEditor(DocumentEditor documents, IOwnAddresses own, TimeProvider time)
{
    // Each change is an entry of the log, and read by every node.
    private const int AtOnce = 10;
    private static readonly TimeSpan s_each = TimeSpan.FromMinutes(1);

    // By prefixes that are homed here, of keys that are bound to a prefix.
    private readonly ConcurrentDictionary<string, Changes> _changes = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Saves a route as a protocol tells it that knows addresses and ports alone. A URL that an admin gave stays: where
    /// it names a host, or the address is the same.
    /// </summary>
    public Task<Result<PrefixRoute>> SaveAddressAsync(
        PrefixRoute route,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(route);
        return SaveAsync(
            route,
            static (told, old) => told with { Url = KeptUrl(told, old) },
            caller,
            cancellationToken
        );
    }

    /// <summary>
    /// Saves a route in place of the one before. The same again changes nothing. Keys bound to a prefix may change the
    /// route of one ten times, and then once a minute (<see cref="ErrorCode.TooMany"/>).
    /// </summary>
    /// <param name="route">The route. Its prefix is homed here, and it does not lead to this node.</param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Ends the wait, not a write under way.</param>
    /// <param name="misread">What could not be read of it: then nothing is saved, and all faults are told.</param>
    public async Task<Result<PrefixRoute>> SaveAsync(
        PrefixRoute route,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    )
    {
        ArgumentNullException.ThrowIfNull(route);
        route = route with { Url = RouteRules.TryUrl(route.Url, out var url) ? url : route.Url };
        if (misread is not null)
        {
            return Faults.Join(misread, Refusal(route, caller, documents.Current))!;
        }
        return await SaveAsync(route, static (given, _) => given, caller, cancellationToken);
    }

    private Task<Result<PrefixRoute>> SaveAsync(
        PrefixRoute route,
        Func<PrefixRoute, PrefixRoute?, PrefixRoute> after,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        documents.EditPermittedAsync<PrefixRoute>(
            caller,
            "route.save",
            route.Prefix,
            current =>
            {
                if (Refusal(route, caller, current) is { } refused)
                {
                    return refused;
                }
                var old = current.Routes.GetValueOrDefault(route.DocumentCode);
                var saved = after(route, old) with
                {
                    Prefix = old?.Prefix ?? route.Prefix,
                    Version = old?.Version ?? 0,
                };
                if (saved != old && caller.Prefix is not null && TooMany(route.Prefix) is { } tooMany)
                {
                    return tooMany;
                }
                IReadOnlyList<DocumentWrite> writes =
                    saved == old
                        ? []
                        :
                        [
                            documents.Write(
                                current,
                                LogKind.Configuration,
                                saved.DocumentCode,
                                saved,
                                CatalogJson.Default.PrefixRoute,
                                caller
                            ),
                        ];
                return (writes, saved);
            },
            cancellationToken
        );

    private static string? KeptUrl(PrefixRoute told, PrefixRoute? old) =>
        old?.Url is { } url
        && told.Host is null
        && (told.Address == old.Address || new Uri(url).HostNameType == UriHostNameType.Dns)
            ? url
            : null;

    /// <summary>The error if a caller may not set the route of a prefix, or null.</summary>
    public static Error? Refusal(string prefix, Caller caller, NodeCatalog current)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(current);
        var own = caller.Prefix?.Text;
        return AccessPolicy.RequireRouting(
            caller,
            prefix,
            own?.LastIndexOf('.') is > 0 and var dot && current.IsHomedOrDerived(own.AsSpan(0, dot))
        );
    }

    private Error? TooMany(string prefix)
    {
        var full = s_each.Ticks * AtOnce;
        var changes = _changes.GetOrAdd(prefix, static _ => new Changes());
        return TokenBucket.TryTake(ref changes.FullAt, time, s_each.Ticks, full, out var wait)
            ? null
            : Error.Of(
                ErrorCode.TooMany,
                "The route of this prefix changes too often: once a minute.",
                "该前缀的路由变更过于频繁：每分钟最多一次。"
            ) with
            {
                RetryAfter = wait,
            };
    }

    private Error? Refusal(PrefixRoute route, Caller caller, NodeCatalog current)
    {
        if (Refusal(route.Prefix, caller, current) is { } refused)
        {
            return refused;
        }
        if (!Prefix.TryParse(route.Prefix, out _) || !current.IsHomed(route.Prefix))
        {
            return IdentifierErrors.NotResponsible(route.Prefix, "prefix");
        }
        var faults = new Faults();
        RouteRules.Check(route, faults);
        if (faults.TryCombine(out var error))
        {
            return error;
        }
        return own.IsThisNode(route)
            ? Error.Of(
                ErrorCode.InvalidValue,
                "address: this is the address of this node itself, which holds the prefix anyway.",
                "address：这是本节点自身的地址，本节点已持有该前缀。",
                route.Address is null ? "url" : "address"
            )
            : null;
    }

    private sealed class Changes
    {
        public long FullAt;
    }
}
