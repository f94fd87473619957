using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Maintenance;

/// <summary>Reads what can be read of a database that may be damaged. What cannot be read is no exception.</summary>
internal sealed class SalvagedRows(SqliteConnection connection)
{
    /// <summary>True if something could not be read.</summary>
    public bool HasFault { get; private set; }

    /// <summary>The rows of a query, up to the first that cannot be read.</summary>
    public IEnumerable<T> Read<T>(string sql, Func<SqliteDataReader, T> take)
        where T : class
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = Try(command.ExecuteReader);
        while (rows is not null && Try(() => rows.Read() ? take(rows) : null) is { } row)
        {
            yield return row;
        }
    }

    /// <summary>The result of a read; null if it cannot be read.</summary>
    public T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (SqliteException)
        {
            HasFault = true;
            return null;
        }
    }
}
