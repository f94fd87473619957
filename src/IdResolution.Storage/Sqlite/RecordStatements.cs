using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>The prepared statements of record writes, on the writer's connection.</summary>
internal sealed class RecordStatements(SqliteConnection connection) : IDisposable
{
    // Made at their first use: while a step in code is left, a table may not be there yet.
    private readonly Dictionary<SideTable, SideStatements> _sides = [];

    public Statement Find { get; } = new(connection, SqliteStatements.Find);

    public Statement InsertRecord { get; } = new(connection, SqliteStatements.InsertRecord);

    public Statement UpdateRecord { get; } = new(connection, SqliteStatements.UpdateRecord);

    public Statement StatesOf { get; } = new(connection, SqliteStatements.StatesOf);

    public Statement EraseReasons { get; } = new(connection, SqliteStatements.EraseReasons);

    public Statement UpdateState { get; } = new(connection, SqliteStatements.UpdateState);

    /// <summary>The statements of a side table.</summary>
    public SideStatements Of(SideTable table)
    {
        if (!_sides.TryGetValue(table, out var statements))
        {
            statements = new SideStatements(connection, table);
            _sides.Add(table, statements);
        }
        return statements;
    }

    /// <summary>Reads the single row of <see cref="Find"/>. Its last column is the head of the log.</summary>
    public static RecordLookup ReadLookup(Statement statement)
    {
        if (!statement.Step())
        {
            return default;
        }
        var lookup = new RecordLookup(statement.IsNull(0) ? null : ReadRecord(statement), statement.Int64(9));
        statement.Reset();
        return lookup;
    }

    /// <summary>Reads the single row of a statement that finds a record; null if there is none.</summary>
    public static StoredRecord? ReadOne(Statement statement)
    {
        if (!statement.Step())
        {
            return null;
        }
        var record = ReadRecord(statement);
        statement.Reset();
        return record;
    }

    /// <summary>Reads the single row of a statement that reads a state; null if there is none.</summary>
    public static byte[]? ReadState(Statement statement)
    {
        if (!statement.Step())
        {
            return null;
        }
        var state = statement.Bytes(0);
        statement.Reset();
        return state;
    }

    private static StoredRecord ReadRecord(Statement row) =>
        new()
        {
            Object = row.Int64(0),
            Key = new LookupKey(row.Bytes(1)),
            Version = row.Int64(2),
            Sequence = row.Int64(3),
            Status = (RecordStatus)row.Int64(4),
            Digest = row.Bytes(5),
            CreatedAt = row.Int64(6),
            UpdatedAt = row.Int64(7),
            State = row.Bytes(8),
        };

    public void Dispose()
    {
        foreach (var statement in new[] { Find, InsertRecord, UpdateRecord, StatesOf, EraseReasons, UpdateState })
        {
            statement.Dispose();
        }
        foreach (var side in _sides.Values)
        {
            side.Dispose();
        }
    }
}
