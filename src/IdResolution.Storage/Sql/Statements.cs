namespace IdResolution.Storage.Sql;

/// <summary>
/// The SQL that both stores run unchanged. SQLite numbers parameters in the order in which they first appear. Names of
/// tables and columns that are words of T-SQL are in brackets, which SQLite reads too.
/// </summary>
internal static class Statements
{
    public const string Head = "SELECT value FROM counters WHERE name = 'log'";

    public const string Look = """
        SELECT c.value, h.leaf, k.leaf
        FROM counters c
        LEFT JOIN change_log h ON h.sequence = c.value
        LEFT JOIN change_log k ON k.sequence = @known
        WHERE c.name = 'log'
        """;

    public const string LogCursor = "SELECT [cursor] FROM log_readers WHERE name = @reader";

    public const string LogReaders = """
        SELECT r.name AS Name, r.[cursor] AS [Cursor],
            (SELECT COUNT(*) FROM dead_letters d WHERE d.reader = r.name) AS DeadLetters
        FROM log_readers r ORDER BY r.name
        """;

    /// <inheritdoc cref="ReadKeys"/>
    public const string DeadLetters = """
        SELECT reader AS Reader, sequence AS Sequence, reason AS Reason, [at] AS [At]
        FROM dead_letters WHERE reader = @reader ORDER BY sequence
        """;

    /// <summary>The caller appends the dialect's limit.</summary>
    public const string ReadKeys = """
        SELECT v.sequence, r.lookup_key, d.object
        FROM versions v
        LEFT JOIN records r ON r.object = v.object
        LEFT JOIN documents d ON d.object = v.object
        WHERE v.sequence > @after ORDER BY v.sequence
        """;

    // The bound is given for both tables. If one has none, a query planner may read it from its beginning.
    /// <inheritdoc cref="ReadKeys"/>
    public const string ReadChanges = """
        SELECT l.sequence AS Sequence, l.body AS Body, l.leaf AS Leaf, v.state AS State, r.lookup_key AS LookupKey,
            d.code AS Code
        FROM change_log l
        JOIN versions v ON v.sequence = l.sequence
        LEFT JOIN records r ON r.object = v.object
        LEFT JOIN documents d ON d.object = v.object
        WHERE l.sequence > @after AND v.sequence > @after
        ORDER BY l.sequence
        """;

    /// <inheritdoc cref="ReadKeys"/>
    public const string History = """
        SELECT v.sequence AS Sequence, v.state AS State, l.body AS Body
        FROM versions v JOIN change_log l ON l.sequence = v.sequence
        WHERE v.object = @objectNumber AND (@before = 0 OR v.version < @before)
        ORDER BY v.version DESC
        """;

    /// <summary>
    /// The beginning of a search. Conditions follow, then <see cref="SearchOrder"/> and the dialect's limit.
    /// </summary>
    public const string Search = $"""
        SELECT {RecordRow.Names}
        FROM records r JOIN versions v ON v.sequence = r.sequence
        WHERE r.status = 0 AND r.object > @After
        """;

    // Said this way, SQLite reads records in their order until the page is full. By the index of keys it would look up
    // and sort all records of the prefix for every page.
    public const string SearchKeys = " AND NOT (r.lookup_key < @KeysFrom OR r.lookup_key >= @KeysBefore)";

    public const string SearchTemplate = " AND r.template = @Template";

    public const string SearchCreatedFrom = " AND r.created_at >= @CreatedFrom";

    public const string SearchCreatedBefore = " AND r.created_at < @CreatedBefore";

    public const string SearchUpdatedFrom = " AND r.updated_at >= @UpdatedFrom";

    // The caller appends an upper bound, if there is one, and the closing bracket.
    public const string SearchFrom =
        " AND r.object IN (SELECT object FROM search_values WHERE template = @Template AND attribute = "
        + "@AttributeIndex AND [text] >= @From";

    public const string SearchBefore = " AND [text] < @Before";

    // A bound of "x and a zero byte" means up to x. SQL Server ignores zero bytes at the end when it compares.
    public const string SearchUpTo = " AND [text] <= @Before";

    public const string SearchOrder = " ORDER BY r.object";

    /// <inheritdoc cref="ReadKeys"/>
    public const string List =
        $"SELECT r.lookup_key, v.state FROM records r JOIN versions v ON v.sequence = r.sequence WHERE {Listed} "
        + "ORDER BY r.lookup_key";

    public const string Count = $"SELECT COUNT(*) FROM records r WHERE {Listed}";

    public const string Newest = $"SELECT COALESCE(MAX(r.created_at), -1) FROM records r WHERE {Listed}";

    public const string Documents =
        "SELECT kind AS Kind, code AS Code, object AS Object, version AS Version, sequence AS Sequence, json AS "
        + "Json FROM documents";

    /// <summary>The counts that nodes of earlier versions made.</summary>
    public const string ReadFormerStatistics = """
        SELECT [day] AS Day, template AS Template, source AS Source, operation AS Operation, [count] AS Count
        FROM [statistics] WHERE [day] >= @from AND [day] <= @to ORDER BY [day], template, source, operation
        """;

    public const string ReadStatistics = """
        SELECT [day] AS Day, template AS Template, source AS Source, operation AS Operation, prefix AS Prefix,
            [count] AS Count
        FROM prefix_statistics WHERE [day] >= @from AND [day] <= @to
        ORDER BY [day], template, source, operation, prefix
        """;

    public const string AddToStatistic = "UPDATE prefix_statistics SET [count] = [count] + @count WHERE " + OfStatistic;

    public const string SetStatistic = "UPDATE prefix_statistics SET [count] = @count WHERE " + OfStatistic;

    public const string InsertStatistic =
        "INSERT INTO prefix_statistics ([day], template, source, operation, prefix, [count]) VALUES (@Day, @Template, "
        + "@Source, @Operation, @Prefix, @count)";

    public const string AdvanceSequence = "UPDATE sequences SET [next] = [next] + @count WHERE scope = @scope";

    public const string AddSequence = "INSERT INTO sequences (scope, [next]) VALUES (@scope, @next)";

    public const string RaiseObjects =
        "UPDATE counters SET value = @objects WHERE name = 'object' AND value < @objects";

    public const string RaiseSequence = "UPDATE sequences SET [next] = @next WHERE scope = @scope AND [next] < @next";

    public const string AddMissingSequence =
        "INSERT INTO sequences (scope, [next]) SELECT @scope, @next WHERE NOT EXISTS (SELECT 1 FROM sequences WHERE "
        + "scope = @scope)";

    public const string SkipObjects = "UPDATE counters SET value = value + @numbers WHERE name = 'object'";

    public const string SkipSequences = "UPDATE sequences SET [next] = [next] + @numbers";

    public const string FindSequence = "SELECT [next] FROM sequences WHERE scope = @scope";

    public const string AddLogReader =
        "INSERT INTO log_readers (name, [cursor]) SELECT @reader, 0 WHERE NOT EXISTS (SELECT 1 FROM log_readers "
        + "WHERE name = @reader)";

    public const string MoveLogReader =
        "UPDATE log_readers SET [cursor] = @to WHERE name = @reader AND [cursor] = @from";

    public const string SetLogReader = "UPDATE log_readers SET [cursor] = @to WHERE name = @reader";

    public const string AddDeadLetter = """
        INSERT INTO dead_letters (reader, sequence, reason, [at]) SELECT @reader, @to, @reason, @at
        WHERE NOT EXISTS (SELECT 1 FROM dead_letters WHERE reader = @reader AND sequence = @to)
        """;

    public const string ForgetDeadLetters = "DELETE FROM dead_letters WHERE reader = @reader";

    public const string ForgetQuality = "DELETE FROM quality";

    public const string ForgetStock = "DELETE FROM stock";

    /// <inheritdoc cref="ReadKeys"/>
    public const string Letters = """
        SELECT d.reader, d.sequence, v.object, r.lookup_key, d.reason, d.[at]
        FROM dead_letters d
        JOIN versions v ON v.sequence = d.sequence
        LEFT JOIN records r ON r.object = v.object
        WHERE d.reader IN (@one, @other) AND d.sequence > @after
        ORDER BY d.sequence
        """;

    public const string CountLetters = "SELECT COUNT(*) FROM dead_letters WHERE reader = @reader";

    public const string SumLetters =
        "SELECT COALESCE(SUM(sequence), 0) FROM dead_letters WHERE reader IN (@one, @other)";

    public const string EndLetter = "DELETE FROM dead_letters WHERE reader IN (@one, @other) AND sequence = @sequence";

    public const string MoveLetters = "UPDATE dead_letters SET reader = @to WHERE reader = @from";

    public const string MoveLetter = MoveLetters + " AND sequence = @sequence";

    /// <inheritdoc cref="ReadKeys"/>
    public const string AllRecords = $"""
        SELECT {RecordRow.Names}
        FROM records r JOIN versions v ON v.sequence = r.sequence
        WHERE r.object > @after ORDER BY r.object
        """;

    public const string AddAuditChain = """
        INSERT INTO audit_chains (kind, position, line, [time], hash) SELECT @kind, 0, 0, 0, @hash
        WHERE NOT EXISTS (SELECT 1 FROM audit_chains WHERE kind = @kind)
        """;

    public const string LastAuditLine = "SELECT COALESCE(MAX(id), 0) FROM audit";

    // Locks the rows until the transaction ends, so that no other node numbers lines meanwhile.
    public const string LockAuditChains = "UPDATE audit_chains SET line = line";

    public const string AuditChains =
        "SELECT kind AS Kind, position AS Position, line AS Line, [time] AS Time, hash AS Hash FROM audit_chains "
        + "ORDER BY kind";

    public const string MoveAuditChain =
        "UPDATE audit_chains SET position = @position, line = @line, [time] = @time, hash = @hash WHERE kind = @kind";

    public const string AddAudit = """
        INSERT INTO audit (id, [time], caller, action, target, outcome, [count], kind, source, trace, os_user, node,
            position, previous, hash)
        VALUES (@id, @time, @caller, @action, @target, @outcome, @count, @kind, @source, @trace, @osUser, @node,
            @position, @previous, @hash)
        """;

    /// <inheritdoc cref="ReadKeys"/>
    public const string OldestAudit = "SELECT id FROM audit WHERE kind = @kind ORDER BY id";

    /// <inheritdoc cref="ReadKeys"/>
    public const string OldestKeptAudit = "SELECT id FROM audit WHERE kind = @kind AND [time] >= @before ORDER BY id";

    /// <inheritdoc cref="ReadKeys"/>
    public const string OldestAuditAbove =
        "SELECT id FROM audit WHERE kind = @kind AND position > @position ORDER BY id";

    public const string TrimAudit = "DELETE FROM audit WHERE kind = @kind AND id < @first";

    /// <summary>The beginning of reading lines. Conditions follow, then an order and the dialect's limit.</summary>
    public const string ReadAudit = """
        SELECT id AS Id, [time] AS Time, caller AS Caller, action AS Action, target AS Target, outcome AS Outcome,
            [count] AS Count, kind AS Kind, source AS Source, trace AS Trace, os_user AS OsUser, node AS Node,
            position AS Position, previous AS Previous, hash AS Hash
        FROM audit
        """;

    public const string FirstAudit = ReadAudit + " WHERE kind = @kind AND position > 0 ORDER BY id";

    public const string FindSetting = "SELECT value FROM settings WHERE name = @name";

    public const string ChangeSetting = "UPDATE settings SET value = @value WHERE name = @name";

    public const string RaiseSetting = "UPDATE settings SET value = @value WHERE name = @name AND value < @value";

    public const string ReplaceSetting = "UPDATE settings SET value = @value WHERE name = @name AND value = @before";

    public const string ListSettings =
        "SELECT name, value FROM settings WHERE name >= @prefix AND name < @next ORDER BY name";

    public const string AddSetting =
        "INSERT INTO settings (name, value) SELECT @name, @value WHERE NOT EXISTS (SELECT 1 FROM settings WHERE "
        + "name = @name)";

    /// <inheritdoc cref="ReadKeys"/>
    public const string AnyLostIdentifier = "SELECT template FROM lost_identifiers ORDER BY source, source_key";

    public const string FindLostIdentifier =
        "SELECT identifier FROM lost_identifiers WHERE source = @source AND source_key = @sourceKey AND template = "
        + "@template";

    public const string ForgetLostIdentifiers =
        "DELETE FROM lost_identifiers WHERE source = @source AND (source_key = @sourceKey OR source_key = @folded "
        + "OR identifier = @identifier)";

    public const string AddLease =
        "INSERT INTO leases (name, holder, token, expires_at) SELECT @name, '', 0, 0 WHERE NOT EXISTS (SELECT 1 "
        + "FROM leases WHERE name = @name)";

    public const string TakeLease = """
        UPDATE leases SET token = CASE WHEN holder = @holder
            AND expires_at > @now THEN token ELSE token + 1 END, holder = @holder, expires_at = @expires
        WHERE name = @name AND (holder = @holder OR expires_at <= @now)
        """;

    public const string LeaseToken = "SELECT token FROM leases WHERE name = @name";

    public const string ReleaseLease = "UPDATE leases SET expires_at = 0 WHERE name = @Name AND token = @Token";

    // Locks the lease's row until the transaction ends, so that no other node can take the lease.
    public const string Fence = "UPDATE leases SET holder = holder WHERE name = @Name AND token = @Token";

    private const string OfStatistic =
        "[day] = @Day AND template = @Template AND source = @Source AND operation = @Operation AND prefix = @Prefix";

    private const string Listed = "r.lookup_key > @after AND r.lookup_key < @before AND r.status = 0";
}
