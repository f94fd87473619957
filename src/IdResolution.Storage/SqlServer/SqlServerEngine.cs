using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.SqlServer;

/// <summary>One SQL Server database, its replica if there is one, and this process's writer.</summary>
internal sealed class SqlServerEngine : ISqlEngine
{
    // A replica is asked only because it is faster, so a slow one is soon passed over.
    private static readonly TimeSpan ReplicaTimeout = TimeSpan.FromSeconds(1);

    public SqlServerEngine(StoreSettings settings, long epoch, NodeTelemetry? telemetry)
    {
        Database = new SqlServerDatabase(settings.SqlServer, settings.Timeout, telemetry: telemetry) { Epoch = epoch };
        if (settings.SqlServerReplica.Length > 0)
        {
            Replica = new SqlServerDatabase(
                settings.SqlServerReplica,
                settings.Timeout < ReplicaTimeout ? settings.Timeout : ReplicaTimeout,
                isReplica: true,
                telemetry
            );
        }
        Writer = new SqlServerWriter(Database, NodeStore.MaxQueue);
    }

    public SqlServerDatabase Database { get; }

    /// <summary>The replica, which resolutions ask first; null if there is none, or none to trust.</summary>
    public SqlServerDatabase? Replica { get; private set; }

    public SqlServerWriter Writer { get; }

    public ISqlDialect Dialect => SqlServerDialect.Instance;

    public int QueueDepth => Writer.Depth;

    public bool IsReplicaAway => Replica is { IsAway: true };

    public Action<long, long, IReadOnlyList<LookupKey>>? Committed
    {
        get => Writer.Committed;
        set => Writer.Committed = value;
    }

    public Error? Refusal
    {
        get => Writer.Refusal;
        set => Writer.Refusal = value;
    }

    public Func<long> Known
    {
        get => Database.Known;
        set => Database.Known = value;
    }

    public void CheckPlace() { }

    public void ForgetReserved()
    {
        Writer.ForgetObjects();
        // The replica may still hold what the primary lost.
        Replica = null;
    }

    public Action<Exception>? Failed
    {
        get => Writer.Failed;
        set => Writer.Failed = value;
    }

    // The server's clock, since nodes on several machines have different clocks.
    public async Task<long> NowAsync(SqlSession session) =>
        Micros.Of(new DateTimeOffset(await session.ScalarAsync<DateTime>(SqlServerStatements.Now), TimeSpan.Zero));

    public Task LockLogAsync(SqlSession session) =>
        session.ExecuteAsync(
            SqlServerStatements.LockLogAlone,
            new { lockMilliseconds = (int)(Database.Timeout.TotalMilliseconds * 0.7) }
        );

    public ValueTask<T> ReadAsync<T>(
        string name,
        Func<SqlSession, Task<T>> read,
        CancellationToken cancellationToken,
        bool isHeavy = false
    ) =>
        new(
            Database.RunAsync(
                name,
                (connection, stop) => read(new SqlSession(connection, Database.Seconds, stop)),
                cancellationToken,
                isHeavy
            )
        );

    public Task<T> WriteAsync<T>(
        string name,
        Func<SqlSession, Task<T>> write,
        CancellationToken cancellationToken,
        bool isRepeatable = true
    )
    {
        if (Refusal is { } refusal)
        {
            return Task.FromException<T>(new StoreException(refusal, null));
        }
        async Task<T> TransactAsync(SqlConnection connection, CancellationToken stop)
        {
            // SqlServerDatabase rolls failed work back before it reuses the connection.
            var session = new SqlSession(connection, Database.Seconds, stop);
            await session.ExecuteAsync(SqlServerStatements.Begin);
            await session.ExecuteAsync(
                SqlServerStatements.CheckStore,
                new { epoch = Database.Epoch, known = Database.Known() }
            );
            var result = await write(session);
            // Without a cancellation token: nobody would know whether a cancelled commit succeeded.
            await new SqlSession(connection, Database.Seconds, CancellationToken.None).ExecuteAsync(
                SqlServerStatements.Commit
            );
            return result;
        }
        return isRepeatable
            ? Database.RunAsync(name, TransactAsync, cancellationToken)
            : Database.RunOnceAsync(name, TransactAsync, cancellationToken);
    }

    public void Dispose() => Writer.Dispose();
}
