using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Statements behind the node's back.</summary>
internal static class RawSql
{
    public static SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }

    public static object? Run(string file, string sql)
    {
        using var connection = Connect(file);
        return Run(connection, sql);
    }

    public static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
