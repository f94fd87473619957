using IdResolution.Core.ChangeLog;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// The SQL that only SQL Server uses, within the subset of T-SQL that <c>docs/architecture.md</c> describes. The
/// writer's batch begins and ends its transaction in one text, since a batch with parameters must not change the depth
/// of transactions.
/// </summary>
internal static class SqlServerStatements
{
    public const string Limit = " OFFSET 0 ROWS FETCH NEXT @limit ROWS ONLY";

    // Read the head first. Then it is never later than the record, even without row versioning.
    public const string Find = $"""
        {Statements.Head};
        SELECT {RecordRow.Names}
        FROM records r JOIN versions v ON v.sequence = r.sequence
        WHERE r.lookup_key = @key;
        """;

    // Fetches one row per key by the index: compatible servers plan a plain join on binaries as a scan for each key.
    public const string LookUpKeys = $"""
        SELECT {RecordRow.Names}
        FROM @keys k
        CROSS APPLY (SELECT TOP (1) {Row} FROM records WHERE lookup_key = k.lookup_key) r
        JOIN versions v ON v.sequence = r.sequence;

        """;

    public const string StatesOf = """
        SELECT k.position, v.state
        FROM @numbers k JOIN records r ON r.object = k.number JOIN versions v ON v.sequence = r.sequence;

        """;

    public const string LookUpStates = """
        SELECT r.object, v.sequence, v.state
        FROM @erased k
        CROSS APPLY (SELECT TOP (1) object FROM records WHERE lookup_key = k.lookup_key) r
        JOIN versions v ON v.object = r.object;

        """;

    public const string LookUpDocuments = """
        SELECT d.kind AS Kind, d.code AS Code, d.object AS Object, d.version AS Version, d.sequence AS Sequence,
            d.json AS Json
        FROM @documents k
        JOIN documents d ON d.kind = k.kind AND d.code = k.code;

        """;

    public const string BeginGroup = """
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @locked int;
        DECLARE @head bigint;
        BEGIN TRANSACTION;

        """;

    // If a row no longer has the version that was looked up, another node was faster.
    public const string UpdateRecords = $"""
        UPDATE r SET version = n.version, status = n.status, template = n.template, digest = n.digest,
            updated_at = n.updated_at
        FROM records r JOIN @changed n ON n.object = r.object
        WHERE r.version = n.version - 1 {BySeek};
        IF @@ROWCOUNT <> @changedCount THROW 50001, N'Records were changed meanwhile.', 1;

        """;

    public const string InsertRecords = """
        INSERT INTO records (object, lookup_key, sequence, version, status, template, digest, created_at, updated_at)
        SELECT object, lookup_key, 0, version, status, template, digest, created_at, updated_at FROM @added;

        """;

    public const string UpdateStates = $"""
        UPDATE v SET state = n.state FROM versions v JOIN @states n ON n.sequence = v.sequence {BySeek};
        UPDATE d SET reason = N'{DeadLetter.ErasedReason}'
        FROM dead_letters d JOIN @states n ON n.sequence = d.sequence;

        """;

    public const string UpdateDocuments = $"""
        UPDATE d SET version = n.version, json = n.json
        FROM documents d JOIN @documentsChanged n ON n.object = d.object
        WHERE d.version = n.version - 1 {BySeek};
        IF @@ROWCOUNT <> @documentsChangedCount THROW 50001, N'Documents were changed meanwhile.', 1;

        """;

    public const string InsertDocuments = """
        INSERT INTO documents (kind, code, object, version, sequence, json)
        SELECT kind, code, object, version, 0, json FROM @documentsAdded;

        """;

    public const string LockLog = """
        EXEC @locked = sp_getapplock @Resource = N'idnode-log', @LockMode = N'Exclusive', @LockOwner = N'Transaction',
            @LockTimeout = @lockMilliseconds;
        IF @locked < 0 THROW 50002, N'The lock of the log was not to be had.', 1;

        """;

    /// <summary>The same in a text of its own.</summary>
    public const string LockLogAlone = $"DECLARE @locked int;\n{LockLog}";

    // Another epoch means that a step in code is running, or one ran that this node does not know. A log that ends
    // before an entry that was seen means that the store came back from a backup.
    public const string CheckStore = """
        IF (SELECT COALESCE(MAX(value), 0) FROM counters WHERE name = N'epoch') <> @epoch
            THROW 50003, N'The database is being migrated, or was by a newer node.', 1;
        IF (SELECT COALESCE(MAX(value), 0) FROM counters WHERE name = N'log') < @known
            THROW 50004, N'The database came back from a backup.', 1;

        """;

    // From here on nothing waits: this transaction has already locked every row it touches, or the row is new.
    public const string AppendEntries = $"""
        UPDATE counters SET value = value + @entryCount WHERE name = N'log';
        SELECT @head = value - @entryCount FROM counters WHERE name = N'log';
        INSERT INTO change_log (sequence, body, leaf) SELECT @head + position, body, leaf FROM @entries;
        INSERT INTO versions (sequence, object, version, state) SELECT @head + position, object, version, state
            FROM @entries;

        """;

    public const string NumberRecords = $"""
        UPDATE r SET sequence = @head + e.position FROM records r JOIN @entries e ON e.object = r.object {BySeek};

        """;

    public const string NumberDocuments = $"""
        UPDATE d SET sequence = @head + e.position FROM documents d JOIN @entries e ON e.object = d.object {BySeek};

        """;

    public const string CommitGroup = """
        COMMIT TRANSACTION;
        SELECT @head;
        """;

    // The lock waits for the end of a transaction that was cut off while it held the lock.
    public const string FindEntry = $"""
        {BeginGroup}{LockLog}SELECT v.sequence FROM versions v JOIN change_log l ON l.sequence = v.sequence
        WHERE v.object = @object AND v.version = @version AND l.leaf = @leaf;
        COMMIT TRANSACTION;
        """;

    // Not with OUTPUT: on compatible servers it can return the same computed value twice.
    public const string ReserveObjects = $"""
        {BeginReserving}
        UPDATE counters SET value = value + @count WHERE name = N'object';
        SELECT @reserved = value FROM counters WHERE name = N'object';
        {CommitReserving}
        """;

    public const string Now = "SELECT SYSUTCDATETIME()";

    // A batch without parameters may change the depth of transactions.
    public const string Begin = "SET XACT_ABORT ON; BEGIN TRANSACTION;";

    public const string Commit = "COMMIT TRANSACTION";

    public const string RollBack = "IF XACT_STATE() <> 0 ROLLBACK TRANSACTION";

    private const string BeginReserving = """
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @reserved bigint;
        BEGIN TRANSACTION;
        """;

    private const string CommitReserving = """
        COMMIT TRANSACTION;
        SELECT @reserved;
        """;

    // A scan would briefly lock rows that this transaction does not need and that another may hold. Such a wait can end
    // in a deadlock, which is repeated. So this hint is only for speed.
    private const string BySeek = "OPTION (LOOP JOIN)";

    private const string Row = "object, lookup_key, version, sequence, status, digest, created_at, updated_at";
}
