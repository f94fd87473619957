using IdResolution.Core.Records;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>A read connection with its prepared statements.</summary>
internal sealed class SqliteReading(SqliteConnection connection) : IDisposable
{
    public SqliteConnection Connection { get; } = connection;

    public Statement Find { get; } = new(connection, SqliteStatements.Find);

    private Statement? _state;
    private Statement? _begin;
    private Statement? _commit;
    private EventReading? _events;
    private SideStatements? _keys;
    private SideStatements? _uniques;

    /// <summary>The statements about a table whose keys have one holder. They are made at their first use.</summary>
    public SideStatements Of(SideTable table) =>
        table == BusinessKeys.Table
            ? _keys ??= new SideStatements(Connection, table)
            : _uniques ??= new SideStatements(Connection, UniqueValues.Table);

    /// <summary>Reads the state of a record by its number. It is made at its first use.</summary>
    public Statement State => _state ??= new Statement(Connection, SqliteStatements.State);

    /// <summary>The statements about events. They are made at their first use.</summary>
    public EventReading Events => _events ??= new EventReading(Connection);

    /// <summary>
    /// Runs a function of many statements in one transaction: all read the same snapshot, and SQLite takes and gives
    /// back its locks once and not for each. A connection on which it fails is not used again.
    /// </summary>
    public T Together<TState, T>(TState state, Func<SqliteReading, TState, T> function)
    {
        (_begin ??= new Statement(Connection, "BEGIN")).Run();
        var result = function(this, state);
        (_commit ??= new Statement(Connection, "COMMIT")).Run();
        return result;
    }

    public void Dispose()
    {
        _begin?.Dispose();
        _commit?.Dispose();
        _events?.Dispose();
        _state?.Dispose();
        Find.Dispose();
        _keys?.Dispose();
        _uniques?.Dispose();
        Connection.Dispose();
    }
}
