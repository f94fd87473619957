using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Resolution;

/// <summary>
/// Searches records and reads their history. Needs role reader or higher, or a key tied to a partner, which finds what
/// it sees. Thread-safe.
/// </summary>
public sealed class RecordQueries(
    IRecordStore store,
    CatalogHolder catalog,
    KeyFinder keys,
    AccessPolicy access,
    Auditor auditor,
    PartnerCursors cursors
)
{
    // A partner's page is filled from so many pages of the store.
    private const int MostLooks = 20;

    /// <summary>The greatest number of items on a page.</summary>
    public const int MaxPage = 1_000;

    /// <summary>Reads the versions of a record, newest first, tombstones included.</summary>
    /// <param name="identifier">The identifier of the record.</param>
    /// <param name="before">Only versions below this number; 0 for all.</param>
    /// <param name="limit">1 to <see cref="MaxPage"/>.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<Page<ShownVersion>>> HistoryAsync(
        Identifier identifier,
        long before,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireAsking(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (AccessPolicy.RequireSight(caller, identifier) is { } hidden)
        {
            return hidden;
        }
        var (record, _) = await store.FindAsync(identifier.Key, cancellationToken);
        var known = catalog.Current;
        if (record is null || !known.IsHomed(identifier) || Seen(record.State, known, caller) is null)
        {
            return await AbsentIdentifier.ErrorAsync(
                identifier,
                known,
                store,
                other => Seen(other.State, known, caller) is not null,
                cancellationToken
            );
        }
        Note(caller, "record.history", identifier.Text);
        var versions = await store.HistoryAsync(record.Object, before, limit, cancellationToken);
        return new Page<ShownVersion>(
            [.. versions.Select(version => Shown(version, known, caller)).OfType<ShownVersion>()],
            versions.IsFull ? versions[^1].Body.Version : null
        );
    }

    /// <summary>The error for an identifier that is not registered, and that callers may see.</summary>
    internal ValueTask<Error> AbsentAsync(Identifier identifier, CancellationToken cancellationToken) =>
        AbsentAsync(identifier, Caller.Node, cancellationToken);

    /// <summary>The same for a caller, to whom nothing is proposed that it does not see.</summary>
    internal ValueTask<Error> AbsentAsync(Identifier identifier, Caller caller, CancellationToken cancellationToken)
    {
        var known = catalog.Current;
        return AbsentIdentifier.ErrorAsync(
            identifier,
            known,
            store,
            other => Seen(other.State, known, caller) is not null,
            cancellationToken
        );
    }

    /// <summary>
    /// The caller by whose sight a question of the owner is answered: the caller, or a partner of whom a reader wants
    /// to know what it sees.
    /// </summary>
    /// <param name="partner">The code of the partner; null for the caller's own sight.</param>
    /// <param name="caller">Who asks.</param>
    public Result<Caller> As(string? partner, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (partner is null)
        {
            return caller;
        }
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        return catalog.Current.Partners.ContainsKey(partner)
            ? caller with
            {
                Role = Role.Partner,
                Partner = partner,
            }
            : Error.Of(ErrorCode.InvalidValue, $"There is no partner {partner}.", $"没有合作伙伴 {partner}。", "as");
    }

    /// <summary>Finds the identifier of the item that has a business key, also of a tombstone.</summary>
    /// <param name="source">The code of the source.</param>
    /// <param name="key">The key in that source.</param>
    /// <param name="prefix">The prefix of the item; null for any.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<Result<Identifier>> FindByKeyAsync(
        string? source,
        string? key,
        string? prefix,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireAsking(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var faults = new Faults();
        SourceRules.CheckNeeded(source, key, "", faults);
        if (faults.TryCombine(out var faulty))
        {
            return faulty;
        }
        if (
            !(await keys.FindAsync(source!, key!, prefix, caller, cancellationToken)).TryGet(
                out var record,
                out var error
            )
        )
        {
            return error;
        }
        return record is null
            ? Error.Of(
                ErrorCode.NotFound,
                $"No item has the key {key} of source {source}.",
                $"没有标识具有来源 {source} 的业务主键 {key}。",
                "sourceKey"
            )
            : Identifier.Parse(RecordState.IdentifierOf(record));
    }

    /// <summary>Finds active records that match, in the order of registration.</summary>
    public async ValueTask<Result<Page<Record>>> SearchAsync(
        RecordQuery query,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        if (AccessPolicy.RequireAsking(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        Note(caller, "record.search", query.Template ?? "");
        query = query with { Below = caller.Prefix };
        if (caller.Partner is not null)
        {
            return await SearchSeenAsync(query, caller, cancellationToken);
        }
        var found = await store.SearchAsync(query, cancellationToken);
        var known = catalog.Current;
        return new Page<Record>(
            [.. found.Select(record => RecordReader.Read(record, known, caller.Projection))],
            found.IsFull ? found[^1].Object : null
        );
    }

    /// <summary>
    /// The same for a partner. Records that it does not see are passed over, and others take their place on the page as
    /// far as a bounded look reaches.
    /// </summary>
    private async ValueTask<Result<Page<Record>>> SearchSeenAsync(
        RecordQuery query,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var (wanted, shown) = (query.Limit, new List<Record>());
        query = query with { After = cursors.Open(query.After, caller), Limit = MaxPage };
        for (var looks = 0; looks < MostLooks; looks++)
        {
            var found = await store.SearchAsync(query, cancellationToken);
            var known = catalog.Current;
            foreach (var record in found)
            {
                query = query with { After = record.Object };
                if (Shown(record, query, known, caller) is { } seen)
                {
                    shown.Add(seen);
                }
                if (shown.Count == wanted)
                {
                    return new Page<Record>(shown, cursors.Close(query.After, caller));
                }
            }
            if (!found.IsFull)
            {
                return new Page<Record>(shown, null);
            }
        }
        return new Page<Record>(shown, cursors.Close(query.After, caller));
    }

    /// <summary>
    /// A record that a search found as a partner sees it; null where it does not see it, or not what was searched for.
    /// </summary>
    private static Record? Shown(StoredRecord found, RecordQuery query, NodeCatalog known, Caller caller)
    {
        if (Seen(found.State, known, caller) is not { } seen)
        {
            return null;
        }
        var record = RecordReader.Read(found, known, seen);
        var isShown =
            (query.AttributeIndex is not { } index || record.Attributes.Any(value => value.Attribute.Index == index))
            && (query.Sources is null || seen.ShowsBusinessKey);
        return isShown ? record : null;
    }

    // What everybody may see of an identifier, if asked for it, is not listed to a partner.
    private static Projection? Seen(ReadOnlySpan<byte> state, NodeCatalog known, Caller caller) =>
        known.SightOf(caller) is { } sight ? sight.Of(state)?.Projection : caller.Projection;

    private void Note(Caller caller, string action, string target)
    {
        if (access.Audits(caller))
        {
            auditor.Noted(caller, action, target);
        }
    }

    /// <summary>A version as a caller sees it; null where the grants of a partner cover its content not.</summary>
    private static ShownVersion? Shown(RecordVersion version, NodeCatalog known, Caller caller) =>
        Seen(version.State, known, caller) is { } seen
            ? new(
                RecordReader.Read(version.State, known, seen) with
                {
                    Version = version.Body.Version,
                },
                version.Body.Operation,
                Micros.ToTime(version.Body.Time),
                caller.Partner is null ? known.ActorName(version.Body.Actor) : null,
                caller.Partner is null ? version.Sequence : null,
                version.Committed - new StateReader(version.State).Count
            )
            : null;
}
