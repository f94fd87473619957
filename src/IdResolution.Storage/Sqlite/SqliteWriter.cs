using System.Diagnostics;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// The only writer: a thread that gathers the jobs of many callers into one transaction, so that they share one flush.
/// If a job fails, the group is rolled back and each job runs again alone, so no job makes others fail.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxGroup = 2_048;

    // A group of more jobs is worth a flush of its own, without waiting for more.
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
    private Error? _refusal;

    public SqliteWriter(SqliteDatabase database, StoreTelemetry telemetry, int maxQueue)
    {
        _database = database;
        _telemetry = telemetry;
        _maxQueue = maxQueue;
        _session = new WriteSession(database.Connect(), database);
        _thread = new Thread(Loop) { Name = "sqlite-writer", IsBackground = true };
        // Without the execution context of the caller that opens the store: the writer's spans must not belong to it.
        _thread.UnsafeStart();
    }

    /// <summary>
    /// Called after each commit and before it is acknowledged, with its first and last sequence number and its keys.
    /// </summary>
    public Action<long, long, IReadOnlyList<LookupKey>>? Committed { get; set; }

    /// <summary>Called with exceptions whose cause callers are not told. It must not throw.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>The error with which all jobs are refused; null to take them.</summary>
    public Error? Refusal
    {
        get => Volatile.Read(ref _refusal);
        set => Volatile.Write(ref _refusal, value);
    }

    /// <summary>Called before the connection is opened again after a fault of its files.</summary>
    public Action? Reopening { get; set; }

    /// <summary>The number of waiting jobs, including those taken for the next groups.</summary>
    public int Depth => _queue.Count + _spare.Count;

    /// <summary>Runs a function in the writer's transaction.</summary>
    /// <param name="name">Its name in telemetry.</param>
    /// <param name="function">The function; it may run more than once, but only one run is committed.</param>
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

    /// <summary>Queues all jobs or none. If the queue is full, all fail at once.</summary>
    public void Enqueue(ReadOnlySpan<WriteJob> jobs)
    {
        if (_telemetry.Source.HasListeners() && Activity.Current is { Recorded: true } origin)
        {
            foreach (var job in jobs)
            {
                job.Origin = origin;
            }
        }
        var refused = Refusal;
        lock (_lock)
        {
            if (refused is null && !_stopping && _queue.Count + jobs.Length <= _maxQueue)
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
        var refusal = refused is null ? WriteQueueErrors.Of(_stopping) : new StoreException(refused, null);
        foreach (var job in jobs)
        {
            job.Fail(refusal);
        }
    }

    /// <summary>Finishes the queued jobs, then stops the thread.</summary>
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
    /// Waits a little for callers that were just answered, since they come back within moments. Only done if a flush
    /// takes long. Otherwise the first caller to come back would get a flush alone, and the others would wait for two.
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
                // The wait may have consumed the signal to stop.
                _arrived.Release();
            }
        }
    }

    private void RunGroup(List<WriteJob> group)
    {
        var failure = TryRun(group);
        if (failure is not null && _session is null)
        {
            // The connection was opened when the files were in a worse state (read-only, another limit). A new one may
            // work at once.
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
            var session = _session ??= new WriteSession(_database.Connect(), _database);
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
            // Whatever a job threw, the group must be rolled back and its callers answered. No exception may end the
            // writer's thread.
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

    /// <summary>Reports a commit. If the listener throws, the commit must not be repeated.</summary>
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
