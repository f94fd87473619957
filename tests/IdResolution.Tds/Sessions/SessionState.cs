using System.Buffers.Binary;
using IdResolution.Tds.Engine;
using IdResolution.Tds.Protocol;
using Microsoft.Data.Sqlite;

namespace IdResolution.Tds.Sessions;

/// <summary>
/// What a session keeps between batches. A transaction begins in SQLite with its first write, under a lock that lets
/// one transaction of a database write at a time: reads before it see what is committed at their moment, as under
/// READ_COMMITTED_SNAPSHOT.
/// </summary>
internal sealed class SessionState : IDisposable
{
    private const string WriteLock = "(write)";

    private static long _descriptors;

    private readonly DatabaseSet _databases;
    private readonly FunctionContext _functions;
    private SqliteConnection? _connection;
    private int _generation;
    private bool _isWriting;

    public SessionState(DatabaseSet databases, Database database, int number)
    {
        (_databases, Database, Number) = (databases, database, number);
        _functions = new FunctionContext();
    }

    public Database Database { get; }

    public DatabaseSet Databases => _databases;

    public int Number { get; }

    public FunctionContext Functions => _functions;

    public bool RollsBackOnError { get; set; }

    public bool CountsNoRows { get; set; }

    public long RowCount { get; set; }

    /// <summary>Ends the statements of the batch that runs now.</summary>
    public CancellationToken Cancellation { get; set; }

    public int TransactionCount { get; private set; }

    public long Descriptor { get; private set; }

    public SqliteConnection Connection
    {
        get
        {
            if (_connection is not null && _generation != Database.Generation)
            {
                Close();
            }

            _generation = Database.Generation;
            return _connection ??= Open();
        }
    }

    public void Begin(TokenWriter writer)
    {
        if (TransactionCount++ == 0)
        {
            Descriptor = Interlocked.Increment(ref _descriptors);
            writer.BinaryChange(8, DescriptorBytes(), []);
        }
    }

    public void Commit(TokenWriter writer)
    {
        switch (TransactionCount)
        {
            case 0:
                throw new TSqlException(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.");
            case 1:
                End("COMMIT");
                writer.BinaryChange(9, [], DescriptorBytes());
                break;
            default:
                TransactionCount--;
                break;
        }
    }

    public void Rollback(TokenWriter? writer)
    {
        if (TransactionCount == 0)
        {
            throw new TSqlException(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.");
        }

        End("ROLLBACK");
        writer?.BinaryChange(10, [], DescriptorBytes());
    }

    /// <summary>
    /// Makes ready for a write: the only one of its database, which ends with the transaction or by <see
    /// cref="EndWrite"/>.
    /// </summary>
    public async Task BeginWriteAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (Database.IsReadOnly)
        {
            throw new TSqlException(
                3906,
                $"Failed to update database \"{Database.Name}\" because the database is read-only."
            );
        }

        if (_isWriting)
        {
            return;
        }

        var lockName = $"{Database.Name.ToUpperInvariant()} {WriteLock}";
        switch (
            await _databases.Locks.AcquireAsync(
                this,
                LockScope.Transaction,
                lockName,
                isExclusive: true,
                timeout,
                cancellation
            )
        )
        {
            case LockResult.TimedOut:
                throw new TSqlException(1222, "Lock request time out period exceeded.");
            case LockResult.Deadlock:
                throw Deadlock();
        }

        try
        {
            Run("BEGIN IMMEDIATE");
            _isWriting = true;
        }
        finally
        {
            if (!_isWriting)
            {
                _databases.Locks.Release(this, LockScope.Transaction, lockName);
            }
        }
    }

    public static TSqlException Deadlock() =>
        new(
            1205,
            "Transaction was deadlocked on lock resources with another process and has been chosen as the deadlock "
                + "victim. Rerun the transaction.",
            13
        );

    /// <summary>Ends the write of a statement outside a transaction.</summary>
    public void EndWrite(bool commits)
    {
        if (TransactionCount == 0 && _isWriting)
        {
            End(commits ? "COMMIT" : "ROLLBACK");
        }
    }

    /// <summary>A pooled connection for its next user.</summary>
    public void Reset()
    {
        if (TransactionCount > 0)
        {
            Rollback(null);
        }

        _databases.Locks.ReleaseAll(this, LockScope.Session);
        (RollsBackOnError, CountsNoRows, RowCount) = (false, false, 0);
    }

    // Asked again and again while a statement runs: an interrupt would be lost that comes just before the statement.
    private SqliteConnection Open()
    {
        var connection = Database.Open(_functions);
        SQLitePCL.raw.sqlite3_progress_handler(
            connection.Handle,
            1_000,
            static one => ((SessionState)one).Cancellation.IsCancellationRequested ? 1 : 0,
            this
        );
        return connection;
    }

    public void Run(string sql)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public override string ToString() => $"session {Number}";

    public void Dispose()
    {
        Reset();
        Close();
    }

    private void End(string verb)
    {
        TransactionCount = 0;
        try
        {
            // SQLite has rolled back by itself after some errors.
            if (_isWriting && SQLitePCL.raw.sqlite3_get_autocommit(Connection.Handle) == 0)
            {
                Run(verb);
            }
        }
        finally
        {
            _isWriting = false;
            _databases.Locks.ReleaseAll(this, LockScope.Transaction);
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private byte[] DescriptorBytes()
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Descriptor);
        return bytes;
    }
}
