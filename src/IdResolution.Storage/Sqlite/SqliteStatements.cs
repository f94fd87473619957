namespace IdResolution.Storage.Sqlite;

/// <summary>The SQL of the embedded store alone, one row at a time, in the order of its parameters.</summary>
internal static class SqliteStatements
{
    public const string Limit = " LIMIT @limit";

    // One statement reads the log's head and the record in one snapshot; the head comes even where there is no record.
    public const string Find = $"""
        SELECT c.value, {RecordColumns}
        FROM counters c
        LEFT JOIN records r ON r.lookup_key = ?1
        LEFT JOIN versions v ON v.sequence = r.sequence
        WHERE c.name = 'log'
        """;

    public const string ReadCounters = "SELECT name, value FROM counters WHERE name IN ('log', 'object', 'epoch')";

    public const string WriteCounter = "UPDATE counters SET value = ?2 WHERE name = ?1";

    public const string InsertRecord = """
        INSERT INTO records (object, lookup_key, sequence, version, status, template, source, source_key, digest,
            created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """;

    public const string UpdateRecord = """
        UPDATE records SET sequence = ?2, version = ?3, status = ?4, template = ?5, digest = ?6, updated_at = ?7
        WHERE object = ?1
        """;

    public const string InsertVersion =
        "INSERT INTO versions (sequence, object, version, state) VALUES (?1, ?2, ?3, ?4)";

    public const string InsertLog = "INSERT INTO change_log (sequence, body, leaf) VALUES (?1, ?2, ?3)";

    public const string InsertSearch =
        "INSERT INTO search_values (template, attribute, text, object) VALUES (?1, ?2, ?3, ?4)";

    public const string DeleteSearch =
        "DELETE FROM search_values WHERE template = ?1 AND attribute = ?2 AND text = ?3 AND object = ?4";

    public const string FindUnique = $"""
        SELECT 0, {RecordColumns}
        FROM unique_values u
        JOIN records r ON r.object = u.object
        JOIN versions v ON v.sequence = r.sequence
        WHERE u.template = ?1 AND u.attribute = ?2 AND u.hash = ?3
        """;

    public const string InsertUnique =
        "INSERT INTO unique_values (template, attribute, hash, object) VALUES (?1, ?2, ?3, ?4)";

    public const string DeleteUnique =
        "DELETE FROM unique_values WHERE template = ?1 AND attribute = ?2 AND hash = ?3 AND object = ?4";

    public const string StatesOf = "SELECT sequence, state FROM versions WHERE object = ?1";

    public const string UpdateState = "UPDATE versions SET state = ?2 WHERE sequence = ?1";

    public const string AddAudit =
        "INSERT INTO audit (time, caller, action, target, outcome, count) VALUES (@Time, @Caller, @Action, "
        + "@Target, @Outcome, @Count)";

    private const string RecordColumns =
        "r.object, r.lookup_key, r.version, r.sequence, r.status, r.digest, r.created_at, r.updated_at, v.state";
}
