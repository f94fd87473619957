namespace IdResolution.Storage.SqlServer;

/// <summary>The SQL for migrating a SQL Server database, apart from the scripts.</summary>
internal static class SqlServerSchema
{
    public const string HasHistory =
        "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = N'schema_migrations'";

    public const string CreateHistory = """
        CREATE TABLE schema_migrations (
            version bigint NOT NULL,
            name nvarchar(200) NOT NULL,
            checksum nvarchar(64) NOT NULL,
            applied_at bigint NOT NULL,
            CONSTRAINT schema_migrations_pk PRIMARY KEY (version)
        )
        """;

    public const string HasCounters = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = N'counters'";

    public const string Lock = """
        DECLARE @locked int;
        EXEC @locked = sp_getapplock @Resource = N'idnode-migrations', @LockMode = N'Exclusive',
            @LockOwner = N'Session', @LockTimeout = @milliseconds;
        SELECT @locked;
        """;

    // Taken in the transaction of a step, so that no group of writes is between its check of the epoch and its commit.
    public const string LockLog = """
        DECLARE @locked int;
        EXEC @locked = sp_getapplock @Resource = N'idnode-log', @LockMode = N'Exclusive',
            @LockOwner = N'Transaction', @LockTimeout = 60000;
        SELECT @locked;
        """;

    public const string Unlock = "EXEC sp_releaseapplock @Resource = N'idnode-migrations', @LockOwner = N'Session'";

    public const string IsVersioned =
        "SELECT CAST(is_read_committed_snapshot_on AS int) FROM sys.databases WHERE name = DB_NAME()";

    // Without NO_WAIT it would wait until all other connections are closed.
    public const string UseRowVersions = "ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH NO_WAIT";
}
