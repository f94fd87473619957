using System.Data;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Everything a group writes, sent as one batch that is one transaction: first all rows, which may wait for other
/// transactions; then the lock of the log, behind which nothing waits; then the entries with their numbers.
/// </summary>
internal sealed class GroupPlan(ObjectNumbers objects)
{
    private readonly List<EntryRow> _entries = [];
    private readonly Dictionary<SideTable, (List<PlacedRow> Removed, List<PlacedRow> Added)> _sides =
        SideTables.All.ToDictionary(table => table, _ => (new List<PlacedRow>(), new List<PlacedRow>()));

    public List<WrittenRecord> RecordsAdded { get; } = [];

    public List<WrittenRecord> RecordsChanged { get; } = [];

    public List<StateRow> States { get; } = [];

    public List<Document> DocumentsAdded { get; } = [];

    public List<Document> DocumentsChanged { get; } = [];

    /// <summary>The keys of the entries in order, empty for other kinds than records.</summary>
    public List<LookupKey> Keys { get; } = [];

    /// <summary>A new object number.</summary>
    public long NextObject() => objects.Next();

    /// <summary>Puts the rows beside a record in place of those before.</summary>
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

    /// <summary>Appends an entry and the state of its version; gives its place, 1 and up.</summary>
    public int Append(in LogBody body, byte[] commitments, byte[] state, LookupKey key)
    {
        var encoded = body.Encode(commitments);
        _entries.Add(new EntryRow(Keys.Count + 1, body.Object, body.Version, encoded, LogBody.Leaf(encoded), state));
        Keys.Add(key);
        return Keys.Count;
    }

    /// <summary>Writes and commits all; gives the log's head before the entries.</summary>
    public async Task<long> CommitAsync(SqlConnection connection, SqlServerDatabase database, int lockMilliseconds)
    {
        await using var batch = new GroupBatch(connection, database.Seconds);
        batch.Say(SqlServerStatements.BeginGroup);
        SayRows(batch);
        batch
            .Say(SqlServerStatements.LockLog)
            .Say(SqlServerStatements.CheckEpoch)
            .With("@epoch", database.Epoch)
            .With("@lockMilliseconds", lockMilliseconds);
        SayEntries(batch);
        batch.Say(SqlServerStatements.CommitGroup);
        // No token: a write under way is not given up.
        return (long)(await batch.Done().ExecuteScalarAsync(CancellationToken.None))!;
    }

    /// <summary>
    /// Finds out whether the group was committed by a batch whose answer was lost: the log's head before its entries,
    /// or null. One entry tells of all, since they are one transaction; its leaf is of this group alone, since it
    /// commits to fresh salts.
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

    /// <summary>The rows, before the lock of the log: they may wait for other transactions.</summary>
    private void SayRows(GroupBatch batch)
    {
        // In one order in every group: transactions that want the same rows wait for each other rather than deadlock.
        RecordsChanged.Sort((a, b) => a.Record.Object.CompareTo(b.Record.Object));
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
        batch.Say(SqlServerStatements.InsertRecords, "@added", SqlServerTables.Records, RecordsAdded);
        batch.Say(SqlServerStatements.InsertDocuments, "@documentsAdded", SqlServerTables.Documents, DocumentsAdded);
        foreach (var side in SqlServerSideTable.All)
        {
            batch.Say(side.DeleteStatement, side.Removed, side.Rows, _sides[side.Table].Removed);
            batch.Say(side.InsertStatement, side.Added, side.Rows, _sides[side.Table].Added);
        }
        batch.Say(SqlServerStatements.UpdateStates, "@states", SqlServerTables.States, States);
    }

    /// <summary>The entries, behind the lock of the log.</summary>
    private void SayEntries(GroupBatch batch)
    {
        batch.Say(SqlServerStatements.AppendEntries, "@entries", SqlServerTables.Entries, _entries);
        batch
            .SayIf(RecordsAdded.Count + RecordsChanged.Count > 0, SqlServerStatements.NumberRecords)
            .SayIf(DocumentsAdded.Count + DocumentsChanged.Count > 0, SqlServerStatements.NumberDocuments)
            .With("@entryCount", _entries.Count);
    }
}
