using System.Data;
using IdResolution.Core.Errors;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;
using Polly;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Runs work on connections to one SQL server: each in bounded time, tried again where that is safe, refused at once
/// while the server does not answer. Thread-safe.
/// </summary>
internal sealed class SqlServerDatabase
{
    private const int MaxPool = 100;

    // What the driver needs beyond its own timeouts to notice that nothing comes.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    // How long a server that says it is moving is asked again before callers are told.
    private static readonly TimeSpan MaxMoving = TimeSpan.FromSeconds(1);

    private readonly string _connectionString;
    private readonly SqlServerCircuit _circuit;
    private readonly ResiliencePipeline _moving;
    private readonly ResiliencePipeline _again;
    private readonly ResiliencePipeline _once;
    private SlowStart _start = new(MaxPool);

    /// <summary>Settles what the driver is to do; opens nothing.</summary>
    /// <param name="connectionString">The operator's.</param>
    /// <param name="timeout">How long connecting or a statement may take.</param>
    /// <param name="isReplica">Only reads are sent there.</param>
    /// <param name="telemetry">The node's; none where it is left out.</param>
    public SqlServerDatabase(
        string connectionString,
        TimeSpan timeout,
        bool isReplica = false,
        NodeTelemetry? telemetry = null
    )
    {
        Timeout = timeout;
        Seconds = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        var builder = Settled(connectionString, isReplica);
        _connectionString = builder.ConnectionString;
        // Where the server was away its sessions are gone, and new ones are slow at first.
        _circuit = new SqlServerCircuit(() => Volatile.Write(ref _start, new SlowStart(MaxPool)));
        _moving = Retries.Within(
            MaxMoving < timeout ? MaxMoving : timeout,
            e => e is SqlException sql && SqlServerErrors.IsMoving(sql.Number)
        );
        // After a conflict or a collision the transaction is undone; after a lost connection nobody knows.
        _once = Retries.Within(timeout, e => e is SqlException sql && IsUndone(sql));
        _again = Retries.Within(
            timeout,
            e =>
                e is SqlException sql
                && (IsUndone(sql) || (!SqlServerErrors.IsTimeout(sql) && SqlServerErrors.IsOfTheConnection(sql)))
        );
        Telemetry = new StoreTelemetry(telemetry ?? NodeTelemetry.None, "microsoft.sql_server", builder.InitialCatalog);
    }

    /// <summary>Tells of its work.</summary>
    public StoreTelemetry Telemetry { get; }

    /// <summary>The epoch of the stores that this node may write to.</summary>
    public long Epoch { get; init; }

    /// <summary>How long connecting or a statement may take.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The same in whole seconds, as commands want it.</summary>
    public int Seconds { get; }

    /// <summary>True from a failure until the server answers again.</summary>
    public bool IsAway => _circuit.IsOpen;

    /// <summary>True while calls fail at once.</summary>
    public bool IsRefusing => _circuit.IsRefusing;

    /// <summary>A connection for what is not a node's daily work, such as migrations.</summary>
    public SqlConnection Connect() => new(_connectionString);

    /// <summary>Work that may be done twice: it is tried again after conflicts and lost connections.</summary>
    /// <param name="name">What it is called in telemetry.</param>
    /// <param name="work">Uses the connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isHeavy">
    /// True for what may take long on a server in good health: its timeout says nothing about the server.
    /// </param>
    /// <exception cref="StoreException">The server does not answer or refuses.</exception>
    public Task<T> RunAsync<T>(
        string name,
        Func<SqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken,
        bool isHeavy = false
    ) => MeasuredAsync(name, work, isRepeatable: true, isHeavy, cancellationToken);

    /// <summary>
    /// Work that must not be done twice: it is tried again only where nothing of it can have been done.
    /// </summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public Task<T> RunOnceAsync<T>(
        string name,
        Func<SqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) => MeasuredAsync(name, work, isRepeatable: false, isHeavy: false, cancellationToken);

    /// <summary>One try of work, without a measurement of its own.</summary>
    /// <exception cref="StoreException">The server was not asked.</exception>
    /// <exception cref="SqlException">It refuses.</exception>
    /// <exception cref="TimeoutException">It did not answer: what was asked may be done or not.</exception>
    public async Task<T> TryAsync<T>(
        Func<SqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken,
        bool isHeavy = false
    )
    {
        if (_circuit.IsRefusing)
        {
            throw StoreException.Unavailable(null);
        }
        var start = Volatile.Read(ref _start);
        if (start.IsOver)
        {
            return await _circuit.RunAsync(stop => TryOnceAsync(work, stop), isHeavy, cancellationToken);
        }
        if (!await start.EnterAsync(Timeout, cancellationToken))
        {
            throw StoreException.Unavailable(null);
        }
        var isAnswered = false;
        try
        {
            var result = await _circuit.RunAsync(stop => TryOnceAsync(work, stop), isHeavy, cancellationToken);
            isAnswered = true;
            return result;
        }
        finally
        {
            start.Leave(isAnswered);
        }
    }

    private SqlConnectionStringBuilder Settled(string connectionString, bool isReplica)
    {
        var builder = new SqlConnectionStringBuilder(connectionString)
        {
            ConnectTimeout = Seconds,
            // A dead server is tried again by the breaker's measure, not by a pool that remembers a failure for a
            // minute.
            PoolBlockingPeriod = PoolBlockingPeriod.NeverBlock,
            ConnectRetryCount = 0,
            MultipleActiveResultSets = false,
            PersistSecurityInfo = false,
            Enlist = false,
        };
        if (!builder.ShouldSerialize("Max Pool Size"))
        {
            builder.MaxPoolSize = MaxPool;
        }
        if (!builder.ShouldSerialize("Application Name"))
        {
            builder.ApplicationName = "idnode";
        }
        if (isReplica)
        {
            builder.ApplicationIntent = ApplicationIntent.ReadOnly;
        }
        return builder;
    }

    private async Task<T> TryOnceAsync<T>(
        Func<SqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        var connection = await OpenAsync(cancellationToken);
        return await UseAsync(connection, work, cancellationToken).WaitAsync(Timeout + Grace, CancellationToken.None);
    }

    private async Task<SqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _moving.RunAsync(OpenOnceAsync, cancellationToken);
        }
        catch (Exception e) when (e is SqlException or TimeoutException or InvalidOperationException)
        {
            throw StoreException.Unavailable(
                e is SqlException refusal ? SqlServerFault.Of(refusal) : SqlServerFault.Timeout()
            );
        }
    }

    private async Task<SqlConnection> OpenOnceAsync(CancellationToken cancellationToken)
    {
        var connection = Connect();
        try
        {
            await connection.OpenAsync(cancellationToken).WaitAsync(Timeout + Grace, CancellationToken.None);
            return connection;
        }
        catch
        {
            // Not to be waited for: the driver may still be at it.
            _ = Task.Run(connection.Dispose, CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Owns the connection until the work has really ended, also where nobody waits for it any more.</summary>
    private static async Task<T> UseAsync<T>(
        SqlConnection connection,
        Func<SqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        await using (connection)
        {
            try
            {
                return await work(connection, cancellationToken);
            }
            catch (SqlException e)
            {
                if (e.Class >= 20 || connection.State != ConnectionState.Open)
                {
                    // Its neighbours in the pool are likely as dead.
                    SqlConnection.ClearPool(connection);
                }
                else
                {
                    await RollBackAsync(connection);
                }
                // What the driver makes of a cancelled statement.
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }
            catch
            {
                await RollBackAsync(connection);
                throw;
            }
        }
    }

    /// <summary>A connection goes back to its pool without a transaction: locks must not outlive the work.</summary>
    private static async Task RollBackAsync(SqlConnection connection)
    {
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = SqlServerStatements.RollBack;
            command.CommandTimeout = 1;
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is SqlException or InvalidOperationException)
        {
            SqlConnection.ClearPool(connection);
        }
    }

    private async Task<T> MeasuredAsync<T>(
        string name,
        Func<SqlConnection, CancellationToken, Task<T>> work,
        bool isRepeatable,
        bool isHeavy,
        CancellationToken cancellationToken
    )
    {
        using var operation = Telemetry.Begin(name);
        try
        {
            return await RepeatAsync(work, isRepeatable, isHeavy, cancellationToken);
        }
        catch (Exception e)
        {
            operation?.Fail(e);
            throw;
        }
    }

    private async Task<T> RepeatAsync<T>(
        Func<SqlConnection, CancellationToken, Task<T>> work,
        bool isRepeatable,
        bool isHeavy,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await (isRepeatable ? _again : _once).RunAsync(
                stop => TryAsync(work, stop, isHeavy),
                cancellationToken
            );
        }
        catch (TimeoutException)
        {
            throw StoreException.Unavailable(SqlServerFault.Timeout());
        }
        catch (SqlException e)
        {
            throw SqlServerErrors.Translate(e);
        }
    }

    private static bool IsUndone(SqlException e) =>
        SqlServerErrors.IsConflict(e.Number) || SqlServerErrors.IsCollision(e.Number);
}
