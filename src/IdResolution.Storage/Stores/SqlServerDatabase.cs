using System.Data;
using IdResolution.Core.Errors;
using IdResolution.Core.Telemetry;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Stores;

/// <summary>
/// Runs work on connections to one SQL server: each in bounded time, tried again where that is safe, refused at once while the server does
/// not answer. Thread-safe.
/// </summary>
internal sealed class SqlServerDatabase
{
    private const int MaxPool = 100;

    // What the driver needs beyond its own timeouts to notice that nothing comes.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    // How long a server that says it is moving is asked again before callers are told.
    private static readonly TimeSpan MaxMoving = TimeSpan.FromSeconds(1);

    private readonly string _connectionString;
    private readonly Breaker _breaker = new();

    /// <summary>Settles what the driver is to do; opens nothing.</summary>
    /// <param name="connectionString">The operator's.</param>
    /// <param name="timeout">How long connecting or a statement may take.</param>
    /// <param name="isReplica">Only reads are sent there.</param>
    /// <param name="telemetry">The node's; none where it is left out.</param>
    public SqlServerDatabase(string connectionString, TimeSpan timeout, bool isReplica = false, NodeTelemetry? telemetry = null)
    {
        var builder = new SqlConnectionStringBuilder(connectionString);
        Timeout = timeout;
        Seconds = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        builder.ConnectTimeout = Seconds;
        // A dead server is tried again by the breaker's measure, not by a pool that remembers a failure for a minute.
        builder.PoolBlockingPeriod = PoolBlockingPeriod.NeverBlock;
        builder.ConnectRetryCount = 0;
        builder.MultipleActiveResultSets = false;
        builder.PersistSecurityInfo = false;
        builder.Enlist = false;
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
        _connectionString = builder.ConnectionString;
        Telemetry = new StoreTelemetry(telemetry ?? NodeTelemetry.None, "microsoft.sql_server", builder.InitialCatalog);
    }

    /// <summary>Tells of its work.</summary>
    public StoreTelemetry Telemetry { get; }

    /// <summary>How long connecting or a statement may take.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The same in whole seconds, as commands want it.</summary>
    public int Seconds { get; }

    /// <summary>True from a failure until the server answers again.</summary>
    public bool IsAway => _breaker.IsOpen;

    /// <summary>True while calls fail at once.</summary>
    public bool IsRefusing => _breaker.IsRefusing;

    /// <summary>A connection for what is not a node's daily work, such as migrations.</summary>
    public SqlConnection Connect() => new(_connectionString);

    /// <summary>Work that may be done twice: it is tried again after conflicts and lost connections.</summary>
    /// <param name="name">What it is called in telemetry.</param>
    /// <param name="work">Uses the connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isHeavy">True for what may take long on a server in good health: its timeout says nothing about the server.</param>
    /// <exception cref="StoreException">The server does not answer or refuses.</exception>
    public Task<T> RunAsync<T>(string name, Func<SqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken, bool isHeavy = false) =>
        MeasuredAsync(name, work, isRepeatable: true, isHeavy, cancellationToken);

    /// <summary>Work that must not be done twice: it is tried again only where nothing of it can have been done.</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public Task<T> RunOnceAsync<T>(string name, Func<SqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        MeasuredAsync(name, work, isRepeatable: false, isHeavy: false, cancellationToken);

    /// <summary>One try of work, without a measurement of its own.</summary>
    /// <exception cref="StoreException">The server was not asked.</exception>
    /// <exception cref="SqlException">It refuses.</exception>
    /// <exception cref="TimeoutException">It did not answer: what was asked may be done or not.</exception>
    public async Task<T> TryAsync<T>(Func<SqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken, bool isHeavy = false)
    {
        if (!_breaker.TryEnter())
        {
            throw StoreException.Unavailable(null);
        }
        var settled = false;
        try
        {
            var connection = await OpenAsync(cancellationToken);
            var running = UseAsync(connection, work, cancellationToken);
            var result = await running.WaitAsync(Timeout + Grace, CancellationToken.None);
            _breaker.Answered();
            settled = true;
            return result;
        }
        catch (TimeoutException)
        {
            settled = !isHeavy;
            if (!isHeavy)
            {
                _breaker.Failed();
            }
            throw;
        }
        catch (SqlException e)
        {
            settled = true;
            if (SqlServerErrors.IsTimeout(e) && !isHeavy)
            {
                _breaker.Failed();
            }
            else
            {
                // It refuses or has ended this connection; whether it is away shows with the next.
                _breaker.Answered();
            }
            throw;
        }
        finally
        {
            if (!settled)
            {
                // The caller went, or the work failed by itself: a probe that says nothing must not be waited for.
                _breaker.Reconsider();
            }
        }
    }

    private async Task<SqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var patience = new Patience(MaxMoving < Timeout ? MaxMoving : Timeout);
        while (true)
        {
            var connection = Connect();
            try
            {
                await connection.OpenAsync(cancellationToken).WaitAsync(Timeout + Grace, CancellationToken.None);
                return connection;
            }
            catch (Exception e) when (e is SqlException or TimeoutException or InvalidOperationException)
            {
                // Not to be waited for: the driver may still be at it.
                _ = Task.Run(connection.Dispose, CancellationToken.None);
                cancellationToken.ThrowIfCancellationRequested();
                if (e is not SqlException sql || !SqlServerErrors.IsMoving(sql.Number) || patience.IsOver)
                {
                    _breaker.Failed();
                    throw StoreException.Unavailable(e is SqlException refusal ? SqlServerFault.Of(refusal) : SqlServerFault.Timeout());
                }
            }
            catch
            {
                connection.Dispose();
                throw;
            }
            await patience.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Owns the connection until the work has really ended, also where nobody waits for it any more.</summary>
    private static async Task<T> UseAsync<T>(SqlConnection connection, Func<SqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
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

    private async Task<T> MeasuredAsync<T>(string name, Func<SqlConnection, CancellationToken, Task<T>> work, bool isRepeatable, bool isHeavy, CancellationToken cancellationToken)
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

    private async Task<T> RepeatAsync<T>(Func<SqlConnection, CancellationToken, Task<T>> work, bool isRepeatable, bool isHeavy, CancellationToken cancellationToken)
    {
        var patience = new Patience(Timeout);
        while (true)
        {
            try
            {
                return await TryAsync(work, cancellationToken, isHeavy);
            }
            catch (TimeoutException)
            {
                throw StoreException.Unavailable(SqlServerFault.Timeout());
            }
            catch (SqlException e)
            {
                // After a conflict or a collision the transaction is undone; after a lost connection nobody knows.
                var again = SqlServerErrors.IsConflict(e.Number) || SqlServerErrors.IsCollision(e.Number)
                    || (isRepeatable && !SqlServerErrors.IsTimeout(e) && SqlServerErrors.IsOfTheConnection(e));
                if (!again || patience.IsOver)
                {
                    throw SqlServerErrors.Translate(e);
                }
            }
            await patience.WaitAsync(cancellationToken);
        }
    }
}
