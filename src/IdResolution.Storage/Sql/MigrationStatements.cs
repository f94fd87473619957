namespace IdResolution.Storage.Sql;

/// <summary>The SQL of steps in code and of the migration history. Both stores run it unchanged.</summary>
internal static class MigrationStatements
{
    public const string Applied =
        "SELECT version AS Version, checksum AS Checksum FROM schema_migrations ORDER BY version";

    public const string Note =
        "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (@Version, @Name, @Checksum, "
        + "@AppliedAt)";

    public const string IsNoted = "SELECT COUNT(*) FROM schema_migrations WHERE version = @Version";

    // The row does not exist before the first step.
    public const string Epoch = "SELECT value FROM counters WHERE name = 'epoch'";

    public const string AddEpoch =
        "INSERT INTO counters (name, value) SELECT 'epoch', 0 WHERE NOT EXISTS (SELECT 1 FROM counters WHERE name = "
        + "'epoch')";

    public const string SetEpoch = "UPDATE counters SET value = @epoch WHERE name = 'epoch'";

    public const string AddMark = Statements.AddSetting;

    public const string SetMark = "UPDATE settings SET value = @value WHERE name = @name";

    public const string ForgetMark = "DELETE FROM settings WHERE name = @name";
}
