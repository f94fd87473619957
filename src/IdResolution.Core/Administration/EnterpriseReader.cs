using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Administration;

/// <summary>Shows the enterprises whose records this node takes, what arrived, and their routes. Thread-safe.</summary>
public sealed class EnterpriseReader(CatalogHolder catalog, KeyUses uses, IRecordStore records)
{
    /// <summary>
    /// Reads enterprises in the order of their prefixes. Needs role admin. The time grows with the number of their
    /// identifiers.
    /// </summary>
    /// <param name="after">The prefix of the last one of the page before; null for the first page.</param>
    /// <param name="limit">The greatest number, 1 or more.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<Enterprise[]>> ReadAsync(
        string? after,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Require(caller, Role.Admin) is { } refused)
        {
            return refused;
        }
        var page = Known(catalog.Current)
            .Where(e => after is null || string.CompareOrdinal(e.Key, after.ToUpperInvariant()) > 0)
            .Take(limit)
            .Select(e => e.Value)
            .ToArray();
        var used = await uses.ReadAsync(cancellationToken);
        for (var i = 0; i < page.Length; i++)
        {
            page[i] = await WithArrivedAsync(page[i], used, cancellationToken);
        }
        return page;
    }

    private static SortedDictionary<string, Enterprise> Known(NodeCatalog known)
    {
        var found = new SortedDictionary<string, Enterprise>(StringComparer.Ordinal);
        foreach (var keys in known.Keys.Where(k => k.Prefix is not null).GroupBy(k => k.Prefix!.ToUpperInvariant()))
        {
            var route = known.Routes.GetValueOrDefault(PrefixRoute.CodeOf(keys.Key));
            found[keys.Key] = new Enterprise(keys.First().Prefix!, [.. keys], route);
        }
        foreach (var route in known.Routes.Values)
        {
            found.TryAdd(route.Prefix.ToUpperInvariant(), new Enterprise(route.Prefix, [], route));
        }
        return found;
    }

    private async ValueTask<Enterprise> WithArrivedAsync(
        Enterprise enterprise,
        IReadOnlyDictionary<string, DateTimeOffset> used,
        CancellationToken cancellationToken
    )
    {
        var beginning = LookupKey.Of(enterprise.Prefix + "/");
        var newest = await records.NewestAsync(beginning, cancellationToken);
        DateTimeOffset? seen = null;
        foreach (var key in enterprise.Keys)
        {
            if (used.TryGetValue(key.Id, out var at) && (seen is null || at > seen))
            {
                seen = at;
            }
        }
        return enterprise with
        {
            Identifiers = await records.CountAsync(beginning, cancellationToken),
            RegisteredAt = newest is { } time ? Micros.ToTime(time) : null,
            SeenAt = seen,
        };
    }
}
