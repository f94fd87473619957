using System.Data.Common;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>Looks up, in one batch, the records and documents that a group's writes are checked against.</summary>
internal sealed class GroupLookups
{
    private readonly List<LookupKey> _keys = [];
    private readonly List<PlacedRow> _sides = [];
    private readonly List<LookupKey> _erased = [];
    private readonly List<NumberRow> _erasedEvents = [];
    private readonly List<Document> _documents = [];
    private readonly Dictionary<RowKey, StoredRecord> _records = [];
    private readonly Dictionary<RowKey, DocumentRow> _found = [];
    private readonly List<(long Object, long Sequence, byte[] State)> _states = [];

    /// <summary>What events are checked against.</summary>
    public EventLookups Events { get; } = new();

    public void AddKey(LookupKey key) => _keys.Add(key);

    /// <summary>Adds a row of a side table in which each key belongs to only one record.</summary>
    public void AddSide(SideRow row) => _sides.Add(new PlacedRow(row, 0));

    public void AddErased(LookupKey key) => _erased.Add(key);

    /// <summary>Adds an event that is to be erased from.</summary>
    public void AddErasedEvent(long objectNumber) => _erasedEvents.Add(new NumberRow(0, objectNumber));

    public void AddDocument(LogKind kind, string code) => _documents.Add(new Document(kind, code, 0, 0, 0, ""));

    /// <summary>The record found by one of its keys; null if there is none.</summary>
    public StoredRecord? Find(RowKey key) => _records.GetValueOrDefault(key);

    /// <summary>The document with this code; null if there is none.</summary>
    public DocumentRow? FindDocument(LogKind kind, string code) =>
        _found.GetValueOrDefault(RowKey.OfDocument((long)kind, code));

    /// <summary>The states of all versions of an object that is to be erased from.</summary>
    public IEnumerable<(long Sequence, byte[] State)> States(long objectNumber) =>
        _states.Where(s => s.Object == objectNumber).Select(s => (s.Sequence, s.State));

    /// <summary>Runs the lookups; results of an earlier run are dropped.</summary>
    public async Task ReadAsync(SqlConnection connection, int seconds, CancellationToken cancellationToken)
    {
        _records.Clear();
        _found.Clear();
        _states.Clear();
        await ReadRecordsAsync(connection, seconds, cancellationToken);
        await Events.ReadAsync(connection, seconds, cancellationToken);
    }

    private async Task ReadRecordsAsync(SqlConnection connection, int seconds, CancellationToken cancellationToken)
    {
        await using var batch = new GroupBatch(connection, seconds);
        var takers = Ask(batch);
        if (takers.Count == 0)
        {
            return;
        }
        await using var reader = await batch.Done().ExecuteReaderAsync(cancellationToken);
        foreach (var take in takers)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                take(reader);
            }
            await reader.NextResultAsync(cancellationToken);
        }
    }

    /// <summary>Adds the queries. Returns the readers of their rows, in the order of the results.</summary>
    private List<Action<DbDataReader>> Ask(GroupBatch batch)
    {
        var takers = new List<Action<DbDataReader>>();
        void Asked(bool isAsked, Action<DbDataReader> take)
        {
            if (isAsked)
            {
                takers.Add(take);
            }
        }
        Asked(batch.Say(SqlServerStatements.LookUpKeys, "@keys", SqlServerTables.Keys, _keys), TakeRecord);
        foreach (var side in SqlServerSideTable.All)
        {
            var wanted = _sides.FindAll(s => s.Row.Table == side.Table);
            Asked(
                batch.Say(side.LookUpStatement, side.Wanted, side.Rows, wanted),
                row => Note(RowKey.OfSide(side.ReadKey(row, RecordRow.Columns)), RecordRow.Read(row))
            );
        }
        Asked(batch.Say(SqlServerStatements.LookUpStates, "@erased", SqlServerTables.Keys, _erased), TakeState);
        Asked(
            batch.Say(
                SqlServerEventStatements.LookUpStates,
                "@erasedEvents",
                SqlServerEventRows.Numbers,
                _erasedEvents
            ),
            TakeState
        );
        Asked(
            batch.Say(SqlServerStatements.LookUpDocuments, "@documents", SqlServerTables.Documents, _documents),
            TakeDocument
        );
        return takers;
    }

    private void TakeRecord(DbDataReader row)
    {
        var record = RecordRow.Read(row);
        Note(RowKey.OfRecord(record.Key), record);
    }

    private void TakeState(DbDataReader row) =>
        _states.Add((row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)));

    private void TakeDocument(DbDataReader row)
    {
        var document = new DocumentRow
        {
            Kind = row.GetInt64(0),
            Code = row.GetString(1),
            Object = row.GetInt64(2),
            Version = row.GetInt64(3),
            Sequence = row.GetInt64(4),
            Json = row.GetString(5),
        };
        _found[RowKey.OfDocument(document.Kind, document.Code)] = document;
    }

    private void Note(RowKey key, StoredRecord record) => _records[key] = record;
}
