using System.Runtime.InteropServices;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// One writer and pooled readers of one file. The driver has only blocking calls: short reads run where they are
/// called, those that may take long on threads of their own.
/// </summary>
internal sealed class SqliteEngine : ISqlEngine
{
    // The operation of sqlite3_file_control that tells whether a file was moved.
    private const int HasMoved = 20;

    private readonly SqliteHeavyReads _heavy;
    private readonly Lock _place = new();
    private SqliteConnection? _first;

    /// <param name="database">The opened file.</param>
    /// <param name="telemetry">The node's telemetry.</param>
    /// <param name="mostTime">The longest time for a read; null for <see cref="SqliteHeavyReads.MostTime"/>.</param>
    public SqliteEngine(SqliteDatabase database, NodeTelemetry telemetry, TimeSpan? mostTime = null)
    {
        Database = database;
        _first = database.Connect(readOnly: true);
        database.IsMoved = IsMoved;
        _heavy = new SqliteHeavyReads(database.Time, mostTime ?? SqliteHeavyReads.MostTime);
        Telemetry = new StoreTelemetry(telemetry, "sqlite", SqliteDatabase.FileName);
        Writer = new SqliteWriter(database, Telemetry, NodeStore.MaxQueue);
        Readers = new SqliteReaders(database, Telemetry);
        Writer.Reopening = Reopen;
    }

    public SqliteDatabase Database { get; }

    public StoreTelemetry Telemetry { get; }

    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    public ISqlDialect Dialect => SqliteDialect.Instance;

    public int QueueDepth => Writer.Depth;

    public bool IsReplicaAway => false;

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

    // The writer reads the counters anew in each transaction.
    public void ForgetReserved() { }

    public Action<Exception>? Failed
    {
        get => Writer.Failed;
        set => Writer.Failed = value;
    }

    public Task<long> NowAsync(SqlSession session) => Task.FromResult(Micros.Now(Database.Time));

    public void CheckPlace() => Database.CheckPlace();

    // The writer's transaction has the lock of the whole file.
    public Task LockLogAsync(SqlSession session) => Task.CompletedTask;

    public ValueTask<T> ReadAsync<T>(
        string name,
        Func<SqlSession, Task<T>> read,
        CancellationToken cancellationToken,
        bool isHeavy = false
    ) =>
        isHeavy
            ? new(
                _heavy.RunAsync(
                    () =>
                        Readers.Read(
                            name,
                            connection =>
                                _heavy.Bounded(
                                    connection,
                                    () => Done(read(new SqlSession(connection, null, cancellationToken))),
                                    cancellationToken
                                )
                        ),
                    cancellationToken
                )
            )
            : ValueTask.FromResult(
                Readers.Read(
                    name,
                    (read, cancellationToken),
                    static (reading, call) =>
                        Done(call.read(new SqlSession(reading.Connection, null, call.cancellationToken)))
                )
            );

    public Task<T> WriteAsync<T>(
        string name,
        Func<SqlSession, Task<T>> write,
        CancellationToken cancellationToken,
        bool isRepeatable = true
    ) =>
        Writer.RunAsync(
            name,
            // The writer's transaction also has the writes of other callers, so it must not be cancelled.
            session => Done(write(new SqlSession(session.Connection, null, CancellationToken.None)))
        );

    /// <summary>
    /// Empties the write-ahead log, which still has pages with what was erased, as far as no reader needs them.
    /// </summary>
    public void FlushErased()
    {
        try
        {
            using var connection = Database.Connect();
            SqliteDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException e)
        {
            // The erasure itself is on disk; a later checkpoint removes the old pages.
            Failed?.Invoke(e);
        }
    }

    public void Dispose()
    {
        Writer.Dispose();
        _heavy.Dispose();
        Readers.Dispose();
        Database.IsMoved = static () => false;
        _first?.Dispose();
    }

    /// <summary>
    /// Closes what is open besides the writer: SQLite keeps what it found out about a file, such as that it is
    /// read-only, as long as any connection is open.
    /// </summary>
    private void Reopen()
    {
        if (IsMoved())
        {
            return;
        }
        Readers.CloseIdle();
        lock (_place)
        {
            _first?.Dispose();
            _first = null;
            try
            {
                _first = Database.Connect(readOnly: true);
            }
            catch (SqliteException)
            {
                // The writer fails as well, and tries again.
            }
        }
    }

    private bool IsMoved()
    {
        lock (_place)
        {
            var isMoved = 0;
            if (_first?.Handle is { } handle)
            {
                _ = sqlite3_file_control(handle, null, HasMoved, ref isMoved);
            }
            return isMoved != 0;
        }
    }

    /// <summary>The result of a task. The driver's asynchronous calls are already completed when they return.</summary>
    private static T Done<T>(Task<T> task) =>
        task.IsCompleted
            ? task.GetAwaiter().GetResult()
            : throw new InvalidOperationException("Work on SQLite must not wait for anything else.");

    // The driver has no call for it. A name of null is the main database.
    [DllImport("e_sqlite3")]
    private static extern int sqlite3_file_control(sqlite3 database, byte[]? name, int operation, ref int answer);
}
