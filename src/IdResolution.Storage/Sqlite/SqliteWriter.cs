using System.Diagnostics;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// The one writer: a thread that gathers what callers want written into one transaction, so that one flush pays for
/// many. A job that fails takes the group back, and each job is run again alone: none fails its neighbours.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxGroup = 2_048;

    // Beyond this a group pays for its flush whoever else comes.
    private const int WorthGathering = 256;

    private static readonly TimeSpan MaxPatience = TimeSpan.FromMilliseconds(2);

    private readonly SqliteDatabase _database;
    private readonly StoreTelemetry _telemetry;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Thread _thread;
    private readonly int _maxQueue;
    private Queue<WriteJob> _queue = new();
    private Queue<WriteJob> _spare = new();
    private WriteSession? _session;
    private TimeSpan _flush;
    private int _wanted = 1;
    private bool _stopping;

    public SqliteWriter(SqliteDatabase database, StoreTelemetry telemetry, int maxQueue)
    {
        _database = database;
        _telemetry = telemetry;
        _maxQueue = maxQueue;
        _session = new WriteSession(database.Connect(), database.Epoch);
        _thread = new Thread(Loop) { Name = "sqlite-writer", IsBackground = true };
        // Without the context of who opens the store: the writer's spans are none of his.
        _thread.UnsafeStart();
    }

    /// <summary>
    /// Called with first and last sequence number and keys after each commit, before it is acknowledged.
    /// </summary>
    public Action<long, long, IReadOnlyList<LookupKey>>? Committed { get; set; }

    /// <summary>Called with what failed and could not be told a caller precisely. Must not throw.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>Called before the connection is opened anew after a fault of its files.</summary>
    public Action? Reopening { get; set; }

    /// <summary>Jobs waiting, those included that were taken for the groups to come.</summary>
    public int Depth => _queue.Count + _spare.Count;

    /// <summary>Runs a function in a transaction.</summary>
    /// <param name="name">What it is called in telemetry.</param>
    /// <param name="function">It may run more than once: only what is committed counts.</param>
    public async Task<T> RunAsync<T>(string name, Func<WriteSession, T> function)
    {
        using var operation = _telemetry.Begin(name);
        var job = new FunctionJob<T>(function);
        Enqueue([job]);
        try
        {
            return await job.Task;
        }
        catch (Exception e)
        {
            operation?.Fail(e);
            throw;
        }
    }

    /// <summary>Queues jobs, all or none; with the queue full they fail at once.</summary>
    public void Enqueue(ReadOnlySpan<WriteJob> jobs)
    {
        if (_telemetry.Source.HasListeners() && Activity.Current is { Recorded: true } origin)
        {
            foreach (var job in jobs)
            {
                job.Origin = origin;
            }
        }
        lock (_lock)
        {
            if (!_stopping && _queue.Count + jobs.Length <= _maxQueue)
            {
                foreach (var job in jobs)
                {
                    _queue.Enqueue(job);
                }
                if (_queue.Count >= _wanted && _queue.Count - jobs.Length < _wanted)
                {
                    _arrived.Release();
                }
                return;
            }
        }
        var refusal = WriteQueueErrors.Of(_stopping);
        foreach (var job in jobs)
        {
            job.Fail(refusal);
        }
    }

    /// <summary>Finishes what is queued, then stops.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }
            _stopping = true;
        }
        _arrived.Release();
        _thread.Join();
        _session?.Dispose();
        _arrived.Dispose();
    }

    private void Loop()
    {
        var group = new List<WriteJob>(MaxGroup);
        while (true)
        {
            _arrived.Wait();
            Gather(group.Count);
            Queue<WriteJob> taken;
            lock (_lock)
            {
                taken = _queue;
                (_queue, _spare) = (_spare, taken);
                if (taken.Count == 0 && _stopping)
                {
                    return;
                }
            }
            while (taken.Count > 0)
            {
                group.Clear();
                while (group.Count < MaxGroup && taken.TryDequeue(out var job))
                {
                    group.Add(job);
                }
                RunGroup(group);
            }
        }
    }

    /// <summary>
    /// Callers that were just answered come back within moments. Where a flush takes long, the next one waits for them
    /// a little: otherwise the first to come back would have it to himself, and the others wait for two.
    /// </summary>
    private void Gather(int answered)
    {
        var patience = _flush / 2;
        if (answered is < 2 or > WorthGathering || patience < TimeSpan.FromMilliseconds(1))
        {
            return;
        }
        lock (_lock)
        {
            _wanted = _queue.Count + answered;
        }
        _arrived.Wait(patience < MaxPatience ? patience : MaxPatience);
        lock (_lock)
        {
            _wanted = 1;
            if (_stopping)
            {
                // What was taken may have been the signal to stop.
                _arrived.Release();
            }
        }
    }

    private void RunGroup(List<WriteJob> group)
    {
        var failure = TryRun(group);
        if (failure is not null && _session is null)
        {
            // The connection was opened when the files were worse off (read-only, another limit): a new one may do at
            // once.
            failure = TryRun(group);
        }
        if (failure is null)
        {
            foreach (var job in group)
            {
                job.Complete();
            }
        }
        else if (group.Count == 1 || IsOfTheStore(failure))
        {
            Failed?.Invoke(failure);
            foreach (var job in group)
            {
                job.Fail(failure);
            }
        }
        else
        {
            foreach (var job in group)
            {
                RunGroup([job]);
            }
        }
    }

    private Exception? TryRun(List<WriteJob> group)
    {
        GroupCommit? commit = null;
        try
        {
            commit = _telemetry.BeginCommit(group.Count, group.Select(j => j.Origin));
            var session = _session ??= new WriteSession(_database.Connect(), _database.Epoch);
            session.Begin();
            foreach (var job in group)
            {
                job.Run(session);
            }
            var flush = Stopwatch.GetTimestamp();
            session.Commit();
            _flush = Stopwatch.GetElapsedTime(flush);
            Announce(session);
            return null;
        }
        catch (Exception e)
        {
            // Whatever a job threw, the group must be undone and its callers answered: the writer's thread never ends
            // by a fault.
            _session?.Rollback();
            commit?.Fail(e);
            if (e is SqliteException sqlite && SqliteDatabase.IsBroken(sqlite))
            {
                _session?.Dispose();
                _session = null;
                Reopening?.Invoke();
            }
            return e;
        }
        finally
        {
            commit?.Dispose();
        }
    }

    /// <summary>What listeners do wrong must not make a commit look failed: it would be done again.</summary>
    private void Announce(WriteSession session)
    {
        if (session.Head < session.First)
        {
            return;
        }
        try
        {
            Committed?.Invoke(session.First, session.Head, session.Keys);
        }
        catch (Exception e)
        {
            Failed?.Invoke(e);
        }
    }

    private static bool IsOfTheStore(Exception e) =>
        e is StoreException
        || e is SqliteException sqlite
            && (
                SqliteDatabase.IsBroken(sqlite)
                || sqlite.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_NOMEM
            );
}
