using System.Data;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Everything that a group writes. It is sent as one batch, which is one transaction. First come all rows, since they
/// may wait for other transactions. Then the log is locked; nothing waits after that. Then come the entries with their
/// sequence numbers.
/// </summary>
internal sealed class GroupPlan(ObjectNumbers objects)
{
    private readonly List<EntryRow> _entries = [];
    private readonly Dictionary<SideTable, (List<PlacedRow> Removed, List<PlacedRow> Added)> _sides =
        SideTables.All.ToDictionary(table => table, _ => (new List<PlacedRow>(), new List<PlacedRow>()));

    public List<WrittenRecord> RecordsAdded { get; } = [];

    public List<WrittenRecord> RecordsChanged { get; } = [];

    /// <summary>What the group writes about events.</summary>
    public EventPlan Events { get; } = new();

    public List<StateRow> States { get; } = [];

    public List<Document> DocumentsAdded { get; } = [];

    public List<Document> DocumentsChanged { get; } = [];

    /// <summary>The keys of the entries in order, as in <see cref="ChangedKey.Key"/>.</summary>
    public List<LookupKey> Keys { get; } = [];

    /// <summary>
    /// True if a job found out, when it had added its rows already, that it is refused, or is only tried. The plan must
    /// not be committed.
    /// </summary>
    public bool IsUndone { get; set; }

    /// <summary>Takes a reserved object number.</summary>
    public long NextObject() => objects.Next();

    /// <summary>Replaces the rows of a record in side tables.</summary>
    public void Place(IReadOnlyList<SideRow> before, IReadOnlyList<SideRow> after, long objectNumber)
    {
        foreach (var row in before)
        {
            _sides[row.Table].Removed.Add(new PlacedRow(row, objectNumber));
        }
        foreach (var row in after)
        {
            _sides[row.Table].Added.Add(new PlacedRow(row, objectNumber));
        }
    }

    /// <summary>Appends an entry with the state of its version. Returns its position in the group, 1 and up.</summary>
    public int Append(in LogBody body, byte[] commitments, byte[] state, LookupKey key)
    {
        var encoded = body.Encode(commitments);
        _entries.Add(new EntryRow(Keys.Count + 1, body.Object, body.Version, encoded, LogBody.Leaf(encoded), state));
        Keys.Add(key);
        return Keys.Count;
    }

    /// <summary>Writes and commits everything. Returns the log's head before the first entry.</summary>
    public async Task<long> CommitAsync(SqlConnection connection, SqlServerDatabase database, int lockMilliseconds)
    {
        await using var batch = new GroupBatch(connection, database.Seconds);
        batch.Say(SqlServerStatements.BeginGroup);
        SayRows(batch);
        batch
            .Say(SqlServerStatements.LockLog)
            .Say(SqlServerStatements.CheckStore)
            .With("@epoch", database.Epoch)
            .With("@known", database.Known())
            .With("@lockMilliseconds", lockMilliseconds);
        Events.SayChecks(batch);
        SayEntries(batch);
        batch.Say(SqlServerStatements.CommitGroup);
        // Without a cancellation token: a write that has started is not cancelled.
        return (long)(await batch.Done().ExecuteScalarAsync(CancellationToken.None))!;
    }

    /// <summary>
    /// Finds out whether the group was committed although the answer was lost. Returns the log's head before its
    /// entries, or null. It is enough to look for one entry, since all are in one transaction. No other group can have
    /// the same leaf, since it depends on random salts.
    /// </summary>
    public async Task<long?> FindCommittedAsync(SqlConnection connection, int seconds, int lockMilliseconds)
    {
        await using var command = connection.CreateCommand();
        command.CommandTimeout = seconds;
        command.CommandText = SqlServerStatements.FindEntry;
        var first = _entries[0];
        command.Parameters.Add("@object", SqlDbType.BigInt).Value = first.Object;
        command.Parameters.Add("@version", SqlDbType.BigInt).Value = first.Version;
        command.Parameters.Add("@leaf", SqlDbType.VarBinary, 32).Value = first.Leaf;
        command.Parameters.Add("@lockMilliseconds", SqlDbType.Int).Value = lockMilliseconds;
        return await command.ExecuteScalarAsync(CancellationToken.None) is long sequence ? sequence - 1 : null;
    }

    /// <summary>Adds the statements about rows, before the log is locked: they may wait for others.</summary>
    private void SayRows(GroupBatch batch)
    {
        // All groups use the same order. So transactions that want the same rows wait, without deadlock.
        RecordsChanged.Sort((a, b) => a.Record.Object.CompareTo(b.Record.Object));
        SayChanged(batch);
        batch.Say(SqlServerStatements.InsertRecords, "@added", SqlServerTables.Records, RecordsAdded);
        batch.Say(SqlServerStatements.InsertDocuments, "@documentsAdded", SqlServerTables.Documents, DocumentsAdded);
        foreach (var side in SqlServerSideTable.All)
        {
            batch.Say(side.DeleteStatement, side.Removed, side.Rows, _sides[side.Table].Removed);
            batch.Say(side.InsertStatement, side.Added, side.Rows, _sides[side.Table].Added);
        }
        batch.Say(SqlServerStatements.UpdateStates, "@states", SqlServerTables.States, States);
        Events.SayRows(batch);
    }

    /// <summary>Adds the changes, each with the number of its rows: the statement fails where it finds fewer.</summary>
    private void SayChanged(GroupBatch batch)
    {
        if (batch.Say(SqlServerStatements.UpdateRecords, "@changed", SqlServerTables.Records, RecordsChanged))
        {
            batch.With("@changedCount", RecordsChanged.Count);
        }
        if (
            batch.Say(
                SqlServerStatements.UpdateDocuments,
                "@documentsChanged",
                SqlServerTables.Documents,
                DocumentsChanged
            )
        )
        {
            batch.With("@documentsChangedCount", DocumentsChanged.Count);
        }
    }

    /// <summary>Adds the statements about entries. They come after the log is locked.</summary>
    private void SayEntries(GroupBatch batch)
    {
        batch.Say(SqlServerStatements.AppendEntries, "@entries", SqlServerTables.Entries, _entries);
        batch
            .SayIf(RecordsAdded.Count + RecordsChanged.Count > 0, SqlServerStatements.NumberRecords)
            .SayIf(DocumentsAdded.Count + DocumentsChanged.Count > 0, SqlServerStatements.NumberDocuments)
            .With("@entryCount", _entries.Count);
        Events.SayNumbers(batch);
    }
}
