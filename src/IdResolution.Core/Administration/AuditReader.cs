using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Administration;

/// <summary>Reads the audit log, for those whom <see cref="AccessPolicy"/> lets. Thread-safe.</summary>
public sealed class AuditReader(
    Auditor auditor,
    IAuditStore store,
    AccessPolicy access,
    CatalogHolder catalog,
    PartnerCursors cursors
)
{
    // How many lines one call looks at for a caller who is shown few of them.
    private const int MostLookedAt = 10_000;
    private const int LookedAtOnce = 1_000;

    /// <summary>
    /// Reads lines, newest first, those gathered in the current minute included, but for a partner. A caller who is
    /// bound to a prefix is shown those of the keys bound below it, and those about what is below it; one tied to a
    /// partner those of that partner's keys, without what tells of others. Their page may be short, and have a next one
    /// all the same.
    /// </summary>
    /// <param name="query">Which lines.</param>
    /// <param name="limit">The greatest number of lines, 1 or more.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async ValueTask<Result<Page<AuditEvent>>> ReadAsync(
        AuditQuery query,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(caller);
        var partner = query.Partner;
        if (caller.Partner is null && access.RequireAuditing(caller) is { } refused)
        {
            return refused;
        }
        if (partner is not null && !MayAskOf(partner, caller))
        {
            return Error.Of(
                ErrorCode.InvalidValue,
                $"There is no partner {partner}.",
                $"没有合作伙伴 {partner}。",
                "partner"
            );
        }
        if (query is { From: > 0, To: > 0 } && query.From >= query.To)
        {
            return Error.Of(ErrorCode.InvalidValue, "from must be earlier than to.", "from 应早于 to。", "from");
        }
        // Gathered lines are written first, so that the answer shows the current minute. A partner waits for its end:
        // it could have each of its calls written by itself, and the bounds of a minute begin anew.
        await auditor.FlushAsync(all: caller.Partner is null, cancellationToken);
        if (caller.Partner is { } own)
        {
            query = query with { Before = cursors.Open(query.Before, caller) };
            var page = await ReadSomeAsync(query, limit, (line, known) => ShownTo(own, line, known), cancellationToken);
            return new Page<AuditEvent>(
                [.. page.Items.Select(line => line with { Id = cursors.Close(line.Id, caller) })],
                page.Next is { } next ? cursors.Close(next, caller) : null
            );
        }
        if (caller.Prefix is not null || partner is not null)
        {
            return await ReadSomeAsync(
                query,
                limit,
                (line, known) =>
                    partner is null || IsOfPartner(partner, line.Caller, known)
                        ? ShownBelow(caller.Prefix, line, known)
                        : null,
                cancellationToken
            );
        }
        var lines = await store.ReadAsync(query, limit, cancellationToken);
        return new Page<AuditEvent>(
            [.. lines.Where(line => query.IsOnTarget(line.Target))],
            lines.Count == limit ? lines[^1].Id : null
        );
    }

    private bool MayAskOf(string partner, Caller caller) =>
        caller.Partner is { } own ? own == partner : catalog.Current.Partners.ContainsKey(partner);

    private async ValueTask<Page<AuditEvent>> ReadSomeAsync(
        AuditQuery query,
        int limit,
        Func<AuditEvent, NodeCatalog, AuditEvent?> show,
        CancellationToken cancellationToken
    )
    {
        var known = catalog.Current;
        var shown = new List<AuditEvent>(limit);
        for (var seen = 0; ; )
        {
            var lines = await store.ReadAsync(query, LookedAtOnce, cancellationToken);
            foreach (var line in lines)
            {
                if (show(line, known) is { } own && query.IsOnTarget(own.Target))
                {
                    shown.Add(own);
                    if (shown.Count == limit)
                    {
                        return new Page<AuditEvent>(shown, line.Id);
                    }
                }
            }
            if (lines.Count < LookedAtOnce)
            {
                return new Page<AuditEvent>(shown, null);
            }
            query = query with { Before = lines[^1].Id };
            seen += lines.Count;
            if (seen >= MostLookedAt)
            {
                return new Page<AuditEvent>(shown, query.Before);
            }
        }
    }

    /// <summary>
    /// A line as it is shown; null for none. What a denied call named other than by an identifier stands in the line
    /// only where it exists, and so is told of what is below the prefix alone.
    /// </summary>
    private static AuditEvent? ShownBelow(Prefix? prefix, AuditEvent line, NodeCatalog known)
    {
        if (prefix is null || IsAbout(prefix, line.Target, known))
        {
            return line;
        }
        if (!IsOfKey(prefix, line.Caller, known))
        {
            return null;
        }
        return WithoutFound(line);
    }

    /// <summary>A line of a partner's own keys as it is shown it; null for any other.</summary>
    private static AuditEvent? ShownTo(string partner, AuditEvent line, NodeCatalog known) =>
        IsOfPartner(partner, line.Caller, known) ? WithoutFound(line) with { Node = "", OsUser = "" } : null;

    private static AuditEvent WithoutFound(AuditEvent line) =>
        line.Kind == AuditKind.Denial && !Identifier.TryParse(line.Target, out _) ? line with { Target = "" } : line;

    private static bool IsOfPartner(string partner, string id, NodeCatalog known) =>
        known.KeyTable.PartnerOf(id) == partner;

    private static bool IsOfKey(Prefix prefix, string id, NodeCatalog known) =>
        known.KeyTable.PrefixOf(id) is { } own && prefix.Covers(own);

    /// <summary>
    /// True for an identifier, alone or with more after it, a prefix, a template and a key, all below the prefix.
    /// </summary>
    private static bool IsAbout(Prefix prefix, string target, NodeCatalog known)
    {
        var slash = target.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? target : target[..slash];
        return Prefix.IsValid(first)
            ? prefix.Covers(first)
            : (known.FindLatest(target)?.Prefix is { } own && prefix.Covers(own)) || IsOfKey(prefix, target, known);
    }
}
