using System.Text.Json;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Maintenance;

/// <summary>
/// The numbers that the database before a restore has given away. Identifiers with them are on labels, so the restored
/// database must not give them again.
/// </summary>
/// <param name="File">Its path.</param>
/// <param name="Objects">The last object number.</param>
/// <param name="Sequences">The next number of each scope.</param>
/// <param name="Gap">The gap of an earlier restore, which still guards what was lost then; null for none.</param>
/// <param name="Log">Its log, as far as it can be read.</param>
internal sealed record FormerDatabase(
    string File,
    long Objects,
    IReadOnlyList<(string Scope, long Next)> Sequences,
    SequenceGap? Gap,
    FormerLog Log
)
{
    /// <summary>
    /// Reads the numbers; null, with the reason, if they cannot all be read, or if the database does not know all that
    /// was given away.
    /// </summary>
    /// <param name="file">The database.</param>
    /// <param name="known">The furthest entry that was seen; null for none.</param>
    /// <param name="fault">The reason.</param>
    public static FormerDatabase? TryRead(string file, LogPoint? known, out Text? fault)
    {
        fault = null;
        if (!System.IO.File.Exists(file))
        {
            fault = new Text($"there is no database {file}", $"数据库 {file} 不存在");
            return null;
        }
        try
        {
            using var connection = Open(file);
            var former = Read(file, connection);
            fault = Doubt(connection, former.Log, known) is { } doubt
                ? new Text($"{file} {doubt.En}", $"{file} {doubt.Zh}")
                : null;
            return fault is null ? former : null;
        }
        catch (Exception e) when (e is SqliteException or JsonException)
        {
            fault = new Text($"{file} cannot be read: {e.Message}", $"{file} 无法读取：{e.Message}");
            return null;
        }
    }

    private static FormerDatabase Read(string file, SqliteConnection connection)
    {
        var objects = 0L;
        Read(connection, "SELECT value FROM counters WHERE name = 'object'", row => objects = row.GetInt64(0));
        var sequences = new List<(string, long)>();
        Read(
            connection,
            "SELECT scope, next FROM sequences",
            row => sequences.Add((row.GetString(0), row.GetInt64(1)))
        );
        SequenceGap? gap = null;
        Read(
            connection,
            $"SELECT value FROM settings WHERE name = '{SequenceGap.Setting}'",
            row => gap = SequenceGap.Parse(row.GetString(0))
        );
        return new FormerDatabase(file, objects, sequences, gap, LogOf(connection));
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

    /// <summary>Lets the restored store go on beyond these numbers. Returns how many sequences were behind.</summary>
    public async Task<int> RaiseAsync(SqlSession session, ISqlDialect dialect)
    {
        var raised = 0;
        await session.ExecuteAsync(Statements.RaiseObjects, new { objects = Objects });
        foreach (var (text, next) in Sequences)
        {
            var parameters = new { scope = dialect.Text(text), next };
            if (
                await session.ExecuteAsync(Statements.RaiseSequence, parameters) > 0
                || await session.ExecuteAsync(Statements.AddMissingSequence, parameters) > 0
            )
            {
                raised++;
            }
        }
        if (Gap is not null)
        {
            await Gap.KeepAsync(session);
        }
        return raised;
    }

    /// <summary>Its log, with the number of first entries that it shares with another.</summary>
    public async Task<FormerLog> SeenByAsync(IChangeLog other, CancellationToken cancellationToken)
    {
        using var connection = Open(File);
        var head = await other.HeadAsync(cancellationToken);
        // Two logs that share an entry share all before it: between the greatest number that is known to be shared and
        // the least that is known not to be, the middle is looked at.
        var (shared, parted) = (0L, Math.Min(Log.Head, head) + 1);
        for (var at = parted - 1; parted - shared > 1; at = shared + ((parted - shared) / 2))
        {
            var entry = await other.ReadAsync(at - 1, 1, cancellationToken);
            // Formats of the logs may differ, so leaves are not compared.
            if (HeaderOf(connection, at) is { } header && entry.Count == 1 && entry[0].Body == header)
            {
                shared = at;
            }
            else
            {
                parted = at;
            }
        }
        return Log with { Kept = shared };
    }

    /// <summary>The header of a log entry; null if there is none that can be read.</summary>
    public static LogBody? HeaderOf(SqliteConnection connection, long sequence)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM change_log WHERE sequence = @sequence";
        command.Parameters.AddWithValue("@sequence", sequence);
        return command.ExecuteScalar() is byte[] body && LogBody.TryDecode(body, out var header, out _) ? header : null;
    }

    private static FormerLog LogOf(SqliteConnection connection)
    {
        var log = new FormerLog();
        Read(
            connection,
            """
            SELECT l.sequence, l.leaf, (SELECT json FROM documents WHERE kind = 5 AND code = 'log')
            FROM change_log l ORDER BY l.sequence DESC LIMIT 1
            """,
            row =>
                log = new FormerLog
                {
                    Name = row.IsDBNull(2) ? null : NameIn(row.GetString(2)),
                    Head = row.GetInt64(0),
                    Leaf = Convert.ToHexStringLower((byte[])row.GetValue(1)),
                }
        );
        return log;
    }

    /// <summary>Why the database does not know all that was given away; null if it does.</summary>
    private static Text? Doubt(SqliteConnection connection, FormerLog log, LogPoint? known)
    {
        var number = log.Name?.Number ?? 0;
        Text? doubt = null;
        Read(
            connection,
            $"SELECT value FROM settings WHERE name = '{LogRestart.PendingSetting}'",
            row =>
                doubt =
                    long.Parse(row.GetString(0)) >= number
                        ? new Text("came back from a backup itself", "本身即由备份恢复")
                        : null
        );
        if (doubt is null && known is not null && known.Log >= number)
        {
            var leaf = "";
            Read(
                connection,
                $"SELECT lower(hex(leaf)) FROM change_log WHERE sequence = {known.Sequence}",
                row => leaf = row.GetString(0)
            );
            doubt =
                known.Log == number && known.Leaf == leaf
                    ? null
                    : new Text(
                        $"lacks entry {known.Sequence:N0}, which was seen",
                        $"缺少已出现过的条目 {known.Sequence:N0}"
                    );
        }
        return doubt;
    }

    private static LogName? NameIn(string json) =>
        JsonSerializer.Deserialize(json, CatalogJson.Stored.LogStart) is { } start
        && LogName.TryParse(start.Log, out var name)
            ? name
            : null;

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
