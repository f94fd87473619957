using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>A read connection with its prepared statements.</summary>
internal sealed class SqliteReading(SqliteConnection connection) : IDisposable
{
    public SqliteConnection Connection { get; } = connection;

    public Statement Find { get; } = new(connection, SqliteStatements.Find);

    private readonly Dictionary<SideTable, SideStatements> _sides = [];

    /// <summary>The statements about a side table. They are made at their first use.</summary>
    public SideStatements Of(SideTable table)
    {
        if (!_sides.TryGetValue(table, out var statements))
        {
            statements = new SideStatements(Connection, table);
            _sides.Add(table, statements);
        }
        return statements;
    }

    public void Dispose()
    {
        Find.Dispose();
        foreach (var statements in _sides.Values)
        {
            statements.Dispose();
        }
        Connection.Dispose();
    }
}
