using System.Globalization;
using System.Text;
using Dapper;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Leases;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Stores;

/// <summary>The embedded store: every port over one SQLite file in WAL mode with <c>synchronous=FULL</c>. Thread-safe.</summary>
public sealed partial class SqliteStore : INodeStore
{
    private const int MaxAuditLines = 1_000_000;

    private readonly SqliteDatabase _database;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    /// <summary>Opens the writer and the readers.</summary>
    public SqliteStore(SqliteDatabase database)
    {
        _database = database;
        _writer = new SqliteWriter(database, INodeStore.MaxQueue);
        _readers = new SqliteReaders(database);
        _writer.Reopening = _readers.CloseIdle;
    }

    /// <summary>The database file.</summary>
    public string File => _database.File;

    /// <inheritdoc/>
    public int QueueDepth => _writer.Depth;

    /// <inheritdoc/>
    public void OnCommitted(Action<long, long, IReadOnlyList<LookupKey>> committed) => _writer.Committed = committed;

    /// <inheritdoc/>
    public void OnFailed(Action<Exception> failed) => _writer.Failed = failed;

    /// <inheritdoc/>
    public ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read("find", key, static (reading, key) => RecordStatements.ReadOne(reading.Find.Bind(1, key.Bytes))));

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> FindByBusinessKeyAsync(string source, string sourceKey, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read("find by business key", (source, sourceKey), static (reading, key) =>
            RecordStatements.ReadOne(reading.FindByBusinessKey.Bind(1, key.source).Bind(2, key.sourceKey)).Record));

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordWriteResult>> WriteAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken)
    {
        if (writes.Count == 0)
        {
            return Task.FromResult<IReadOnlyList<RecordWriteResult>>([]);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return StoreOperation.IsOn ? MeasuredWriteAsync(writes) : QueueAsync(writes);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordVersion>> HistoryAsync(long objectNumber, long before, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read<IReadOnlyList<RecordVersion>>("read history", connection =>
        [
            .. connection.Query<VersionRow>(
                """
                SELECT v.sequence AS Sequence, v.state AS State, l.body AS Body
                FROM versions v JOIN change_log l ON l.sequence = v.sequence
                WHERE v.object = @objectNumber AND (@before = 0 OR v.version < @before)
                ORDER BY v.version DESC LIMIT @limit
                """,
                new { objectNumber, before, limit }).Select(ToVersion),
        ]));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var sql = new StringBuilder("""
            SELECT 0, r.object, r.lookup_key, r.version, r.sequence, r.status, r.digest, r.created_at, r.updated_at, v.state
            FROM records r JOIN versions v ON v.sequence = r.sequence
            WHERE r.status = 0 AND r.object > @After
            """);
        void And(bool given, string condition) => sql.Append(given ? " AND " + condition : "");
        And(query.Template is not null, "r.template = @Template");
        And(query.Source is not null, "r.source = @Source");
        And(query.SourceKey is not null, "r.source_key = @SourceKey");
        And(query.CreatedFrom is not null, "r.created_at >= @CreatedFrom");
        And(query.CreatedBefore is not null, "r.created_at < @CreatedBefore");
        And(query.UpdatedFrom is not null, "r.updated_at >= @UpdatedFrom");
        And(query.AttributeIndex is not null && query.Before is not null,
            "r.object IN (SELECT object FROM search_values WHERE template = @Template AND attribute = @AttributeIndex AND text >= @From AND text < @Before)");
        And(query.AttributeIndex is not null && query.Before is null,
            "r.object IN (SELECT object FROM search_values WHERE template = @Template AND attribute = @AttributeIndex AND text >= @From)");
        sql.Append(" ORDER BY r.object LIMIT @Limit");
        return ValueTask.FromResult(_readers.Read<IReadOnlyList<StoredRecord>>("search", connection =>
        {
            using var reader = connection.ExecuteReader(sql.ToString(), query);
            var records = new List<StoredRecord>();
            while (reader.Read())
            {
                records.Add(new StoredRecord
                {
                    Object = reader.GetInt64(1),
                    Key = new LookupKey((byte[])reader.GetValue(2)),
                    Version = reader.GetInt64(3),
                    Sequence = reader.GetInt64(4),
                    Status = (RecordStatus)reader.GetInt64(5),
                    Digest = (byte[])reader.GetValue(6),
                    CreatedAt = reader.GetInt64(7),
                    UpdatedAt = reader.GetInt64(8),
                    State = (byte[])reader.GetValue(9),
                });
            }
            return records;
        }));
    }

    /// <inheritdoc/>
    public ValueTask<long> HeadAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read("read head", 0, static (reading, _) =>
        {
            reading.Head.Step();
            var head = reading.Head.Int64(0);
            reading.Head.Reset();
            return head;
        }));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ChangedKey>> ReadKeysAsync(long after, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read("read changed keys", (after, limit), static (reading, page) =>
        {
            var statement = reading.ReadKeys.Bind(1, page.after).Bind(2, page.limit);
            var keys = new List<ChangedKey>();
            while (statement.Step())
            {
                keys.Add(new ChangedKey(statement.Int64(0), statement.IsNull(1) ? default : new LookupKey(statement.Bytes(1))));
            }
            return (IReadOnlyList<ChangedKey>)keys;
        }));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Change>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read<IReadOnlyList<Change>>("read changes", connection =>
        [
            .. connection.Query<ChangeRow>(
                """
                SELECT l.sequence AS Sequence, l.body AS Body, l.leaf AS Leaf, v.state AS State, r.lookup_key AS LookupKey, d.code AS Code
                FROM change_log l
                JOIN versions v ON v.sequence = l.sequence
                LEFT JOIN records r ON r.object = v.object
                LEFT JOIN documents d ON d.object = v.object
                WHERE l.sequence > @after
                ORDER BY l.sequence LIMIT @limit
                """,
                new { after, limit }).Select(ToChange),
        ]));

    /// <inheritdoc/>
    public ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read<(IReadOnlyList<Document>, long)>("load documents", connection =>
        {
            using var transaction = connection.BeginTransaction(deferred: true);
            var head = connection.ExecuteScalar<long>(Statements.Head, transaction: transaction);
            var documents = connection.Query<DocumentRow>(
                "SELECT kind AS Kind, code AS Code, object AS Object, version AS Version, sequence AS Sequence, json AS Json FROM documents", transaction: transaction);
            return (documents.Select(d => new Document((LogKind)d.Kind, d.Code, d.Object, d.Version, d.Sequence, d.Json)).ToList(), head);
        }));

    /// <inheritdoc/>
    public Task<Result<IReadOnlyList<Document>>> WriteAsync(IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken) =>
        _writer.RunAsync("write documents", session => WriteDocuments(session, writes));

    /// <inheritdoc/>
    public Task<long> ReserveAsync(string scope, int count, CancellationToken cancellationToken) =>
        _writer.RunAsync("reserve numbers", session =>
        {
            var next = session.Connection.ExecuteScalar<long?>("SELECT next FROM sequences WHERE scope = @scope", new { scope });
            session.Connection.Execute(
                next is null ? "INSERT INTO sequences (scope, next) VALUES (@scope, @after)" : "UPDATE sequences SET next = @after WHERE scope = @scope",
                new { scope, after = (next ?? 1) + count });
            return next ?? 1;
        });

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken) =>
        _writer.RunAsync("add statistics", session =>
        {
            Add(session.Connection, counts);
            return true;
        });

    /// <inheritdoc/>
    public Task<bool> AddFromLogAsync(Lease lease, IReadOnlyList<Statistic> counts, long expectedCursor, long cursor, CancellationToken cancellationToken) =>
        _writer.RunAsync("count log", session =>
        {
            var moved = session.Connection.Execute(Statements.Fence, lease) == 1 && session.Connection.Execute(
                "UPDATE counters SET value = @cursor WHERE name = 'statistics' AND value = @expectedCursor", new { cursor, expectedCursor }) == 1;
            if (moved)
            {
                Add(session.Connection, counts);
            }
            return moved;
        });

    /// <inheritdoc/>
    public ValueTask<long> LogCursorAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read("read log cursor", connection => connection.ExecuteScalar<long>("SELECT value FROM counters WHERE name = 'statistics'")));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Statistic>> ReadAsync(DateOnly from, DateOnly to, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read<IReadOnlyList<Statistic>>("read statistics", connection =>
        [
            .. connection.Query<StatisticRow>(
                """
                SELECT day AS Day, template AS Template, source AS Source, operation AS Operation, count AS Count
                FROM statistics WHERE day >= @from AND day <= @to ORDER BY day, template, source, operation
                """,
                new { from = Day(from), to = Day(to) })
                .Select(r => new Statistic(new StatisticKey(DateOnly.ParseExact(r.Day, "yyyy-MM-dd", CultureInfo.InvariantCulture), r.Template, r.Source, r.Operation), r.Count)),
        ]));

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        _writer.RunAsync("append audit", session =>
        {
            session.Connection.Execute(
                "INSERT INTO audit (time, caller, action, target, outcome, count) VALUES (@Time, @Caller, @Action, @Target, @Outcome, @Count)", events);
            // Acts stay; of denials, which anyone can cause, the oldest go first.
            session.Connection.Execute(
                "DELETE FROM audit WHERE outcome <> 'done' AND id <= (SELECT MAX(id) FROM audit) - @MaxAuditLines", new { MaxAuditLines });
            return true;
        });

    /// <inheritdoc/>
    ValueTask<IReadOnlyList<AuditEvent>> IAuditStore.ReadAsync(long before, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read<IReadOnlyList<AuditEvent>>("read audit", connection =>
        [
            .. connection.Query<AuditRow>(
                """
                SELECT id AS Id, time AS Time, caller AS Caller, action AS Action, target AS Target, outcome AS Outcome, count AS Count
                FROM audit WHERE @before = 0 OR id < @before ORDER BY id DESC LIMIT @limit
                """,
                new { before, limit }).Select(r => new AuditEvent(r.Time, r.Caller, r.Action, r.Target, r.Outcome, r.Count) { Id = r.Id }),
        ]));

    /// <inheritdoc/>
    public Task<Lease?> TakeAsync(string name, string holder, TimeSpan life, CancellationToken cancellationToken) =>
        _writer.RunAsync("take lease", session =>
        {
            var now = Micros.Now(_database.Time);
            var lease = new { name, holder, now, expires = now + (long)life.TotalMicroseconds };
            session.Connection.Execute(Statements.AddLease, lease);
            return session.Connection.Execute(Statements.TakeLease, lease) == 0
                ? null
                : new Lease(name, holder, session.Connection.ExecuteScalar<long>(Statements.LeaseToken, lease));
        });

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
        _writer.RunAsync("release lease", session => session.Connection.Execute(Statements.ReleaseLease, lease));

    /// <inheritdoc/>
    public ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_readers.Read("read setting", connection => connection.ExecuteScalar<string?>("SELECT value FROM settings WHERE name = @name", new { name })));

    /// <inheritdoc/>
    public Task<string> SettleAsync(string name, string value) =>
        _writer.RunAsync("write setting", session =>
        {
            session.Connection.Execute("INSERT INTO settings (name, value) VALUES (@name, @value) ON CONFLICT (name) DO NOTHING", new { name, value });
            return session.Connection.ExecuteScalar<string>("SELECT value FROM settings WHERE name = @name", new { name })!;
        });

    /// <summary>Runs a pragma on the live writer's connection: what tests measure faults with.</summary>
    internal Task<string?> PragmaOnWriterAsync(string pragma) =>
        _writer.RunAsync("pragma", session => session.Connection.ExecuteScalar<object?>(pragma)?.ToString());

    /// <summary>Finishes what is queued and closes all connections.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _readers.Dispose();
    }

    private async Task<IReadOnlyList<RecordWriteResult>> MeasuredWriteAsync(IReadOnlyList<RecordWrite> writes)
    {
        using var operation = StoreOperation.Begin("write", writes.Count);
        var results = await QueueAsync(writes);
        foreach (var result in results)
        {
            if (result.Error is { } error)
            {
                operation?.Fail(error.Code.ToString());
                break;
            }
        }
        return results;
    }

    private Task<IReadOnlyList<RecordWriteResult>> QueueAsync(IReadOnlyList<RecordWrite> writes)
    {
        var batch = new RecordBatch(writes.Count);
        var jobs = new WriteJob[writes.Count];
        var erases = false;
        for (var i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new RecordJob(writes[i], batch, i);
            erases |= writes[i].Erased.Count > 0;
        }
        _writer.Enqueue(jobs);
        return erases ? FlushErasedAsync(batch.Task) : batch.Task;
    }

    private static Result<IReadOnlyList<Document>> WriteDocuments(WriteSession session, IReadOnlyList<DocumentWrite> writes)
    {
        var connection = session.Connection;
        // All or nothing: every version is looked at before the first row is written.
        var current = new List<DocumentRow?>(writes.Count);
        foreach (var write in writes)
        {
            var row = connection.QuerySingleOrDefault<DocumentRow>(
                "SELECT kind AS Kind, code AS Code, object AS Object, version AS Version, sequence AS Sequence, json AS Json FROM documents WHERE kind = @Kind AND code = @Code",
                new { Kind = (int)write.Kind, write.Code });
            if ((row?.Version ?? 0) != write.ExpectedVersion)
            {
                return write.ExpectedVersion == 0
                    ? Error.Of(ErrorCode.AlreadyExists, $"{write.Code} exists already.", $"{write.Code} 已存在。", "code")
                    : Error.Of(ErrorCode.VersionConflict, $"{write.Code} was changed in the meantime.", $"{write.Code} 已被他人修改。", "code");
            }
            current.Add(row);
        }
        var documents = new List<Document>(writes.Count);
        for (var i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            var objectNumber = current[i]?.Object ?? session.NextObject();
            var version = write.ExpectedVersion + 1;
            var sequence = session.Append(new LogBody(write.Kind, write.Operation, objectNumber, version, write.Time, write.Actor), write.Commitments, write.State, default);
            connection.Execute(
                current[i] is null
                    ? "INSERT INTO documents (kind, code, object, version, sequence, json) VALUES (@Kind, @Code, @objectNumber, @version, @sequence, @Json)"
                    : "UPDATE documents SET version = @version, sequence = @sequence, json = @Json WHERE kind = @Kind AND code = @Code",
                new { Kind = (int)write.Kind, write.Code, objectNumber, version, sequence, write.Json });
            documents.Add(new Document(write.Kind, write.Code, objectNumber, version, sequence, write.Json));
        }
        return documents;
    }

    private static void Add(SqliteConnection connection, IReadOnlyList<Statistic> counts)
    {
        foreach (var (key, count) in counts)
        {
            var row = new { Day = Day(key.Day), key.Template, key.Source, key.Operation, count };
            if (connection.Execute("UPDATE statistics SET count = count + @count WHERE day = @Day AND template = @Template AND source = @Source AND operation = @Operation", row) == 0)
            {
                connection.Execute("INSERT INTO statistics (day, template, source, operation, count) VALUES (@Day, @Template, @Source, @Operation, @count)", row);
            }
        }
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<RecordWriteResult>> FlushErasedAsync(Task<IReadOnlyList<RecordWriteResult>> written)
    {
        var results = await written;
        // The write-ahead log still holds the old pages: it is emptied into the database, as far as no reader needs it.
        try
        {
            using var connection = _database.Connect();
            SqliteDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException e)
        {
            // The erasing itself is done and on disk; a later checkpoint takes the old pages with it.
            _writer.Failed?.Invoke(e);
        }
        return results;
    }

    private static RecordVersion ToVersion(VersionRow row)
    {
        LogBody.TryDecode(row.Body, out var body, out var commitments);
        return new RecordVersion(row.Sequence, body, row.State, commitments.Length / Commitments.Length);
    }

    private static Change ToChange(ChangeRow row)
    {
        LogBody.TryDecode(row.Body, out var body, out _);
        return new Change { Sequence = row.Sequence, Body = body, Leaf = row.Leaf, State = row.State, Key = row.LookupKey is null ? default : new LookupKey(row.LookupKey), Code = row.Code };
    }
}
