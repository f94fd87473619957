using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// The writer's connection with its open transaction: it keeps the counters and appends to the log. Used only by the
/// writer's thread.
/// </summary>
internal sealed class WriteSession : IDisposable
{
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _readCounters;
    private readonly Statement _writeCounter;
    private readonly Statement _insertLog;
    private readonly Statement _insertVersion;
    private readonly Statement _savepoint;
    private readonly Statement _release;
    private readonly Statement _takeBack;
    private readonly List<LookupKey> _keys = [];
    private readonly SqliteDatabase _database;
    private readonly Statement _dataVersion;
    private EventStatements? _events;
    private bool? _handsOn;
    private bool _isHandsOnChecked;
    private long _version;
    private long _headBefore;
    private long _objectBefore;
    private long _object;
    private bool _isRefused;

    /// <param name="connection">The connection; this session disposes it.</param>
    /// <param name="database">The database, with what is known of it.</param>
    public WriteSession(SqliteConnection connection, SqliteDatabase database)
    {
        Connection = connection;
        _database = database;
        _begin = new Statement(connection, "BEGIN IMMEDIATE");
        _commit = new Statement(connection, "COMMIT");
        _readCounters = new Statement(connection, SqliteStatements.ReadCounters);
        _writeCounter = new Statement(connection, SqliteStatements.WriteCounter);
        _insertLog = new Statement(connection, SqliteStatements.InsertLog);
        _insertVersion = new Statement(connection, SqliteStatements.InsertVersion);
        _savepoint = new Statement(connection, "SAVEPOINT job");
        _release = new Statement(connection, "RELEASE job");
        _takeBack = new Statement(connection, "ROLLBACK TO job");
        _dataVersion = new Statement(connection, "PRAGMA data_version");
        Records = new RecordStatements(connection);
    }

    public SqliteConnection Connection { get; }

    public RecordStatements Records { get; }

    /// <summary>Made at their first use: while a step in code is left, the tables may not be there yet.</summary>
    public EventStatements Events => _events ??= new EventStatements(Connection);

    /// <summary>The last sequence number of the log, including this transaction.</summary>
    public long Head { get; private set; }

    /// <summary>The first sequence number that this transaction appends.</summary>
    public long First => _headBefore + 1;

    /// <summary>The keys of the transaction's entries in order, as in <see cref="ChangedKey.Key"/>.</summary>
    public IReadOnlyList<LookupKey> Keys => _keys;

    /// <summary>True while a transaction is open. An error such as a full disk may have ended it.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(Connection.Handle!) == 0;

    /// <summary>
    /// Takes the write lock and reads the counters. They are not cached, since other processes write too.
    /// </summary>
    /// <exception cref="StoreException">
    /// The store is being migrated, or was migrated by a newer node; or it came back from a backup, or was moved.
    /// </exception>
    public void Begin()
    {
        _keys.Clear();
        _isHandsOnChecked = false;
        _database.CheckPlace();
        if (_isRefused)
        {
            // A step in code holds the lock most of the time. If it still runs, refuse without waiting for the lock.
            ReadCounters();
        }
        try
        {
            _begin.Run();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_BUSY)
        {
            ReadCounters();
            throw;
        }
        ReadCounters();
    }

    public long NextObject() => ++_object;

    /// <summary>
    /// True if a hold is in force that goes on to what is made from its items. Mostly there is none, and then no event
    /// looks for those of its items. It is remembered as long as neither this session nor another one wrote to holds.
    /// </summary>
    public bool HandsOn
    {
        get
        {
            if (!_isHandsOnChecked)
            {
                _isHandsOnChecked = true;
                var version = _dataVersion.Number();
                _handsOn = version == _version ? _handsOn : null;
                _version = version;
            }
            return _handsOn ??= Events.GoesOn.Number() > 0;
        }
    }

    /// <summary>Has the next event look at the holds again. Called by what may have written to them.</summary>
    public void ForgetHolds() => _handsOn = null;

    /// <summary>
    /// Marks where the transaction is, so that a job can take back what it writes from here on. It ends with
    /// <see cref="Keep"/> or <see cref="TakeBack"/>.
    /// </summary>
    public SessionMark Mark()
    {
        _savepoint.Run();
        return new SessionMark(Head, _object, _keys.Count);
    }

    /// <summary>Keeps what was written since the mark.</summary>
    public void Keep() => _release.Run();

    /// <summary>Takes back what was written since the mark.</summary>
    public void TakeBack(SessionMark mark)
    {
        ForgetHolds();
        _takeBack.Run();
        _release.Run();
        (Head, _object) = (mark.Head, mark.Object);
        _keys.RemoveRange(mark.Keys, _keys.Count - mark.Keys);
    }

    /// <summary>Appends an entry with the state of its version, and returns its sequence number.</summary>
    public long Append(in LogBody body, byte[] commitments, byte[] state, LookupKey key)
    {
        var encoded = body.Encode(commitments);
        var sequence = ++Head;
        _insertLog.Bind(1, sequence).Bind(2, encoded).Bind(3, LogBody.Leaf(encoded)).Run();
        _insertVersion.Bind(1, sequence).Bind(2, body.Object).Bind(3, body.Version).Bind(4, state).Run();
        _keys.Add(key);
        return sequence;
    }

    /// <summary>Writes the counters, commits, and flushes everything to disk.</summary>
    public void Commit()
    {
        if (Head != _headBefore)
        {
            _writeCounter.Bind(1, "log").Bind(2, Head).Run();
        }
        if (_object != _objectBefore)
        {
            _writeCounter.Bind(1, "object").Bind(2, _object).Run();
        }
        _commit.Run();
    }

    /// <summary>Rolls the transaction back if it is still open.</summary>
    public void Rollback()
    {
        ForgetHolds();
        if (InTransaction)
        {
            _ = raw.sqlite3_exec(Connection.Handle!, "ROLLBACK");
        }
    }

    public void Dispose()
    {
        Records.Dispose();
        _events?.Dispose();
        foreach (
            var statement in new[]
            {
                _begin,
                _commit,
                _readCounters,
                _writeCounter,
                _insertLog,
                _insertVersion,
                _savepoint,
                _release,
                _takeBack,
                _dataVersion,
            }
        )
        {
            statement.Dispose();
        }
        Connection.Dispose();
    }

    private void ReadCounters()
    {
        var epoch = 0L;
        while (_readCounters.Step())
        {
            var value = _readCounters.Int64(1);
            switch (_readCounters.Text(0))
            {
                case "log":
                    Head = _headBefore = value;
                    break;
                case "object":
                    _object = _objectBefore = value;
                    break;
                default:
                    epoch = value;
                    break;
            }
        }
        _isRefused = epoch != _database.Epoch;
        if (_isRefused)
        {
            throw WriteQueueErrors.Migrating();
        }
        if (Head < _database.Known())
        {
            throw new StoreException(LogErrors.StoreRestored(), null);
        }
    }
}
