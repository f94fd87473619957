using Microsoft.Data.Sqlite;

namespace IdResolution.Tds.Engine;

/// <summary>One database: a SQLite file that all sessions share.</summary>
internal sealed class Database(string name, string path, bool isReadOnly = false)
{
    public string Name => name;

    public string Path { get; set; } = path;

    public bool IsReadOnly => isReadOnly;

    /// <summary>Increased where <see cref="Path"/> names another file than before.</summary>
    public int Generation { get; set; }

    public bool IsReadCommittedSnapshotOn { get; set; }

    public void Create()
    {
        using var connection = Open(new FunctionContext());
        Run(connection, "PRAGMA journal_mode = WAL");
        Run(connection, "CREATE TABLE [$constraints] (table_name, columns, name, is_primary)");
        Run(connection, "CREATE TABLE [$types] (name TEXT PRIMARY KEY COLLATE NOCASE, definition)");
    }

    public SqliteConnection Open(FunctionContext context)
    {
        var connection = Opened(Path);
        SqliteFunctions.Register(connection, context);

        // What a test leaves behind is deleted; it need not survive a power failure.
        Run(connection, "PRAGMA synchronous = OFF");
        Run(connection, "PRAGMA temp_store = MEMORY");
        return connection;
    }

    public void CopyTo(string file)
    {
        using var source = Opened(Path);
        Run(source, "PRAGMA wal_checkpoint(PASSIVE)");
        using var target = Opened(file);
        source.BackupDatabase(target);
    }

    private static SqliteConnection Opened(string file)
    {
        var address = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false };
        var connection = new SqliteConnection(address.ToString());
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
