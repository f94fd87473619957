using System.Text;
using Dapper;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// The embedded store: every port over one SQLite file in WAL mode with <c>synchronous=FULL</c>. Thread-safe.
/// </summary>
public sealed partial class SqliteStore : INodeStore
{
    private const int MaxAuditLines = 1_000_000;

    private readonly SqliteDatabase _database;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly StoreTelemetry _telemetry;

    /// <summary>Opens the writer and the readers.</summary>
    /// <param name="database">The file.</param>
    /// <param name="telemetry">The node's; none where it is left out.</param>
    public SqliteStore(SqliteDatabase database, NodeTelemetry? telemetry = null)
    {
        _database = database;
        _telemetry = new StoreTelemetry(telemetry ?? NodeTelemetry.None, "sqlite", SqliteDatabase.FileName);
        _writer = new SqliteWriter(database, _telemetry, INodeStore.MaxQueue);
        _readers = new SqliteReaders(database, _telemetry);
        _writer.Reopening = _readers.CloseIdle;
    }

    /// <summary>The database file.</summary>
    public string File => _database.File;

    /// <inheritdoc/>
    public int QueueDepth => _writer.Depth;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings => [];

    /// <inheritdoc/>
    public bool HasStepLeft => _database.HasStepLeft;

    /// <inheritdoc/>
    public void OnCommitted(Action<long, long, IReadOnlyList<LookupKey>> committed) => _writer.Committed = committed;

    /// <inheritdoc/>
    public void OnFailed(Action<Exception> failed) => _writer.Failed = failed;

    /// <inheritdoc/>
    public ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _readers.Read(
                "find",
                key,
                static (reading, key) => RecordStatements.ReadOne(reading.Find.Bind(1, key.Bytes))
            )
        );

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> FindByBusinessKeyAsync(
        string source,
        string sourceKey,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            _readers.Read(
                "find by business key",
                (source, sourceKey),
                static (reading, key) =>
                    RecordStatements
                        .ReadOne(reading.FindByBusinessKey.Bind(1, key.source).Bind(2, key.sourceKey))
                        .Record
            )
        );

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    )
    {
        if (writes.Count == 0)
        {
            return Task.FromResult<IReadOnlyList<RecordWriteResult>>([]);
        }
        cancellationToken.ThrowIfCancellationRequested();
        return _telemetry.IsOn ? MeasuredWriteAsync(writes) : QueueAsync(writes);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RecordVersion>> HistoryAsync(
        long objectNumber,
        long before,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            _readers.Read<IReadOnlyList<RecordVersion>>(
                "read history",
                connection =>
                    [
                        .. connection
                            .Query<VersionRow>(
                                Statements.History + SqliteStatements.Limit,
                                new
                                {
                                    objectNumber,
                                    before,
                                    limit,
                                }
                            )
                            .Select(r => r.ToVersion()),
                    ]
            )
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var sql = new StringBuilder(Statements.Search);
        void And(bool given, string condition) => sql.Append(given ? condition : "");
        And(query.Template is not null, Statements.SearchTemplate);
        And(query.Source is not null, Statements.SearchSource);
        And(query.SourceKey is not null, Statements.SearchSourceKey);
        And(query.CreatedFrom is not null, Statements.SearchCreatedFrom);
        And(query.CreatedBefore is not null, Statements.SearchCreatedBefore);
        And(query.UpdatedFrom is not null, Statements.SearchUpdatedFrom);
        And(query.AttributeIndex is not null && query.Before is not null, Statements.SearchRange);
        And(query.AttributeIndex is not null && query.Before is null, Statements.SearchFrom);
        sql.Append(Statements.SearchOrder).Append(SqliteStatements.Limit);
        return ValueTask.FromResult(
            _readers.Read<IReadOnlyList<StoredRecord>>(
                "search",
                connection =>
                {
                    var parameters = new DynamicParameters(query);
                    parameters.Add("limit", query.Limit);
                    using var reader = connection.ExecuteReader(sql.ToString(), parameters);
                    var records = new List<StoredRecord>();
                    while (reader.Read())
                    {
                        records.Add(RecordRow.Read(reader));
                    }
                    return records;
                }
            )
        );
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ListedIdentifier>> ListAsync(
        LookupKey beginning,
        LookupKey? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            _readers.Read<IReadOnlyList<ListedIdentifier>>(
                "list",
                connection =>
                {
                    using var reader = connection.ExecuteReader(
                        Statements.List + SqliteStatements.Limit,
                        new
                        {
                            after = (after ?? beginning).Bytes,
                            before = beginning.Beyond().Bytes,
                            limit,
                        }
                    );
                    var listed = new List<ListedIdentifier>();
                    while (reader.Read())
                    {
                        listed.Add(ListedRow.Read(reader));
                    }
                    return listed;
                }
            )
        );

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _readers.Read(
                "count",
                connection =>
                    connection.ExecuteScalar<long>(
                        Statements.Count,
                        new { after = beginning.Bytes, before = beginning.Beyond().Bytes }
                    )
            )
        );

    /// <inheritdoc/>
    public ValueTask<long> HeadAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _readers.Read(
                "read head",
                0,
                static (reading, _) =>
                {
                    reading.Head.Step();
                    var head = reading.Head.Int64(0);
                    reading.Head.Reset();
                    return head;
                }
            )
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ChangedKey>> ReadKeysAsync(
        long after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            _readers.Read(
                "read changed keys",
                (after, limit),
                static (reading, page) =>
                {
                    var statement = reading.ReadKeys.Bind(1, page.after).Bind(2, page.limit);
                    var keys = new List<ChangedKey>();
                    while (statement.Step())
                    {
                        keys.Add(
                            new ChangedKey(
                                statement.Int64(0),
                                statement.IsNull(1) ? default : new LookupKey(statement.Bytes(1))
                            )
                        );
                    }
                    return (IReadOnlyList<ChangedKey>)keys;
                }
            )
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Change>> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _readers.Read<IReadOnlyList<Change>>(
                "read changes",
                connection =>
                    [
                        .. connection
                            .Query<ChangeRow>(Statements.ReadChanges + SqliteStatements.Limit, new { after, limit })
                            .Select(r => r.ToChange()),
                    ]
            )
        );

    /// <inheritdoc/>
    public ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _readers.Read<(IReadOnlyList<Document>, long)>(
                "load documents",
                connection =>
                {
                    using var transaction = connection.BeginTransaction(deferred: true);
                    var head = connection.ExecuteScalar<long>(Statements.Head, transaction: transaction);
                    var documents = connection.Query<DocumentRow>(Statements.Documents, transaction: transaction);
                    return (documents.Select(d => d.ToDocument()).ToList(), head);
                }
            )
        );

    /// <inheritdoc/>
    public Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    ) => _writer.RunAsync("write documents", session => WriteDocuments(session, writes));

    /// <inheritdoc/>
    public Task<long> ReserveAsync(string scope, int count, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            "reserve numbers",
            session =>
            {
                var next = session.Connection.ExecuteScalar<long?>(
                    "SELECT next FROM sequences WHERE scope = @scope",
                    new { scope }
                );
                session.Connection.Execute(
                    next is null
                        ? "INSERT INTO sequences (scope, next) VALUES (@scope, @after)"
                        : "UPDATE sequences SET next = @after WHERE scope = @scope",
                    new { scope, after = (next ?? 1) + count }
                );
                return next ?? 1;
            }
        );

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            "add statistics",
            session =>
            {
                Add(session.Connection, counts);
                return true;
            }
        );

    /// <inheritdoc/>
    public Task<bool> AddFromLogAsync(
        LogMove move,
        IReadOnlyList<Statistic> counts,
        CancellationToken cancellationToken
    ) => MoveAsync("count log", move, session => Add(session.Connection, counts));

    /// <inheritdoc/>
    public ValueTask<long> CursorAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _readers.Read(
                "read log cursor",
                connection => connection.ExecuteScalar<long>(Statements.LogCursor, new { reader = name })
            )
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogReaderState>> ListAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _readers.Read<IReadOnlyList<LogReaderState>>(
                "list log readers",
                connection => [.. connection.Query<LogReaderRow>(Statements.LogReaders).Select(r => r.ToState())]
            )
        );

    /// <inheritdoc/>
    public Task<bool> MoveAsync(LogMove move, CancellationToken cancellationToken) =>
        MoveAsync("move log reader", move, static _ => { });

    /// <inheritdoc/>
    public Task<bool> SetAsideAsync(LogMove move, DeadLetter letter, CancellationToken cancellationToken) =>
        MoveAsync(
            "set log entry aside",
            move,
            session =>
                session.Connection.Execute(
                    Statements.AddDeadLetter,
                    new
                    {
                        reader = move.Reader,
                        to = move.To,
                        reason = letter.Reason,
                        at = letter.At,
                    }
                )
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DeadLetter>> DeadLettersAsync(
        string name,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            _readers.Read<IReadOnlyList<DeadLetter>>(
                "read dead letters",
                connection =>
                    [
                        .. connection
                            .Query<DeadLetterRow>(
                                Statements.DeadLetters + SqliteStatements.Limit,
                                new { reader = name, limit }
                            )
                            .Select(r => r.ToLetter()),
                    ]
            )
        );

    /// <inheritdoc/>
    public Task RestartAsync(string name, long cursor, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            "restart log reader",
            session =>
            {
                var reader = new { reader = name, to = cursor };
                session.Connection.Execute(Statements.AddLogReader, reader);
                session.Connection.Execute(Statements.SetLogReader, reader);
                return session.Connection.Execute(Statements.ForgetDeadLetters, reader);
            }
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Statistic>> ReadAsync(
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            _readers.Read<IReadOnlyList<Statistic>>(
                "read statistics",
                connection =>
                    [
                        .. connection
                            .Query<StatisticRow>(
                                Statements.ReadStatistics,
                                new { from = StatisticRow.DayText(from), to = StatisticRow.DayText(to) }
                            )
                            .Select(r => r.ToStatistic()),
                    ]
            )
        );

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            "append audit",
            session =>
            {
                session.Connection.Execute(SqliteStatements.AddAudit, events);
                session.Connection.Execute(Statements.TrimAudit, new { maxLines = MaxAuditLines });
                return true;
            }
        );

    /// <inheritdoc/>
    ValueTask<IReadOnlyList<AuditEvent>> IAuditStore.ReadAsync(
        long before,
        int limit,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult(
            _readers.Read<IReadOnlyList<AuditEvent>>(
                "read audit",
                connection =>
                    [
                        .. connection
                            .Query<AuditRow>(Statements.ReadAudit + SqliteStatements.Limit, new { before, limit })
                            .Select(r => r.ToEvent()),
                    ]
            )
        );

    /// <inheritdoc/>
    public Task<Lease?> TakeAsync(string name, string holder, TimeSpan life, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            "take lease",
            session =>
            {
                var now = Micros.Now(_database.Time);
                var lease = new
                {
                    name,
                    holder,
                    now,
                    expires = now + (long)life.TotalMicroseconds,
                };
                session.Connection.Execute(Statements.AddLease, lease);
                return session.Connection.Execute(Statements.TakeLease, lease) == 0
                    ? null
                    : new Lease(name, holder, session.Connection.ExecuteScalar<long>(Statements.LeaseToken, lease));
            }
        );

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
        _writer.RunAsync("release lease", session => session.Connection.Execute(Statements.ReleaseLease, lease));

    /// <inheritdoc/>
    public ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            _readers.Read(
                "read setting",
                connection => connection.ExecuteScalar<string?>(Statements.FindSetting, new { name })
            )
        );

    /// <inheritdoc/>
    public Task<string> SettleAsync(string name, string value) =>
        _writer.RunAsync(
            "write setting",
            session =>
            {
                session.Connection.Execute(Statements.AddSetting, new { name, value });
                return session.Connection.ExecuteScalar<string>(Statements.FindSetting, new { name })!;
            }
        );

    /// <summary>Runs a pragma on the live writer's connection: what tests measure faults with.</summary>
    internal Task<string?> PragmaOnWriterAsync(string pragma) =>
        _writer.RunAsync("pragma", session => session.Connection.ExecuteScalar<object?>(pragma)?.ToString());

    /// <summary>Finishes what is queued and closes all connections.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _readers.Dispose();
    }

    /// <summary>Moves a reader's cursor, and writes what belongs to that in the same transaction.</summary>
    private Task<bool> MoveAsync(string name, LogMove move, Action<WriteSession> write) =>
        _writer.RunAsync(
            name,
            session =>
            {
                if (session.Connection.Execute(Statements.Fence, move.Lease) == 0)
                {
                    return false;
                }
                var cursor = new
                {
                    reader = move.Reader,
                    from = move.From,
                    to = move.To,
                };
                session.Connection.Execute(Statements.AddLogReader, cursor);
                if (session.Connection.Execute(Statements.MoveLogReader, cursor) == 0)
                {
                    return false;
                }
                write(session);
                return true;
            }
        );

    private async Task<IReadOnlyList<RecordWriteResult>> MeasuredWriteAsync(IReadOnlyList<RecordWrite> writes)
    {
        using var operation = _telemetry.Begin("write", writes.Count);
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

    private static Result<IReadOnlyList<Document>> WriteDocuments(
        WriteSession session,
        IReadOnlyList<DocumentWrite> writes
    )
    {
        var connection = session.Connection;
        // All or nothing: every version is looked at before the first row is written.
        var current = new List<DocumentRow?>(writes.Count);
        foreach (var write in writes)
        {
            var row = connection.QuerySingleOrDefault<DocumentRow>(
                $"{Statements.Documents} WHERE kind = @Kind AND code = @Code",
                new { Kind = (int)write.Kind, write.Code }
            );
            if ((row?.Version ?? 0) != write.ExpectedVersion)
            {
                return WriteRules.Refusal(write);
            }
            current.Add(row);
        }
        var documents = new List<Document>(writes.Count);
        for (var i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            var objectNumber = current[i]?.Object ?? session.NextObject();
            var version = write.ExpectedVersion + 1;
            var sequence = session.Append(
                WriteRules.Body(write, objectNumber),
                write.Commitments,
                write.State,
                default
            );
            connection.Execute(
                current[i] is null
                    ? "INSERT INTO documents (kind, code, object, version, sequence, json) VALUES (@Kind, @Code, "
                        + "@objectNumber, @version, @sequence, @Json)"
                    : "UPDATE documents SET version = @version, sequence = @sequence, json = @Json WHERE kind = "
                        + "@Kind AND code = @Code",
                new
                {
                    Kind = (int)write.Kind,
                    write.Code,
                    objectNumber,
                    version,
                    sequence,
                    write.Json,
                }
            );
            documents.Add(new Document(write.Kind, write.Code, objectNumber, version, sequence, write.Json));
        }
        return documents;
    }

    private static void Add(SqliteConnection connection, IReadOnlyList<Statistic> counts)
    {
        foreach (var (key, count) in counts)
        {
            var row = new
            {
                Day = StatisticRow.DayText(key.Day),
                key.Template,
                key.Source,
                key.Operation,
                count,
            };
            if (
                connection.Execute(
                    "UPDATE statistics SET count = count + @count WHERE day = @Day AND template = @Template AND "
                        + "source = @Source AND operation = @Operation",
                    row
                ) == 0
            )
            {
                connection.Execute(
                    "INSERT INTO statistics (day, template, source, operation, count) VALUES (@Day, @Template, "
                        + "@Source, @Operation, @count)",
                    row
                );
            }
        }
    }

    private async Task<IReadOnlyList<RecordWriteResult>> FlushErasedAsync(
        Task<IReadOnlyList<RecordWriteResult>> written
    )
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
}
