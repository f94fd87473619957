using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>A read connection with its prepared statements.</summary>
internal sealed class SqliteReading(SqliteConnection connection) : IDisposable
{
    public SqliteConnection Connection { get; } = connection;

    public Statement Find { get; } = new(connection, SqliteStatements.Find);

    private SideStatements? _keys;

    /// <summary>The statements about business keys. They are made at their first use.</summary>
    public SideStatements Keys => _keys ??= new SideStatements(Connection, BusinessKeys.Table);

    public void Dispose()
    {
        Find.Dispose();
        _keys?.Dispose();
        Connection.Dispose();
    }
}
