using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>A read connection with its prepared statements.</summary>
internal sealed class SqliteReading(SqliteConnection connection) : IDisposable
{
    public SqliteConnection Connection { get; } = connection;

    public Statement Find { get; } = new(connection, SqliteStatements.Find);

    public Statement FindByBusinessKey { get; } = new(connection, Statements.FindByBusinessKey);

    public void Dispose()
    {
        Find.Dispose();
        FindByBusinessKey.Dispose();
        Connection.Dispose();
    }
}
