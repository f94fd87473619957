using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>
/// How a record has its keys: folded, or found by their exact spelling alone. The latter come from an earlier version
/// and are never added, so that what was found out stays true. Not thread-safe.
/// </summary>
internal sealed class HeldKeys
{
    private readonly long _record;
    private readonly NodeSecrets? _secrets;
    private readonly List<SideRow> _exact = [];
    private readonly HashSet<(long Source, string Key)> _own = [];

    /// <summary>Prepares the search.</summary>
    /// <param name="record">The record.</param>
    /// <param name="asked">A key that is asked about; null for none.</param>
    /// <param name="catalog">The catalog with the sources.</param>
    /// <param name="secrets">The key file.</param>
    public HeldKeys(StoredRecord record, BusinessKey? asked, NodeCatalog catalog, NodeSecrets secrets)
    {
        _record = record.Object;
        _secrets = secrets;
        if (asked is { } key)
        {
            Add(key, record, catalog);
            IsAsked = _exact.Count > 0;
        }
        foreach (var own in RecordState.KeysOf(record.State))
        {
            Add(own, record, catalog);
        }
    }

    private HeldKeys() { }

    /// <summary>Finds out how a record has its keys.</summary>
    public static async ValueTask<HeldKeys> FindAsync(
        IRecordStore store,
        CatalogHolder catalog,
        NodeSecrets secrets,
        Identifier identifier,
        BusinessKey? asked,
        CancellationToken cancellationToken
    )
    {
        if ((await store.FindAsync(identifier.Key, cancellationToken)).Record is not { } record)
        {
            return None;
        }
        var held = new HeldKeys(record, asked, catalog.Current, secrets);
        if (held.Exact.Count > 0)
        {
            held.Take(await store.FindByKeysAsync(held.Exact, cancellationToken));
        }
        return held;
    }

    /// <summary>What holds where there is no record.</summary>
    public static HeldKeys None { get; } = new();

    /// <summary>The rows to look for; none unless a source has keys in other forms.</summary>
    public IReadOnlyList<SideRow> Exact => _exact;

    /// <summary>The other record that has the key asked about by its exact spelling; null if none has.</summary>
    public StoredRecord? OtherHolder { get; private set; }

    private bool IsAsked { get; }

    /// <summary>Takes the records that have the rows of <see cref="Exact"/>.</summary>
    public void Take(IReadOnlyList<StoredRecord?> holders)
    {
        for (var i = 0; i < holders.Count; i++)
        {
            if (holders[i]?.Object == _record)
            {
                _own.Add((_exact[i].Values[0].Number, _exact[i].Values[3].Text));
            }
            else if (IsAsked && i == 0)
            {
                OtherHolder = holders[i];
            }
        }
    }

    /// <summary>The position of a key among those of the record; negative if it does not have it.</summary>
    public int IndexOf(IReadOnlyList<BusinessKey> keys, Source source, string key)
    {
        var isExact = IsExact(source, key);
        var folded = source.Fold(key);
        for (var i = 0; i < keys.Count; i++)
        {
            if (
                keys[i].SourceKey is { } own
                && keys[i].Source == source.Code
                && (isExact ? own == key : !IsExact(source, own) && source.Fold(own) == folded)
            )
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>The row of a key, and the row that stays when it is erased.</summary>
    public SideRow[] FormsOf(Source source, string key) => source.FormsOf(key, IsExact(source, key), _secrets!);

    /// <summary>The same for several keys.</summary>
    public IEnumerable<SideRow[]> FormsOf(IEnumerable<(Source Source, string Key)> keys) =>
        keys.Select(key => FormsOf(key.Source, key.Key));

    private bool IsExact(Source source, string key) => _own.Contains((source.Object, key));

    private void Add(BusinessKey key, StoredRecord record, NodeCatalog catalog)
    {
        if (
            key.SourceKey is { } text
            && catalog.FindSource(key.Source, KeyRows.PrefixOf(record)) is { HasOtherForms: true } source
        )
        {
            _exact.Add(BusinessKeys.ExactRow(source.Object, text));
        }
    }
}
