using System.Data;
using IdResolution.Core.Errors;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;
using Polly;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// Runs work on connections to one SQL Server database. Each run has a time limit. Work is repeated if that is safe,
/// and fails at once while the server does not respond. Thread-safe.
/// </summary>
internal sealed class SqlServerDatabase
{
    private const int MaxPool = 100;

    // The driver needs this much longer than its own timeouts to notice that nothing comes.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    // How long to repeat calls to a server that says it is moving, before the caller gets an error.
    private static readonly TimeSpan MaxMoving = TimeSpan.FromSeconds(1);

    private readonly string _connectionString;
    private readonly SqlServerCircuit _circuit;
    private readonly ResiliencePipeline _moving;
    private readonly ResiliencePipeline _again;
    private readonly ResiliencePipeline _once;
    private SlowStart _start = new(MaxPool);

    /// <summary>Sets the driver's options; opens no connection.</summary>
    /// <param name="connectionString">The connection string that the operator configured.</param>
    /// <param name="timeout">The time limit for opening a connection, and for each statement.</param>
    /// <param name="isReplica">True if only reads are sent to the database.</param>
    /// <param name="telemetry">The node's telemetry; null for none.</param>
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
        // If the server was away, its sessions are gone, and new ones are slow at first.
        _circuit = new SqlServerCircuit(() => Volatile.Write(ref _start, new SlowStart(MaxPool)));
        _moving = Retries.Within(
            MaxMoving < timeout ? MaxMoving : timeout,
            e => e is SqlException sql && SqlServerErrors.IsMoving(sql.Number)
        );
        // After a conflict or a collision the transaction was rolled back. After a lost connection nobody knows.
        _once = Retries.Within(timeout, e => e is SqlException sql && IsUndone(sql));
        _again = Retries.Within(
            timeout,
            e =>
                e is SqlException sql
                && (IsUndone(sql) || (!SqlServerErrors.IsTimeout(sql) && SqlServerErrors.IsOfTheConnection(sql)))
        );
        Telemetry = new StoreTelemetry(telemetry ?? NodeTelemetry.None, "microsoft.sql_server", builder.InitialCatalog);
    }

    /// <summary>Reports the work to telemetry.</summary>
    public StoreTelemetry Telemetry { get; }

    /// <summary>The epoch that a store must have for this node to write to it.</summary>
    public long Epoch { get; init; }

    /// <summary>Gives the sequence number of the furthest entry of the log that was seen; 0 for none.</summary>
    public Func<long> Known { get; set; } = static () => 0;

    /// <summary>The time limit for opening a connection, and for each statement.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The timeout in whole seconds, rounded up, for commands.</summary>
    public int Seconds { get; }

    /// <summary>True from a failure until the server answers again.</summary>
    public bool IsAway => _circuit.IsOpen;

    /// <summary>True while calls fail at once.</summary>
    public bool IsRefusing => _circuit.IsRefusing;

    /// <summary>Makes an unopened connection for work such as migrations, without retries or circuit.</summary>
    public SqlConnection Connect() => new(_connectionString);

    /// <summary>Runs work that may be done twice. It is repeated after conflicts and lost connections.</summary>
    /// <param name="name">Its name in telemetry.</param>
    /// <param name="work">The work on an open connection.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="isHeavy">
    /// True if the work may take long even on a healthy server. A timeout then says nothing about the server.
    /// </param>
    /// <exception cref="StoreException">The server does not respond, or refuses.</exception>
    public Task<T> RunAsync<T>(
        string name,
        Func<SqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken,
        bool isHeavy = false
    ) => MeasuredAsync(name, work, isRepeatable: true, isHeavy, cancellationToken);

    /// <summary>
    /// Runs work that must not be done twice. It is repeated only if nothing of it can have been committed.
    /// </summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public Task<T> RunOnceAsync<T>(
        string name,
        Func<SqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) => MeasuredAsync(name, work, isRepeatable: false, isHeavy: false, cancellationToken);

    /// <summary>Runs work once, without telemetry of its own.</summary>
    /// <exception cref="StoreException">The server was not asked, or cannot be reached.</exception>
    /// <exception cref="SqlException">The server refused, or the connection was lost.</exception>
    /// <exception cref="TimeoutException">The server did not answer; the work may have been done.</exception>
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
            // The circuit decides when to ask a dead server again, not the pool, which remembers a failure for a
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
            // Do not wait for this: the driver may still be opening the connection.
            _ = Task.Run(connection.Dispose, CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Keeps the connection until the work has really ended, even if the caller has stopped waiting.</summary>
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
                    // The other connections in the pool are probably dead too.
                    SqlConnection.ClearPool(connection);
                }
                else
                {
                    await RollBackAsync(connection);
                }
                // The driver throws this for a cancelled statement too.
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

    /// <summary>Ends any transaction before the connection goes back to its pool: locks must not stay.</summary>
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
