using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// The numbers that the database before a restore has given away. Identifiers with them are on labels, so the restored
/// database must not give them again.
/// </summary>
/// <param name="Objects">The last object number.</param>
/// <param name="Sequences">The next number of each scope.</param>
/// <param name="Gap">The gap of an earlier restore, which still guards what was lost then; null for none.</param>
internal sealed record FormerDatabase(
    long Objects,
    IReadOnlyList<(string Scope, long Next)> Sequences,
    SequenceGap? Gap
)
{
    /// <summary>Reads the numbers; null, with the reason, if they cannot all be read.</summary>
    public static FormerDatabase? TryRead(string file, out string? fault)
    {
        fault = null;
        if (!File.Exists(file))
        {
            fault = $"there is no database {file}";
            return null;
        }
        try
        {
            using var connection = Open(file);
            var objects = 0L;
            Read(connection, "SELECT value FROM counters WHERE name = 'object'", row => objects = row.GetInt64(0));
            var sequences = new List<(string, long)>();
            Read(
                connection,
                "SELECT scope, next FROM sequences",
                row => sequences.Add((row.GetString(0), row.GetInt64(1)))
            );
            SequenceGap? gap = null;
            Read(connection, SequenceGap.Find, row => gap = SequenceGap.Parse(row.GetString(0)));
            return new FormerDatabase(objects, sequences, gap);
        }
        catch (SqliteException e)
        {
            fault = $"{file} cannot be read: {e.Message}";
            return null;
        }
    }

    /// <summary>
    /// Opens a database that may be damaged. Its write-ahead log is read too, and stays as it is when the connection is
    /// closed.
    /// </summary>
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = file,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
            }.ToString()
        );
        try
        {
            connection.Open();
            connection.DefaultTimeout = 1;
            // Closing would delete the log of a database that is too damaged to be read.
            _ = raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Lets the restored database go on beyond these numbers.</summary>
    public void Raise(SqliteConnection restored)
    {
        using var objects = restored.CreateCommand();
        objects.CommandText = "UPDATE counters SET value = max(value, @objects) WHERE name = 'object'";
        objects.Parameters.AddWithValue("@objects", Objects);
        objects.ExecuteNonQuery();
        using var sequence = restored.CreateCommand();
        sequence.CommandText =
            "INSERT INTO sequences (scope, next) VALUES (@scope, @next) "
            + "ON CONFLICT (scope) DO UPDATE SET next = max(next, excluded.next)";
        var scope = sequence.Parameters.Add("@scope", SqliteType.Text);
        var next = sequence.Parameters.Add("@next", SqliteType.Integer);
        foreach (var (text, number) in Sequences)
        {
            (scope.Value, next.Value) = (text, number);
            sequence.ExecuteNonQuery();
        }
        Gap?.Keep(restored);
    }

    private static void Read(SqliteConnection connection, string sql, Action<SqliteDataReader> take)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            take(rows);
        }
    }
}
