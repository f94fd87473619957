using System.Data;
using System.Globalization;
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
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// The store of nodes that share a SQL Server database. Every call ends in bounded time. Thread-safe.
/// </summary>
public sealed class SqlServerStore : INodeStore
{
    private const int MaxAuditLines = 1_000_000;

    // Seen with SqlClient 7.1.1 as with 6.1.5 (ClearConnectionTests; compare dotnet/SqlClient issue 3519): in TLS a
    // packet comes whole, in the clear in pieces, or with part of the next.
    private const string Unencrypted =
        "The connection string of Store:SqlServer or Store:SqlServerReplica switches encryption off: besides being "
        + "open to read, large answers may be misread by the client, and calls then fail or time out. Leave "
        + "Encrypt at its default, True.";

    // A replica is asked only because it is quicker: one that is not is passed over soon.
    private static readonly TimeSpan ReplicaTimeout = TimeSpan.FromSeconds(1);

    private readonly SqlServerDatabase _database;
    private readonly SqlServerDatabase? _replica;
    private readonly SqlServerWriter _writer;

    private SqlServerStore(StoreSettings settings, long epoch, IReadOnlyList<string> warnings, NodeTelemetry? telemetry)
    {
        _database = new SqlServerDatabase(settings.SqlServer, settings.Timeout, telemetry: telemetry) { Epoch = epoch };
        _replica =
            settings.SqlServerReplica.Length == 0
                ? null
                : new SqlServerDatabase(
                    settings.SqlServerReplica,
                    settings.Timeout < ReplicaTimeout ? settings.Timeout : ReplicaTimeout,
                    isReplica: true,
                    telemetry
                );
        _writer = new SqlServerWriter(_database, INodeStore.MaxQueue);
        Warnings = warnings;
    }

    /// <inheritdoc/>
    public bool IsReplicaAway => _replica is { IsAway: true };

    /// <inheritdoc/>
    public int QueueDepth => _writer.Depth;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings { get; }

    /// <inheritdoc/>
    public bool HasStepLeft { get; private init; }

    /// <summary>Opens the database, and makes and migrates what is in it.</summary>
    /// <exception cref="DatabaseUnusableException">It cannot be used; the text says what to do.</exception>
    public static Task<SqlServerStore> OpenAsync(
        StoreSettings settings,
        TimeProvider time,
        CancellationToken cancellationToken,
        NodeTelemetry? telemetry = null
    ) => OpenAsync(settings, new MigrationRun(SqlServerMigrator.Plan, time), telemetry, cancellationToken);

    /// <summary>The same, migrated as is said; while another node is at a step in code it opens for reading.</summary>
    /// <inheritdoc cref="OpenAsync(StoreSettings, TimeProvider, CancellationToken, NodeTelemetry)" path="/exception"/>
    internal static async Task<SqlServerStore> OpenAsync(
        StoreSettings settings,
        MigrationRun run,
        NodeTelemetry? telemetry,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var end = await SqlServerMigrator.MigrateAsync(settings, run with { IsForReading = true }, cancellationToken);
        var warnings = end.Warnings;
        if (IsInTheClear(settings.SqlServer) || IsInTheClear(settings.SqlServerReplica))
        {
            warnings = [.. warnings, Unencrypted];
        }
        return new SqlServerStore(settings, run.Plan.Epoch, warnings, telemetry) { HasStepLeft = end.HasStepLeft };
    }

    private static bool IsInTheClear(string connectionString) =>
        new SqlConnectionStringBuilder(connectionString).Encrypt == SqlConnectionEncryptOption.Optional;

    /// <inheritdoc/>
    public void OnCommitted(Action<long, long, IReadOnlyList<LookupKey>> committed) => _writer.Committed = committed;

    /// <inheritdoc/>
    public void OnFailed(Action<Exception> failed) => _writer.Failed = failed;

    /// <inheritdoc/>
    public ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken) =>
        new(FindAsync(_database, key, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<RecordLookup> ResolveAsync(LookupKey key, long seen, CancellationToken cancellationToken)
    {
        if (_replica is { IsRefusing: false })
        {
            try
            {
                var found = await FindAsync(_replica, key, cancellationToken);
                if (found.Head >= seen)
                {
                    return found;
                }
            }
            catch (StoreException)
            {
                // Away or behind: the primary knows.
            }
        }
        return await FindAsync(_database, key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> FindByBusinessKeyAsync(
        string source,
        string sourceKey,
        CancellationToken cancellationToken
    ) =>
        new(
            _database.RunAsync(
                "find by business key",
                async (connection, stop) =>
                {
                    await using var command = Command(connection, Statements.FindByBusinessKey);
                    command.Parameters.Add("@source", SqlDbType.VarBinary, 64).Value = Encoding.UTF8.GetBytes(source);
                    command.Parameters.Add("@sourceKey", SqlDbType.VarBinary, 255).Value = Encoding.UTF8.GetBytes(
                        sourceKey
                    );
                    await using var reader = await command.ExecuteReaderAsync(stop);
                    return await reader.ReadAsync(stop) ? RecordRow.Read(reader) : null;
                },
                cancellationToken
            )
        );

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
        IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken
    )
    {
        if (writes.Count == 0)
        {
            return [];
        }
        cancellationToken.ThrowIfCancellationRequested();
        using var operation = _database.Telemetry.Begin("write", writes.Count);
        var batch = new RecordBatch(writes.Count);
        _writer.Enqueue([.. writes.Select((write, i) => new SqlServerRecordJob(write, batch, i))]);
        var results = await batch.Task;
        if (results.FirstOrDefault(r => r.Error is not null) is { } failed)
        {
            operation?.Fail(failed.Error!.Code.ToString());
        }
        return results;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordVersion>> HistoryAsync(
        long objectNumber,
        long before,
        int limit,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await QueryAsync<VersionRow>(
                    "read history",
                    Statements.History + SqlServerStatements.Limit,
                    new
                    {
                        objectNumber,
                        before,
                        limit,
                    },
                    cancellationToken
                )
            ).Select(r => r.ToVersion()),
        ];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken) =>
        new(
            _database.RunAsync<IReadOnlyList<StoredRecord>>(
                "search",
                async (connection, stop) =>
                {
                    await using var command = SearchCommand(connection, query);
                    await using var reader = await command.ExecuteReaderAsync(stop);
                    var records = new List<StoredRecord>();
                    while (await reader.ReadAsync(stop))
                    {
                        records.Add(RecordRow.Read(reader));
                    }
                    return records;
                },
                cancellationToken,
                isHeavy: true
            )
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ListedIdentifier>> ListAsync(
        LookupKey beginning,
        LookupKey? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        new(
            _database.RunAsync<IReadOnlyList<ListedIdentifier>>(
                "list",
                async (connection, stop) =>
                {
                    await using var command = ListCommand(
                        connection,
                        Statements.List + SqlServerStatements.Limit,
                        after ?? beginning,
                        beginning
                    );
                    command.Parameters.Add("@limit", SqlDbType.Int).Value = limit;
                    await using var reader = await command.ExecuteReaderAsync(stop);
                    var listed = new List<ListedIdentifier>();
                    while (await reader.ReadAsync(stop))
                    {
                        listed.Add(ListedRow.Read(reader));
                    }
                    return listed;
                },
                cancellationToken,
                isHeavy: true
            )
        );

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken) =>
        new(
            _database.RunAsync(
                "count",
                async (connection, stop) =>
                {
                    await using var command = ListCommand(connection, Statements.Count, beginning, beginning);
                    return Convert.ToInt64(await command.ExecuteScalarAsync(stop), CultureInfo.InvariantCulture);
                },
                cancellationToken,
                isHeavy: true
            )
        );

    /// <inheritdoc/>
    public ValueTask<long> HeadAsync(CancellationToken cancellationToken) =>
        new(ScalarAsync<long>("read head", Statements.Head, null, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ChangedKey>> ReadKeysAsync(
        long after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        new(
            _database.RunAsync<IReadOnlyList<ChangedKey>>(
                "read changed keys",
                async (connection, stop) =>
                {
                    await using var command = Command(connection, Statements.ReadKeys + SqlServerStatements.Limit);
                    command.Parameters.Add("@after", SqlDbType.BigInt).Value = after;
                    command.Parameters.Add("@limit", SqlDbType.Int).Value = limit;
                    await using var reader = await command.ExecuteReaderAsync(stop);
                    var keys = new List<ChangedKey>();
                    while (await reader.ReadAsync(stop))
                    {
                        keys.Add(
                            new ChangedKey(
                                reader.GetInt64(0),
                                reader.IsDBNull(1) ? default : new LookupKey((byte[])reader.GetValue(1))
                            )
                        );
                    }
                    return keys;
                },
                cancellationToken
            )
        );

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Change>> ReadAsync(
        long after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await QueryAsync<ChangeRow>(
                    "read changes",
                    Statements.ReadChanges + SqlServerStatements.Limit,
                    new { after, limit },
                    cancellationToken
                )
            ).Select(r => r.ToChange()),
        ];

    /// <inheritdoc/>
    public ValueTask<(IReadOnlyList<Document> Documents, long Head)> LoadAsync(CancellationToken cancellationToken) =>
        new(
            _database.RunAsync<(IReadOnlyList<Document>, long)>(
                "load documents",
                async (connection, stop) =>
                {
                    // The head first: what is loaded is as new or newer.
                    await using var results = await connection.QueryMultipleAsync(
                        Definition(SqlServerStatements.LoadDocuments, null, stop)
                    );
                    var head = await results.ReadSingleAsync<long>();
                    return ([.. (await results.ReadAsync<DocumentRow>()).Select(d => d.ToDocument())], head);
                },
                cancellationToken
            )
        );

    /// <inheritdoc/>
    public async Task<Result<IReadOnlyList<Document>>> WriteAsync(
        IReadOnlyList<DocumentWrite> writes,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var operation = _database.Telemetry.Begin("write documents");
        var job = new SqlServerDocumentJob(writes);
        _writer.Enqueue([job]);
        try
        {
            return await job.Task;
        }
        catch (StoreException e)
        {
            operation?.Fail(e);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<long> ReserveAsync(string scope, int count, CancellationToken cancellationToken) =>
        _database.RunAsync(
            "reserve numbers",
            async (connection, stop) =>
            {
                var bytes = Encoding.UTF8.GetBytes(scope);
                while (true)
                {
                    await using var command = Command(connection, SqlServerStatements.ReserveNumbers);
                    command.Parameters.Add("@scope", SqlDbType.VarBinary, 400).Value = bytes;
                    command.Parameters.Add("@count", SqlDbType.BigInt).Value = (long)count;
                    if (await command.ExecuteScalarAsync(stop) is long next)
                    {
                        return next - count;
                    }
                    await using var adding = Command(connection, SqlServerStatements.AddScope);
                    adding.Parameters.Add("@scope", SqlDbType.VarBinary, 400).Value = bytes;
                    await adding.ExecuteNonQueryAsync(stop);
                }
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task AddAsync(IReadOnlyList<Statistic> counts, CancellationToken cancellationToken) =>
        counts.Count == 0
            ? Task.CompletedTask
            : _database.RunOnceAsync(
                "add statistics",
                async (connection, stop) =>
                {
                    await using var command = Command(connection, SqlServerStatements.AddStatistics);
                    command.Parameters.Add(SqlServerTable.Statistics.Parameter("@counts", Rows(counts)));
                    return await command.ExecuteNonQueryAsync(stop);
                },
                cancellationToken
            );

    /// <inheritdoc/>
    public Task<bool> AddFromLogAsync(
        LogMove move,
        IReadOnlyList<Statistic> counts,
        CancellationToken cancellationToken
    ) =>
        counts.Count == 0
            ? MoveAsync("count log", SqlServerStatements.MoveLogReader, move, null, cancellationToken)
            : MoveAsync(
                "count log",
                SqlServerStatements.AddStatisticsFromLog,
                move,
                parameters => parameters.Add(SqlServerTable.Statistics.Parameter("@counts", Rows(counts))),
                cancellationToken
            );

    /// <inheritdoc/>
    public ValueTask<long> CursorAsync(string name, CancellationToken cancellationToken) =>
        new(ScalarAsync<long>("read log cursor", Statements.LogCursor, new { reader = name }, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LogReaderState>> ListAsync(CancellationToken cancellationToken) =>
        [
            .. (
                await QueryAsync<LogReaderRow>("list log readers", Statements.LogReaders, null, cancellationToken)
            ).Select(r => r.ToState()),
        ];

    /// <inheritdoc/>
    public Task<bool> MoveAsync(LogMove move, CancellationToken cancellationToken) =>
        MoveAsync("move log reader", SqlServerStatements.MoveLogReader, move, null, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetAsideAsync(LogMove move, DeadLetter letter, CancellationToken cancellationToken) =>
        MoveAsync(
            "set log entry aside",
            SqlServerStatements.SetLogEntryAside,
            move,
            parameters =>
            {
                parameters.Add("@reason", SqlDbType.NVarChar, 1_000).Value = letter.Reason;
                parameters.Add("@at", SqlDbType.BigInt).Value = letter.At;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<DeadLetter>> DeadLettersAsync(
        string name,
        int limit,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await QueryAsync<DeadLetterRow>(
                    "read dead letters",
                    Statements.DeadLetters + SqlServerStatements.Limit,
                    new { reader = name, limit },
                    cancellationToken
                )
            ).Select(r => r.ToLetter()),
        ];

    /// <inheritdoc/>
    public Task RestartAsync(string name, long cursor, CancellationToken cancellationToken) =>
        _database.RunAsync(
            "restart log reader",
            (connection, stop) =>
                connection.ExecuteAsync(
                    Definition(SqlServerStatements.RestartLogReader, new { reader = name, to = cursor }, stop)
                ),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Statistic>> ReadAsync(
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) =>
        new(
            _database.RunAsync<IReadOnlyList<Statistic>>(
                "read statistics",
                async (connection, stop) =>
                {
                    await using var command = Command(connection, Statements.ReadStatistics);
                    command.Parameters.Add("@from", SqlDbType.NVarChar, 10).Value = StatisticRow.DayText(from);
                    command.Parameters.Add("@to", SqlDbType.NVarChar, 10).Value = StatisticRow.DayText(to);
                    await using var reader = await command.ExecuteReaderAsync(stop);
                    var counts = new List<Statistic>();
                    while (await reader.ReadAsync(stop))
                    {
                        counts.Add(
                            new StatisticRow
                            {
                                Day = reader.GetString(0),
                                Template = reader.GetString(1),
                                Source = Encoding.UTF8.GetString((byte[])reader.GetValue(2)),
                                Operation = reader.GetString(3),
                                Count = reader.GetInt64(4),
                            }.ToStatistic()
                        );
                    }
                    return counts;
                },
                cancellationToken,
                isHeavy: true
            )
        );

    /// <inheritdoc/>
    public async Task AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
        {
            return;
        }
        await _database.RunOnceAsync(
            "append audit",
            async (connection, stop) =>
            {
                await using var command = Command(connection, SqlServerStatements.AddAudit);
                command.Parameters.Add(
                    SqlServerTable.Audit.Parameter(
                        "@events",
                        [
                            .. events.Select(
                                (e, i) =>
                                    new object?[] { i + 1L, e.Time, e.Caller, e.Action, e.Target, e.Outcome, e.Count }
                            ),
                        ]
                    )
                );
                return await command.ExecuteNonQueryAsync(stop);
            },
            cancellationToken
        );
        try
        {
            await _database.RunAsync(
                "trim audit",
                (connection, stop) =>
                    connection.ExecuteAsync(Definition(Statements.TrimAudit, new { maxLines = MaxAuditLines }, stop)),
                cancellationToken,
                isHeavy: true
            );
        }
        catch (StoreException)
        {
            // The lines are written; the next ones trim what is too much.
        }
    }

    /// <inheritdoc/>
    async ValueTask<IReadOnlyList<AuditEvent>> IAuditStore.ReadAsync(
        long before,
        int limit,
        CancellationToken cancellationToken
    ) =>
        [
            .. (
                await QueryAsync<AuditRow>(
                    "read audit",
                    Statements.ReadAudit + SqlServerStatements.Limit,
                    new { before, limit },
                    cancellationToken
                )
            ).Select(r => r.ToEvent()),
        ];

    /// <inheritdoc/>
    public Task<Lease?> TakeAsync(string name, string holder, TimeSpan life, CancellationToken cancellationToken) =>
        _database.RunAsync(
            "take lease",
            async (connection, stop) =>
            {
                // The server's clock, since nodes on several machines have several.
                var now = Micros.Of(
                    new DateTimeOffset(
                        await connection.ExecuteScalarAsync<DateTime>(Definition(SqlServerStatements.Now, null, stop)),
                        TimeSpan.Zero
                    )
                );
                var lease = new
                {
                    name,
                    holder,
                    now,
                    expires = now + (long)life.TotalMicroseconds,
                };
                return
                    await connection.ExecuteScalarAsync<long?>(Definition(SqlServerStatements.TakeLease, lease, stop))
                        is { } token
                    ? new Lease(name, holder, token)
                    : null;
            },
            cancellationToken
        );

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) =>
        _database.RunAsync(
            "release lease",
            (connection, stop) =>
                connection.ExecuteAsync(Definition(Statements.ReleaseLease, new { lease.Name, lease.Token }, stop)),
            cancellationToken
        );

    /// <inheritdoc/>
    public ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken) =>
        new(ScalarAsync<string?>("read setting", Statements.FindSetting, new { name }, cancellationToken));

    /// <inheritdoc/>
    public Task<string> SettleAsync(string name, string value) =>
        _database.RunAsync(
            "write setting",
            async (connection, stop) =>
            {
                await connection.ExecuteAsync(Definition(Statements.AddSetting, new { name, value }, stop));
                return (
                    await connection.ExecuteScalarAsync<string>(Definition(Statements.FindSetting, new { name }, stop))
                )!;
            },
            CancellationToken.None
        );

    /// <summary>Finishes what is queued.</summary>
    public void Dispose() => _writer.Dispose();

    private static async Task<RecordLookup> FindAsync(
        SqlServerDatabase database,
        LookupKey key,
        CancellationToken cancellationToken
    ) =>
        await database.RunAsync(
            "find",
            async (connection, stop) =>
            {
                await using var command = connection.CreateCommand();
                command.CommandText = SqlServerStatements.Find;
                command.CommandTimeout = database.Seconds;
                command.Parameters.Add("@key", SqlDbType.VarBinary, LookupKey.MaxLength).Value = key.Bytes;
                await using var reader = await command.ExecuteReaderAsync(stop);
                var head = await reader.ReadAsync(stop) ? reader.GetInt64(0) : 0;
                await reader.NextResultAsync(stop);
                return new RecordLookup(await reader.ReadAsync(stop) ? RecordRow.Read(reader) : null, head);
            },
            cancellationToken
        );

    /// <summary>
    /// Moves a reader's cursor, and writes what belongs to that in the same transaction: it may be sent again, since
    /// the cursor then is no longer where it was.
    /// </summary>
    private Task<bool> MoveAsync(
        string name,
        string sql,
        LogMove move,
        Action<SqlParameterCollection>? more,
        CancellationToken cancellationToken
    ) =>
        _database.RunAsync(
            name,
            async (connection, stop) =>
            {
                await using var command = Command(connection, sql);
                command.Parameters.Add("@Name", SqlDbType.NVarChar, 100).Value = move.Lease.Name;
                command.Parameters.Add("@Token", SqlDbType.BigInt).Value = move.Lease.Token;
                command.Parameters.Add("@reader", SqlDbType.NVarChar, 100).Value = move.Reader;
                command.Parameters.Add("@from", SqlDbType.BigInt).Value = move.From;
                command.Parameters.Add("@to", SqlDbType.BigInt).Value = move.To;
                command.Parameters.Add("@epoch", SqlDbType.BigInt).Value = _database.Epoch;
                more?.Invoke(command.Parameters);
                return (int)(await command.ExecuteScalarAsync(stop))! == 1;
            },
            cancellationToken
        );

    private SqlCommand SearchCommand(SqlConnection connection, RecordQuery query)
    {
        var command = Command(connection, "");
        var sql = new StringBuilder(Statements.Search);
        void And(string condition, string parameter, SqlDbType type, object? value)
        {
            if (value is not null)
            {
                sql.Append(condition);
                command.Parameters.Add(parameter, type).Value = value;
            }
        }
        And("", "@After", SqlDbType.BigInt, query.After);
        And(Statements.SearchTemplate, "@Template", SqlDbType.NVarChar, query.Template);
        And(Statements.SearchSource, "@Source", SqlDbType.VarBinary, Utf8(query.Source));
        And(Statements.SearchSourceKey, "@SourceKey", SqlDbType.VarBinary, Utf8(query.SourceKey));
        And(Statements.SearchCreatedFrom, "@CreatedFrom", SqlDbType.BigInt, query.CreatedFrom);
        And(Statements.SearchCreatedBefore, "@CreatedBefore", SqlDbType.BigInt, query.CreatedBefore);
        And(Statements.SearchUpdatedFrom, "@UpdatedFrom", SqlDbType.BigInt, query.UpdatedFrom);
        if (query.AttributeIndex is not null)
        {
            var upTo = query.Before?.TrimEnd('\0');
            And(
                query.Before is null ? Statements.SearchFrom
                    : upTo == query.Before ? Statements.SearchRange
                    : SqlServerStatements.SearchUpTo,
                "@AttributeIndex",
                SqlDbType.BigInt,
                (long)query.AttributeIndex
            );
            And("", "@From", SqlDbType.VarBinary, Utf8(query.From ?? ""));
            And("", "@Before", SqlDbType.VarBinary, Utf8(upTo));
        }
        And("", "@limit", SqlDbType.Int, query.Limit);
        command.CommandText = sql.Append(Statements.SearchOrder).Append(SqlServerStatements.Limit).ToString();
        return command;
    }

    private SqlCommand ListCommand(SqlConnection connection, string sql, LookupKey after, LookupKey beginning)
    {
        var command = Command(connection, sql);
        command.Parameters.Add("@after", SqlDbType.VarBinary, LookupKey.MaxLength).Value = after.Bytes;
        command.Parameters.Add("@before", SqlDbType.VarBinary, LookupKey.MaxLength).Value = beginning.Beyond().Bytes;
        return command;
    }

    private static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static List<object?[]> Rows(IReadOnlyList<Statistic> counts) =>
        // One row for each key: a statement that updates from rows takes one of several.
        [
            .. counts
                .GroupBy(c => c.Key)
                .Select(g =>
                    new object?[]
                    {
                        StatisticRow.DayText(g.Key.Day),
                        g.Key.Template,
                        Encoding.UTF8.GetBytes(g.Key.Source),
                        g.Key.Operation,
                        g.Sum(c => c.Count),
                    }
                ),
        ];

    private SqlCommand Command(SqlConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = _database.Seconds;
        return command;
    }

    private CommandDefinition Definition(string sql, object? parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, commandTimeout: _database.Seconds, cancellationToken: cancellationToken);

    private Task<T?> ScalarAsync<T>(string name, string sql, object? parameters, CancellationToken cancellationToken) =>
        _database.RunAsync(
            name,
            (connection, stop) => connection.ExecuteScalarAsync<T>(Definition(sql, parameters, stop)),
            cancellationToken
        );

    private Task<List<T>> QueryAsync<T>(
        string name,
        string sql,
        object? parameters,
        CancellationToken cancellationToken
    ) =>
        _database.RunAsync(
            name,
            async (connection, stop) => (await connection.QueryAsync<T>(Definition(sql, parameters, stop))).AsList(),
            cancellationToken,
            isHeavy: true
        );
}
