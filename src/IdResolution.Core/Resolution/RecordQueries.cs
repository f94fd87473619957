using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Core.Resolution;

/// <summary>Searches records and reads their history. Needs role reader or higher. Thread-safe.</summary>
public sealed class RecordQueries(
    IRecordStore store,
    CatalogHolder catalog,
    KeyFinder keys,
    AccessPolicy access,
    Auditor auditor
)
{
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
        if (AccessPolicy.Require(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        if (AccessPolicy.RequireSight(caller, identifier) is { } hidden)
        {
            return hidden;
        }
        var (record, _) = await store.FindAsync(identifier.Key, cancellationToken);
        var known = catalog.Current;
        if (record is null || !known.IsHomed(identifier))
        {
            return await AbsentAsync(identifier, cancellationToken);
        }
        Note(caller, "record.history", identifier.Text);
        var versions = await store.HistoryAsync(record.Object, before, limit, cancellationToken);
        return new Page<ShownVersion>(
            [.. versions.Select(version => Shown(version, known, caller))],
            versions.IsFull ? versions[^1].Body.Version : null
        );
    }

    /// <summary>The error for an identifier that is not registered, and that callers may see.</summary>
    internal ValueTask<Error> AbsentAsync(Identifier identifier, CancellationToken cancellationToken) =>
        AbsentIdentifier.ErrorAsync(identifier, catalog.Current, store, cancellationToken);

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
        if (AccessPolicy.Require(caller, Role.Reader) is { } refused)
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
        if (AccessPolicy.Require(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        Note(caller, "record.search", query.Template ?? "");
        var found = await store.SearchAsync(query with { Below = caller.Prefix }, cancellationToken);
        var known = catalog.Current;
        return new Page<Record>(
            [.. found.Select(record => RecordReader.Read(record, known, caller.Projection))],
            found.IsFull ? found[^1].Object : null
        );
    }

    private void Note(Caller caller, string action, string target)
    {
        if (access.Audits(caller))
        {
            auditor.Noted(caller, action, target);
        }
    }

    private static ShownVersion Shown(RecordVersion version, NodeCatalog known, Caller caller) =>
        new(
            RecordReader.Read(version.State, known, caller.Projection) with
            {
                Version = version.Body.Version,
            },
            version.Body.Operation,
            Micros.ToTime(version.Body.Time),
            known.ActorName(version.Body.Actor),
            version.Sequence,
            version.Committed - new StateReader(version.State).Count
        );
}
