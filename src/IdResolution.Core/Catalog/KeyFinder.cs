using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Catalog;

/// <summary>Finds records by their business keys. Thread-safe.</summary>
public sealed class KeyFinder(
    IRecordStore store,
    CatalogHolder catalog,
    NodeSecrets secrets,
    AccessPolicy? access = null
)
{
    // So many rows in one question to the store.
    private const int PageSize = 2_000;

    /// <summary>Makes the search for the records of a source, or for the record of one of its keys.</summary>
    /// <param name="catalog">The catalog with the sources.</param>
    /// <param name="source">The code of the source; null for any record.</param>
    /// <param name="key">The key; null for all keys.</param>
    public static RecordQuery Search(NodeCatalog catalog, string? source, string? key)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (source is null)
        {
            return new RecordQuery();
        }
        var sources = catalog.SourcesOf(source, null);
        return new RecordQuery
        {
            Sources = [.. sources.Select(s => s.Object)],
            Keys = key is null
                ? null
                : [.. sources.SelectMany(s => (SideRow[])[BusinessKeys.ExactRow(s.Object, key), s.RowOf(key)])],
        };
    }

    /// <summary>
    /// Finds the record that has a key, tombstones included; null if there is none. Where two prefixes have a source of
    /// this code, and items of both have the key, the prefix must be named (<see cref="ErrorCode.InvalidValue"/>).
    /// </summary>
    /// <param name="source">The code of the source.</param>
    /// <param name="key">The key in any spelling that folds to it.</param>
    /// <param name="prefix">The prefix of the item; null for any.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public ValueTask<Result<StoredRecord?>> FindAsync(
        string source,
        string key,
        string? prefix,
        CancellationToken cancellationToken
    ) => FindAsync(source, key, prefix, Caller.Node, cancellationToken);

    /// <summary>
    /// Finds the items that have keys: of each of many lists, that of the first key that one has; null where none has.
    /// The store is asked for many at once. No item beyond the caller's reach is found.
    /// </summary>
    internal async ValueTask<Identifier?[]> FindFirstAsync(
        string source,
        IReadOnlyList<IReadOnlyList<string>> keys,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var sources = catalog.Current.SourcesOf(source, null);
        var found = new Identifier?[keys.Count];
        var (forms, places) = (new List<SideRow>(), new List<int>());
        for (var i = 0; i < keys.Count; i++)
        {
            foreach (var key in keys[i].Where(static k => Encoding.UTF8.GetByteCount(k) <= SourceRules.MaxKey))
            {
                forms.AddRange(sources.SelectMany(one => one.FormsOf(key, secrets)));
            }
            places.AddRange(Enumerable.Repeat(i, forms.Count - places.Count));
            if (forms.Count < PageSize && i < keys.Count - 1)
            {
                continue;
            }
            await NoteAsync(source, forms, places, found, caller, cancellationToken);
            forms.Clear();
            places.Clear();
        }
        return found;
    }

    /// <summary>Finds the items of keys, and notes each at its place where none stands yet.</summary>
    private async ValueTask NoteAsync(
        string source,
        List<SideRow> forms,
        List<int> places,
        Identifier?[] found,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var records = await store.FindByKeysAsync(forms, cancellationToken);
        for (var row = 0; row < forms.Count; row++)
        {
            if (records[row] is { } record && Finds(record, source, caller))
            {
                found[places[row]] ??= Identifier.Parse(RecordState.IdentifierOf(record)).Value;
            }
        }
    }

    /// <summary>
    /// True if a caller may find a record by a key of a source. Who is tied to a partner finds what it sees the keys
    /// of; GS1 keys are printed on the items.
    /// </summary>
    private bool Finds(StoredRecord record, string source, Caller caller) =>
        caller.Reaches(record.Key.Bytes)
        && (
            catalog.Current.SightOf(caller) is not { } sight
            || (
                access?.Sees(caller, sight.Of(record.State)) is { } seen
                && (source == Source.Gs1 || seen.ShowsBusinessKey)
            )
        );

    /// <summary>The same for a caller: no item beyond what it sees is found.</summary>
    internal async ValueTask<Result<StoredRecord?>> FindAsync(
        string source,
        string key,
        string? prefix,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (Encoding.UTF8.GetByteCount(key) > SourceRules.MaxKey)
        {
            // No item has such a key, and the tables cannot hold it.
            return (StoredRecord?)null;
        }
        var forms = new List<SideRow>(1);
        foreach (var candidate in catalog.Current.SourcesOf(source, prefix))
        {
            forms.AddRange(candidate.FormsOf(key, secrets));
        }
        var records = await store.FindByKeysAsync(forms, cancellationToken);
        var found = new Dictionary<long, StoredRecord>();
        for (var i = 0; i < forms.Count; i++)
        {
            if (records[i] is { } record && Finds(record, source, caller))
            {
                found.TryAdd(forms[i].Values[0].Number, record);
            }
        }
        return found.Count > 1
            ? Error.Of(
                ErrorCode.InvalidValue,
                $"Items of several prefixes have the key {key} of source {source}: name the prefix.",
                $"多个前缀下的标识都有来源 {source} 的业务主键 {key}，请指明前缀（prefix）。",
                "prefix"
            )
            : found.Values.FirstOrDefault();
    }
}
