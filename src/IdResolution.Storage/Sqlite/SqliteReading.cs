using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>A read connection with its prepared statements.</summary>
internal sealed class SqliteReading(SqliteConnection connection) : IDisposable
{
    public SqliteConnection Connection { get; } = connection;

    public Statement Find { get; } = new(connection, SqliteStatements.Find);

    private EventReading? _events;
    private SideStatements? _keys;
    private SideStatements? _uniques;

    /// <summary>The statements about a table whose keys have one holder. They are made at their first use.</summary>
    public SideStatements Of(SideTable table) =>
        table == BusinessKeys.Table
            ? _keys ??= new SideStatements(Connection, table)
            : _uniques ??= new SideStatements(Connection, UniqueValues.Table);

    /// <summary>The statements about events. They are made at their first use.</summary>
    public EventReading Events => _events ??= new EventReading(Connection);

    public void Dispose()
    {
        _events?.Dispose();
        Find.Dispose();
        _keys?.Dispose();
        _uniques?.Dispose();
        Connection.Dispose();
    }
}
