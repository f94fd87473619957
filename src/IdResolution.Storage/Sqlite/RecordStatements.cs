using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>The prepared statements of record writes on the writer's connection.</summary>
internal sealed class RecordStatements(SqliteConnection connection) : IDisposable
{
    public Statement Find { get; } = new(connection, SqliteStatements.Find);

    public Statement FindByBusinessKey { get; } = new(connection, Statements.FindByBusinessKey);

    public Statement InsertRecord { get; } = new(connection, SqliteStatements.InsertRecord);

    public Statement UpdateRecord { get; } = new(connection, SqliteStatements.UpdateRecord);

    public Statement InsertSearch { get; } = new(connection, SqliteStatements.InsertSearch);

    public Statement DeleteSearch { get; } = new(connection, SqliteStatements.DeleteSearch);

    public Statement FindUnique { get; } = new(connection, SqliteStatements.FindUnique);

    public Statement InsertUnique { get; } = new(connection, SqliteStatements.InsertUnique);

    public Statement DeleteUnique { get; } = new(connection, SqliteStatements.DeleteUnique);

    public Statement StatesOf { get; } = new(connection, SqliteStatements.StatesOf);

    public Statement UpdateState { get; } = new(connection, SqliteStatements.UpdateState);

    /// <summary>
    /// Reads the only row of one of the statements that find a record; the first column is the log's head.
    /// </summary>
    public static RecordLookup ReadOne(Statement statement)
    {
        if (!statement.Step())
        {
            return default;
        }
        var head = statement.Int64(0);
        var record = statement.IsNull(1) ? null : ReadRecord(statement);
        statement.Reset();
        return new RecordLookup(record, head);
    }

    public static StoredRecord ReadRecord(Statement row) =>
        new()
        {
            Object = row.Int64(1),
            Key = new LookupKey(row.Bytes(2)),
            Version = row.Int64(3),
            Sequence = row.Int64(4),
            Status = (RecordStatus)row.Int64(5),
            Digest = row.Bytes(6),
            CreatedAt = row.Int64(7),
            UpdatedAt = row.Int64(8),
            State = row.Bytes(9),
        };

    public void Dispose()
    {
        foreach (
            var statement in new[]
            {
                Find,
                FindByBusinessKey,
                InsertRecord,
                UpdateRecord,
                InsertSearch,
                DeleteSearch,
                FindUnique,
                InsertUnique,
                DeleteUnique,
                StatesOf,
                UpdateState,
            }
        )
        {
            statement.Dispose();
        }
    }
}
