using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// The SQL of SQL Server alone, within <c>docs/architecture.md</c>'s subset of T-SQL. A batch that writes more than a
/// row is a transaction of its own, begun and ended in one text: batches with parameters may not change the depth of
/// transactions.
/// </summary>
internal static class SqlServerStatements
{
    public const string Limit = " OFFSET 0 ROWS FETCH NEXT @limit ROWS ONLY";

    // The head first: without row versioning, too, it is never later than the record that follows.
    public const string Find = $"""
        {Statements.Head};
        SELECT 0, {RecordColumns}
        FROM records r JOIN versions v ON v.sequence = r.sequence
        WHERE r.lookup_key = @key;
        """;

    // Zero bytes at the end do not count where binaries are compared, so that below "x and a zero byte" is said as up
    // to x.
    public const string SearchUpTo =
        " AND r.object IN (SELECT object FROM search_values WHERE template = @Template AND attribute = "
        + "@AttributeIndex AND [text] >= @From AND [text] <= @Before)";

    public const string LoadDocuments = $"""
        {Statements.Head};
        {Statements.Documents};
        """;

    // Of each key its row, by the index: compatible servers plan a plain join on binaries as a scan for every key.
    public const string LookUpKeys = $"""
        SELECT 0, {RecordColumns}
        FROM @keys k
        CROSS APPLY (SELECT TOP (1) {Row} FROM records WHERE lookup_key = k.lookup_key) r
        JOIN versions v ON v.sequence = r.sequence;

        """;

    public const string LookUpBusinessKeys = $"""
        SELECT 0, {RecordColumns}, r.source, r.source_key
        FROM @businessKeys k
        CROSS APPLY (SELECT TOP (1) {Row}, source, source_key FROM records WHERE source = k.source
            AND source_key = k.source_key AND source_key IS NOT NULL) r
        JOIN versions v ON v.sequence = r.sequence;

        """;

    public const string LookUpUnique = $"""
        SELECT 0, {RecordColumns}, u.template, u.attribute, u.hash
        FROM @unique k
        CROSS APPLY (SELECT TOP (1) template, attribute, hash, object FROM unique_values
            WHERE template = k.template AND attribute = k.attribute AND hash = k.value) u
        JOIN records r ON r.object = u.object
        JOIN versions v ON v.sequence = r.sequence;

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

    // Where a row is no longer at the version it was looked up at, another node was faster.
    public const string UpdateRecords = $"""
        UPDATE r SET version = n.version, status = n.status, template = n.template, digest = n.digest,
            updated_at = n.updated_at
        FROM records r JOIN @changed n ON n.object = r.object
        WHERE r.version = n.version - 1 {BySeek};
        IF @@ROWCOUNT <> @changedCount THROW 50001, N'Records were changed meanwhile.', 1;

        """;

    public const string InsertRecords = """
        INSERT INTO records (object, lookup_key, sequence, version, status, template, source, source_key, digest,
            created_at, updated_at)
        SELECT object, lookup_key, 0, version, status, template, source, source_key, digest, created_at,
            updated_at FROM @added;

        """;

    // As in looking up, the row is found by the index first.
    public const string DeleteSearch = $"""
        DELETE s FROM @searchRemoved n
        CROSS APPLY (
            SELECT TOP (1) template, attribute, [text], object FROM search_values
            WHERE template = n.template AND attribute = n.attribute AND [text] = n.value AND object = n.object
        ) f
        JOIN search_values s ON s.template = f.template AND s.attribute = f.attribute AND s.[text] = f.[text]
            AND s.object = f.object {BySeek};

        """;

    public const string InsertSearch = """
        INSERT INTO search_values (template, attribute, [text], object) SELECT template, attribute, value, object
            FROM @searchAdded;

        """;

    public const string DeleteUnique = $"""
        DELETE u FROM @uniqueRemoved n
        CROSS APPLY (
            SELECT TOP (1) template, attribute, hash FROM unique_values
            WHERE template = n.template AND attribute = n.attribute AND hash = n.value AND object = n.object
        ) f
        JOIN unique_values u ON u.template = f.template AND u.attribute = f.attribute AND u.hash = f.hash {BySeek};

        """;

    public const string InsertUnique = """
        INSERT INTO unique_values (template, attribute, hash, object) SELECT template, attribute, value, object
            FROM @uniqueAdded;

        """;

    public const string UpdateStates = $"""
        UPDATE v SET state = n.state FROM versions v JOIN @states n ON n.sequence = v.sequence {BySeek};

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

    // Another epoch: a step in code is under way, or one was done that this node does not know.
    public const string CheckEpoch = """
        IF (SELECT COALESCE(MAX(value), 0) FROM counters WHERE name = N'epoch') <> @epoch
            THROW 50003, N'The database is being migrated, or was by a newer node.', 1;

        """;

    // From here on nothing waits: every row touched is this transaction's already, or new.
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

    // The lock waits until a transaction that was cut off while it held the lock has ended.
    public const string FindEntry = $"""
        {BeginGroup}{LockLog}SELECT v.sequence FROM versions v JOIN change_log l ON l.sequence = v.sequence
        WHERE v.object = @object AND v.version = @version AND l.leaf = @leaf;
        COMMIT TRANSACTION;
        """;

    // Not by OUTPUT: what it says of a computed value can be the same twice on compatible servers.
    public const string ReserveObjects = $"""
        {BeginReserving}
        UPDATE counters SET value = value + @count WHERE name = N'object';
        SELECT @reserved = value FROM counters WHERE name = N'object';
        {CommitReserving}
        """;

    /// <summary>NULL where there is no such scope.</summary>
    public const string ReserveNumbers = $"""
        {BeginReserving}
        UPDATE sequences SET [next] = [next] + @count WHERE scope = @scope;
        SELECT @reserved = [next] FROM sequences WHERE scope = @scope;
        {CommitReserving}
        """;

    public const string AddScope =
        "INSERT INTO sequences (scope, [next]) SELECT @scope, 1 WHERE NOT EXISTS (SELECT 1 FROM sequences WHERE "
        + "scope = @scope)";

    public const string AddStatistics = $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        {MergeStatistics}
        COMMIT TRANSACTION;
        """;

    public const string AddStatisticsFromLog = $"""
        {BeginMoving}
        IF @moved = 1
        BEGIN
            {MergeStatistics}
        END;
        {CommitMoving}
        """;

    /// <summary>
    /// Where nothing is to be added: a table parameter without rows is an error on compatible servers.
    /// </summary>
    public const string MoveLogReader = $"""
        {BeginMoving}
        {CommitMoving}
        """;

    public const string SetLogEntryAside = $"""
        {BeginMoving}
        IF @moved = 1
        BEGIN
            {Statements.AddDeadLetter};
        END;
        {CommitMoving}
        """;

    public const string RestartLogReader = $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        BEGIN TRANSACTION;
        {Statements.AddLogReader};
        {Statements.SetLogReader};
        {Statements.ForgetDeadLetters};
        COMMIT TRANSACTION;
        """;

    // Two nodes at once collide on a number, and one of them goes again: numbers that a copy brought along are none the
    // server would know of.
    public const string AddAudit = """
        INSERT INTO audit (id, [time], caller, action, target, outcome, [count])
        SELECT (SELECT COALESCE(MAX(id), 0) FROM audit) + position, [time], caller, action, target, outcome,
            [count] FROM @events
        """;

    public const string Now = "SELECT SYSUTCDATETIME()";

    public const string TakeLease = $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @taken int;
        BEGIN TRANSACTION;
        {Statements.AddLease};
        {Statements.TakeLease};
        SET @taken = @@ROWCOUNT;
        {Statements.LeaseToken} AND @taken = 1;
        COMMIT TRANSACTION;
        """;

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

    private const string BeginMoving = $"""
        SET NOCOUNT ON;
        SET XACT_ABORT ON;
        DECLARE @moved int;
        SET @moved = 0;
        BEGIN TRANSACTION;
        {CheckEpoch}
        {Statements.Fence};
        SET @moved = @@ROWCOUNT;
        IF @moved = 1
        BEGIN
            {Statements.AddLogReader};
            {Statements.MoveLogReader};
            SET @moved = @@ROWCOUNT;
        END;
        """;

    private const string CommitMoving = """
        COMMIT TRANSACTION;
        SELECT @moved;
        """;

    private const string MergeStatistics = """
        UPDATE s SET [count] = s.[count] + n.[count]
        FROM @counts n
        CROSS APPLY (
            SELECT TOP (1) [day], template, source, operation FROM [statistics]
            WHERE [day] = n.[day] AND template = n.template AND source = n.source AND operation = n.operation
        ) f
        JOIN [statistics] s ON s.[day] = f.[day] AND s.template = f.template AND s.source = f.source
            AND s.operation = f.operation;
        INSERT INTO [statistics] ([day], template, source, operation, [count])
        SELECT n.[day], n.template, n.source, n.operation, n.[count] FROM @counts n
        WHERE NOT EXISTS (SELECT 1 FROM [statistics] s WHERE s.[day] = n.[day] AND s.template = n.template
            AND s.source = n.source AND s.operation = n.operation);
        """;

    // A scan would lock, for a moment each, rows that are no business of this transaction and that another may hold:
    // such a wait can end in a deadlock, which is tried again. Nothing but speed rests on it.
    private const string BySeek = "OPTION (LOOP JOIN)";

    private const string Row = "object, lookup_key, version, sequence, status, digest, created_at, updated_at";

    private const string RecordColumns =
        "r.object, r.lookup_key, r.version, r.sequence, r.status, r.digest, r.created_at, r.updated_at, v.state";
}
