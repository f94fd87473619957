using System.Data.Common;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Looks up what a group's events are checked against: in one batch all that is asked for, then what depends on the
/// numbers of the items. The jobs note here what they add, so that each sees those before it.
/// </summary>
internal sealed class EventLookups
{
    private readonly List<EventWrite> _writes = [];
    private readonly List<LookupKey> _uris = [];
    private readonly List<LookupKey> _keys = [];
    private readonly Dictionary<LookupKey, long> _registered = [];
    private readonly Dictionary<LookupKey, long> _unregistered = [];
    private readonly Dictionary<long, HashSet<long>> _before = [];
    private readonly HashSet<long> _used = [];
    private long _gs1Source;
    private readonly HashSet<long> _usedInGroup = [];
    private readonly HashSet<NumberRow> _usedSince = [];

    /// <summary>The events found by what recognises them.</summary>
    public Dictionary<LookupKey, (long Object, long Made, byte[] Digest)> Known { get; } = [];

    /// <summary>The events to correct: their type, the entry that voided them, and its event.</summary>
    public Dictionary<long, (EventType Type, long Voided, long By)> Corrected { get; } = [];

    /// <summary>The holds that the events to correct may have ended, or handed on, by the event.</summary>
    public ILookup<long, long> HoldsOf { get; private set; } =
        Array.Empty<(long Event, long Hold)>().ToLookup(h => h.Event, h => h.Hold);

    /// <summary>The holds in force on items.</summary>
    public HeldItems Holds { get; } = new();

    /// <summary>The holds that correct holds, by these.</summary>
    public Dictionary<long, long> HeldAgain { get; } = [];

    /// <summary>What items are part of.</summary>
    public PartLookups Parts { get; } = new();

    /// <summary>True if records may have GS1 keys, by which URIs name them.</summary>
    public bool HasGs1Keys => _gs1Source > 0;

    /// <summary>The head of the log before anything was looked up.</summary>
    public long Head { get; private set; }

    /// <summary>The number of changes of holds that this group knows of.</summary>
    public long HoldsCounter { get; private set; }

    public void Add(EventWrite write) => _writes.Add(write);

    /// <summary>Adds the keys by which URIs may name a record that the group writes.</summary>
    public void AddKeys(IReadOnlyList<SideRow> rows)
    {
        foreach (var row in rows)
        {
            if (UriOf(row) is { } uri)
            {
                _uris.Add(uri);
            }
        }
    }

    /// <summary>The number of an item; 0 where it is neither registered nor named by an event.</summary>
    public long NumberOf(ItemKey key) =>
        _registered.TryGetValue(key.Folded, out var number) ? number : _unregistered.GetValueOrDefault(key.Folded);

    /// <summary>
    /// The numbers that an item had before it was registered, under which it has its holds until it is healed.
    /// </summary>
    public IEnumerable<long> NumbersBefore(ItemKey key) =>
        _before.TryGetValue(NumberOf(key), out var numbers) ? numbers : [];

    /// <summary>The numbers under which an item may have holds.</summary>
    public IEnumerable<long> NumbersOf(ItemKey key) => NumbersBefore(key).Prepend(NumberOf(key));

    /// <summary>True if the item has no record but a number.</summary>
    public bool IsUnregistered(ItemKey key) =>
        !_registered.ContainsKey(key.Folded) && _unregistered.ContainsKey(key.Folded);

    /// <summary>Notes the number that an item without a record got.</summary>
    public void Name(ItemKey key, long number) => _unregistered.Add(key.Folded, number);

    /// <summary>Notes the number of a record that the group makes.</summary>
    public void NoteRegistered(LookupKey key, long number)
    {
        if (_writes.Count > 0)
        {
            Register(key, number);
        }
    }

    /// <summary>Notes the keys by which URIs name a record that the group writes.</summary>
    public void NoteKeys(IReadOnlyList<SideRow> rows, long number)
    {
        for (var i = 0; HasGs1Keys && i < rows.Count; i++)
        {
            if (UriOf(rows[i]) is { } uri && rows[i].Values[0].Number == _gs1Source)
            {
                Register(uri, number);
            }
        }
    }

    /// <summary>True if something was made from an item, or contains it.</summary>
    public bool IsUsed(long item) => _used.Contains(item);

    /// <summary>
    /// True if an item was used, put into something or taken out since a number of the log, which is the position.
    /// </summary>
    public bool IsUsedSince(in NumberRow item) => _usedInGroup.Contains(item.Number) || _usedSince.Contains(item);

    /// <summary>Notes what an event of this group says.</summary>
    public void Note(EventWrite write, long objectNumber, long[] items)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (Sql.EventRules.IsUsed(write.Members[i].Role))
            {
                _used.Add(items[i]);
            }
            if (Sql.EventRules.IsUsed(write.Members[i].Role) || write.Members[i].Role == MemberRole.Removed)
            {
                _usedInGroup.Add(items[i]);
            }
        }
        Parts.Graph.Note(write, objectNumber, items);
    }

    /// <summary>The keys of items, in their order.</summary>
    public IReadOnlyList<ItemKey> KeysOf(List<long> items)
    {
        var keys = new Dictionary<long, LookupKey>();
        foreach (var (key, number) in _unregistered.Concat(_registered))
        {
            keys[number] = key;
        }
        // What is above an item of the group and was not named by it has its key from the walk.
        return [.. items.Select(i => ItemKey.Stored((keys.TryGetValue(i, out var key) ? key : Parts.KeyOf(i)).Bytes))];
    }

    /// <summary>Runs the lookups.</summary>
    public async Task ReadAsync(SqlConnection connection, int seconds, CancellationToken cancellationToken)
    {
        if (_writes.Count == 0)
        {
            return;
        }
        await ReadNumbersAsync(connection, seconds, cancellationToken);
        await ReadHoldsAsync(connection, seconds, cancellationToken);
        await ReadHeldAgainAsync(connection, seconds, cancellationToken);
        await ReadPartsAsync(connection, seconds, cancellationToken);
    }

    private async Task ReadNumbersAsync(SqlConnection connection, int seconds, CancellationToken cancellationToken)
    {
        Reset();
        var rests = _writes.Select(w => w.RestsOn).OfType<ItemAt>().Select(r => r.Item.Folded);
        var free = _writes.SelectMany(w => w.MustBeFree).Select(item => item.Folded);
        foreach (
            var key in _writes
                .SelectMany(w => w.Members)
                .Select(m => m.Item.Folded)
                .Concat(rests)
                .Concat(free)
                .Concat(_uris)
        )
        {
            if (_registered.TryAdd(key, 0))
            {
                _keys.Add(key);
            }
        }
        _registered.Clear();
        var identities = _writes
            .Select(w => w.Identity)
            .Concat(_writes.Where(w => w.FormerIdentity is not null).Select(w => w.FormerIdentity!))
            .Select(identity => new BytesRow(0, identity))
            .ToList();
        var corrected = Numbers(_writes.Where(w => w.Voids != 0).Select(w => w.Voids));
        var items = _keys.Select((key, i) => new BytesRow(i, key.Bytes)).ToList();
        var holds = new List<(long Event, long Hold)>();
        await using var batch = new LookupBatch(connection, seconds);
        batch.Ask(SqlServerEventStatements.LookUpHead, row => Head = row.GetInt64(0));
        batch.Ask(SqlServerEventStatements.LookUpHoldsCounter, row => HoldsCounter = row.GetInt64(0));
        batch.Ask(
            SqlServerEventStatements.LookUpIdentities,
            "@identities",
            SqlServerEventRows.Bytes,
            identities,
            row =>
                Known[new LookupKey((byte[])row.GetValue(0))] = (
                    row.GetInt64(1),
                    row.GetInt64(2),
                    (byte[])row.GetValue(3)
                )
        );
        batch.Ask(
            SqlServerEventStatements.LookUpCorrected,
            "@voided",
            SqlServerEventRows.Numbers,
            corrected,
            row =>
                Corrected[row.GetInt64(0)] = (
                    (EventType)row.GetInt64(1),
                    row.GetInt64(2),
                    row.IsDBNull(3) ? 0 : row.GetInt64(3)
                )
        );
        if (corrected.Count > 0)
        {
            void Take(DbDataReader row)
            {
                holds.Add((row.GetInt64(0), row.GetInt64(1)));
                Holds.Add(row.GetInt64(1), (HoldScope)row.GetInt64(2));
            }
            batch.Ask(SqlServerEventStatements.LookUpNamed, Take);
            batch.Ask(SqlServerEventStatements.LookUpReleased, Take);
            batch.Ask(SqlServerEventStatements.LookUpHandedOn, Take);
            batch.Ask(SqlServerEventStatements.LookUpSpreading, Take);
            Parts.AskFreed(batch);
        }
        batch.Ask(
            SqlServerEventStatements.LookUpScopes,
            "@ends",
            SqlServerEventRows.Numbers,
            Numbers(_writes.SelectMany(w => (w.Ends ?? []).Append(w.Voids))),
            row => Holds.Add(row.GetInt64(0), (HoldScope)row.GetInt64(1))
        );
        batch.Ask(
            SqlServerEventStatements.LookUpItems,
            "@items",
            SqlServerEventRows.Bytes,
            items,
            row => _registered[_keys[(int)row.GetInt64(0)]] = row.GetInt64(1)
        );
        if (items.Count > 0)
        {
            batch.Ask(
                SqlServerEventStatements.LookUpUnregistered,
                row => _unregistered[_keys[(int)row.GetInt64(0)]] = row.GetInt64(1)
            );
        }
        batch.Ask(SqlServerEventStatements.LookUpGs1Source, row => _gs1Source = row.GetInt64(0));
        if (_keys.Exists(static key => ItemKey.Stored(key.Bytes).IsUri))
        {
            batch.Ask(SqlServerEventStatements.LookUpUris, TakeUri);
        }
        await batch.ReadAsync(cancellationToken);
        HoldsOf = holds.ToLookup(h => h.Event, h => h.Hold);
    }

    private async Task ReadHoldsAsync(SqlConnection connection, int seconds, CancellationToken cancellationToken)
    {
        var members = _writes.SelectMany(w => w.Members).ToList();
        var made = Numbers(members.Where(m => Sql.EventRules.IsMade(m.Role)).Select(m => NumberOf(m.Item)));
        var held = Numbers(
            members
                .Where(m => Sql.EventRules.IsMade(m.Role) || Sql.EventRules.IsUsed(m.Role) || m.Role == MemberRole.Item)
                .Select(m => m.Item)
                .Concat(_writes.SelectMany(w => w.MustBeFree))
                .Select(NumberOf)
                // What the group registers has its holds under the numbers from before.
                .Concat(_uris.Select(uri => _unregistered.GetValueOrDefault(uri)))
        );
        await using var batch = new LookupBatch(connection, seconds);
        batch.Ask(SqlServerEventStatements.LookUpHolds, "@held", SqlServerEventRows.Numbers, held, TakeHold);
        if (held.Count > 0)
        {
            batch.Ask(SqlServerEventStatements.LookUpBefore, TakeBefore);
            batch.Ask(SqlServerEventStatements.LookUpHoldsBefore, TakeHold);
        }
        if (held.Count > 0 && HasGs1Keys)
        {
            batch.Ask(SqlServerEventStatements.LookUpBeforeByUri, TakeBefore);
            batch.Ask(SqlServerEventStatements.LookUpHoldsBeforeByUri, TakeHold);
        }
        batch.Ask(
            SqlServerEventStatements.LookUpUsed,
            "@made",
            SqlServerEventRows.Numbers,
            made,
            row => _used.Add(row.GetInt64(0))
        );
        batch.Ask(
            SqlServerEventStatements.LookUpUsedSince,
            "@restsOn",
            SqlServerEventRows.Numbers,
            [.. _writes.Select(w => w.RestsOn).OfType<ItemAt>().Select(r => new NumberRow(r.Number, NumberOf(r.Item)))],
            row => _usedSince.Add(new NumberRow(row.GetInt64(0), row.GetInt64(1)))
        );
        await batch.ReadAsync(cancellationToken);
    }

    private void TakeUri(DbDataReader row)
    {
        var key = _keys[(int)row.GetInt64(0)];
        if (ItemKey.Stored(key.Bytes).IsUri)
        {
            _registered[key] = row.GetInt64(1);
        }
    }

    private void TakeHold(DbDataReader row) =>
        Holds.Add(
            new HeldItem(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2) == 1, row.GetInt64(4)),
            (HoldScope)row.GetInt64(3)
        );

    private void TakeBefore(DbDataReader row) => NoteBefore(row.GetInt64(0), row.GetInt64(1));

    private void NoteBefore(long number, long before)
    {
        if (!_before.TryGetValue(number, out var numbers))
        {
            _before.Add(number, numbers = []);
        }
        numbers.Add(before);
        Parts.Graph.AddBefore(number, before);
    }

    /// <summary>Notes what finds a record that the group writes, with the number that it had before.</summary>
    private void Register(LookupKey key, long number)
    {
        _registered[key] = number;
        if (_unregistered.TryGetValue(key, out var before))
        {
            NoteBefore(number, before);
        }
    }

    /// <summary>The key of the URI that names a record by a row; null for a row by which none does.</summary>
    private static LookupKey? UriOf(SideRow row) =>
        row.Table == BusinessKeys.Table
        && BusinessKeys.FormOf(row) == KeyForm.Folded
        && row.Values[1].Bytes is { Length: <= ItemKey.MaxLength } key
        && (key[0] == '(' || key.Contains((byte)':'))
            ? new LookupKey(key)
            : null;

    private async Task ReadHeldAgainAsync(SqlConnection connection, int seconds, CancellationToken cancellationToken)
    {
        var ended = Numbers(_writes.SelectMany(w => w.Ends ?? []));
        while (ended.Count > 0)
        {
            var next = new List<long>();
            await using var batch = new LookupBatch(connection, seconds);
            batch.Ask(
                SqlServerEventStatements.LookUpHeldAgain,
                "@ended",
                SqlServerEventRows.Numbers,
                ended,
                row =>
                {
                    HeldAgain[row.GetInt64(0)] = row.GetInt64(1);
                    Holds.Add(row.GetInt64(1), (HoldScope)row.GetInt64(2));
                    next.Add(row.GetInt64(1));
                }
            );
            await batch.ReadAsync(cancellationToken);
            ended = Numbers(next);
        }
    }

    private async Task ReadPartsAsync(SqlConnection connection, int seconds, CancellationToken cancellationToken)
    {
        List<EventWrite> concerned = [.. _writes.Where(Sql.CycleWalk.Concerns)];
        // What was taken out before any of them happened does not count, unless one of them takes back that it was.
        var from = concerned.Exists(static w => w.Voids != 0)
            ? long.MinValue
            : concerned.Select(static w => w.Time).DefaultIfEmpty(long.MinValue).Min();
        var walked = Numbers(
            concerned
                .SelectMany(w => w.Members)
                .Where(m => m.Role == MemberRole.Parent)
                .Select(m => NumberOf(m.Item))
                .Concat(Parts.Freed.Values.SelectMany(freed => freed).Select(freed => freed.Item))
        );
        while (walked.Count > 0)
        {
            await using var batch = new LookupBatch(connection, seconds);
            Parts.Ask(batch, [.. walked.Select(item => item with { Position = from })], HasGs1Keys);
            await batch.ReadAsync(cancellationToken);
            walked = Numbers(Parts.TakeUnread());
        }
    }

    private void Reset()
    {
        _keys.Clear();
        _registered.Clear();
        _unregistered.Clear();
        _before.Clear();
        _used.Clear();
        _usedInGroup.Clear();
        _usedSince.Clear();
        Known.Clear();
        Corrected.Clear();
        Holds.Clear();
        HeldAgain.Clear();
        Parts.Clear();
    }

    private static List<NumberRow> Numbers(IEnumerable<long> numbers) =>
        [.. numbers.Where(n => n > 0).Distinct().Select(n => new NumberRow(0, n))];
}
