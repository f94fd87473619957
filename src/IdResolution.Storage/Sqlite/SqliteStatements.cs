using IdResolution.Core.ChangeLog;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Sqlite;

/// <summary>The SQL that only the embedded store uses, one row at a time. Parameters are numbered in order.</summary>
internal static class SqliteStatements
{
    // One statement reads log head and record from one snapshot. The head comes even without a record.
    public const string Find = $"""
        SELECT {RecordRow.Names}, c.value
        FROM counters c
        LEFT JOIN records r ON r.lookup_key = ?1
        LEFT JOIN versions v ON v.sequence = r.sequence
        WHERE c.name = 'log'
        """;

    public const string State =
        "SELECT v.state FROM records r JOIN versions v ON v.sequence = r.sequence WHERE r.object = ?1";

    public const string ReadCounters = "SELECT name, value FROM counters WHERE name IN ('log', 'object', 'epoch')";

    public const string WriteCounter = "UPDATE counters SET value = ?2 WHERE name = ?1";

    public const string InsertRecord = """
        INSERT INTO records (object, lookup_key, sequence, version, status, template, digest, created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """;

    public const string UpdateRecord = """
        UPDATE records SET sequence = ?2, version = ?3, status = ?4, template = ?5, digest = ?6, updated_at = ?7
        WHERE object = ?1
        """;

    public const string InsertVersion =
        "INSERT INTO versions (sequence, object, version, state) VALUES (?1, ?2, ?3, ?4)";

    public const string InsertLog = "INSERT INTO change_log (sequence, body, leaf) VALUES (?1, ?2, ?3)";

    public const string StatesOf = "SELECT sequence, state FROM versions WHERE object = ?1";

    public const string EraseReasons = $"""
        UPDATE dead_letters SET reason = '{DeadLetter.ErasedReason}'
        WHERE sequence IN (SELECT sequence FROM versions WHERE object = ?1)
        """;

    public const string UpdateState = "UPDATE versions SET state = ?2 WHERE sequence = ?1";

    public const string FindDocument = $"{Statements.Documents} WHERE kind = @Kind AND code = @Code";

    public const string InsertDocument =
        "INSERT INTO documents (kind, code, object, version, sequence, json) VALUES (@Kind, @Code, @Object, @Version, "
        + "@Sequence, @Json)";

    public const string UpdateDocument =
        "UPDATE documents SET version = @Version, sequence = @Sequence, json = @Json WHERE kind = @Kind AND code = "
        + "@Code";
}
