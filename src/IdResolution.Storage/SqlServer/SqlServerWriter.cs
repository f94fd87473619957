using System.Diagnostics;
using System.Runtime.ExceptionServices;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Storage.Sql;
using Microsoft.Data.SqlClient;
using Polly;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// The only writer of the log in this process: a loop that gathers the jobs of many callers into one transaction. For
/// each group, it looks up everything in one batch, decides here, and writes in one batch. If another node was faster,
/// it runs the group again, then each job alone.
/// </summary>
internal sealed class SqlServerWriter : IDisposable
{
    private const int MaxGroup = 1_000;
    private const int MaxGroupBytes = 8 << 20;

    private readonly SqlServerDatabase _database;
    private readonly int _maxQueue;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly ObjectNumbers _objects = new();
    private readonly ResiliencePipeline _committing;
    private readonly ResiliencePipeline _finding;
    private readonly Task _loop;
    private LinkedList<SqlServerJob> _queue = new();
    private int _depth;
    private bool _stopping;
    private bool _forgets;
    private Error? _refusal;

    public SqlServerWriter(SqlServerDatabase database, int maxQueue)
    {
        _database = database;
        _maxQueue = maxQueue;
        _committing = Retries.Within(
            database.Timeout,
            e => e is TimeoutException || (e is SqlException sql && SqlServerErrors.IsConflict(sql.Number))
        );
        _finding = Retries.Within(database.Timeout, IsOfTheServer);
        // Without the execution context of the caller that opens the store: the writer's spans must not belong to it.
        using (ExecutionContext.SuppressFlow())
        {
            _loop = Task.Run(LoopAsync);
        }
    }

    /// <summary>
    /// Called after each commit and before it is acknowledged, with its first and last sequence number and its keys.
    /// </summary>
    public Action<long, long, IReadOnlyList<LookupKey>>? Committed { get; set; }

    /// <summary>The error with which all jobs are refused; null to take them.</summary>
    public Error? Refusal
    {
        get => Volatile.Read(ref _refusal);
        set => Volatile.Write(ref _refusal, value);
    }

    /// <summary>Called with the causes of failed writes. It must not throw.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>The number of waiting jobs.</summary>
    public int Depth => Volatile.Read(ref _depth);

    // Leaves time for groups ahead, and for an answer before the command times out.
    private int LockMilliseconds => (int)(_database.Timeout.TotalMilliseconds * 0.7);

    /// <summary>Queues all jobs or none. With a full queue, or a server that is away, all fail at once.</summary>
    public void Enqueue(IReadOnlyList<SqlServerJob> jobs)
    {
        if (_database.Telemetry.Source.HasListeners() && Activity.Current is { Recorded: true } origin)
        {
            foreach (var job in jobs)
            {
                job.Origin = origin;
            }
        }
        StoreException? refusal = null;
        lock (_lock)
        {
            if (Refusal is { } refused)
            {
                refusal = new StoreException(refused, null);
            }
            else if (_stopping || _depth + jobs.Count > _maxQueue)
            {
                refusal = WriteQueueErrors.Of(_stopping);
            }
            else if (_database.IsRefusing)
            {
                refusal = StoreException.Unavailable(null);
            }
            else
            {
                foreach (var job in jobs)
                {
                    _queue.AddLast(job);
                }
                _depth += jobs.Count;
                _arrived.Release();
            }
        }
        if (refusal is not null)
        {
            Fail(jobs, refusal);
        }
    }

    /// <summary>Gives up the object numbers that are reserved, before the next group.</summary>
    public void ForgetObjects() => Interlocked.Exchange(ref _forgets, true);

    /// <summary>Finishes the queued jobs, then ends the loop.</summary>
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
        _loop.GetAwaiter().GetResult();
        _arrived.Dispose();
    }

    private async Task LoopAsync()
    {
        while (true)
        {
            await _arrived.WaitAsync();
            while (Take() is { Count: > 0 } group)
            {
                await RunAsync(group);
            }
            lock (_lock)
            {
                if (_stopping && _queue.Count == 0)
                {
                    return;
                }
            }
        }
    }

    /// <summary>
    /// Takes the next group: jobs in order, as many as fit one batch. A job that shares a key with an earlier one stays
    /// in the queue.
    /// </summary>
    private List<SqlServerJob> Take()
    {
        var group = new List<SqlServerJob>();
        var touched = new HashSet<RowKey>();
        var bytes = 0;
        lock (_lock)
        {
            for (var node = _queue.First; node is not null && group.Count < MaxGroup && bytes < MaxGroupBytes; )
            {
                var (job, next) = (node.Value, node.Next);
                var keys = job.Keys.ToList();
                var isFree = !keys.Exists(touched.Contains);
                touched.UnionWith(keys);
                if (isFree)
                {
                    group.Add(job);
                    bytes += job.Bytes;
                    _queue.Remove(node);
                }
                node = next;
            }
            _depth -= group.Count;
        }
        return group;
    }

    private async Task RunAsync(List<SqlServerJob> group)
    {
        for (var tries = 1; ; tries++)
        {
            var failure = await TryAsync(group);
            if (failure is null)
            {
                return;
            }
            if (tries == 1 && failure is SqlException collision && SqlServerErrors.IsCollision(collision.Number))
            {
                // Probably another node was faster: look up again.
                continue;
            }
            if (group.Count > 1 && !IsOfTheStore(failure))
            {
                foreach (var job in group)
                {
                    await RunAsync([job]);
                }
                return;
            }
            Failed?.Invoke(failure is SqlException e ? SqlServerFault.Of(e) : failure);
            Fail(group, failure);
            return;
        }
    }

    /// <summary>Runs a group and answers its callers. Returns null, or why nothing of it was stored.</summary>
    private async Task<Exception?> TryAsync(List<SqlServerJob> group)
    {
        GroupCommit? commit = null;
        try
        {
            commit = _database.Telemetry.BeginCommit(group.Count, group.Select(j => j.Origin));
            var lookups = new GroupLookups();
            group.ForEach(j => j.LookUp(lookups));
            await _database.RunAsync(
                "look up",
                async (connection, cancellationToken) =>
                {
                    await lookups.ReadAsync(connection, _database.Seconds, cancellationToken);
                    return true;
                },
                CancellationToken.None
            );
            if (Interlocked.Exchange(ref _forgets, false))
            {
                _objects.Forget();
            }
            await _objects.EnsureAsync(group.Sum(j => j.NewObjects), _database);
            var plan = new GroupPlan(_objects);
            group.ForEach(j => j.Decide(lookups, plan));
            if (plan.IsUndone && group.Count > 1)
            {
                // Each alone: then the others do not depend on the one that is refused.
                return new InvalidOperationException("A job of the group is refused.");
            }
            var head = 0L;
            if (plan.Keys.Count > 0 && !plan.IsUndone)
            {
                head = await CommitAsync(plan);
                Announce(head, plan.Keys);
            }
            // End it before its callers are answered, so that telemetry has what they know.
            commit?.Dispose();
            commit = null;
            group.ForEach(j => j.Complete(head));
            return null;
        }
        catch (Exception e)
        {
            // Whatever a job threw, its callers must be answered. No exception may end the loop.
            commit?.Fail(e);
            return e;
        }
        finally
        {
            commit?.Dispose();
        }
    }

    /// <summary>
    /// Commits the plan exactly once. After a conflict it is sent again. If the answer was lost, the log is searched
    /// for its entries, behind the lock that a transaction still running would hold.
    /// </summary>
    private async Task<long> CommitAsync(GroupPlan plan)
    {
        var isUncertain = false;
        try
        {
            return await _committing.RunAsync(_ => CommitOnceAsync(), CancellationToken.None);
        }
        catch (TimeoutException e)
        {
            throw WriteQueueErrors.Unknown(Cause(e.InnerException!));
        }
        catch (SqlException e) when (isUncertain && SqlServerErrors.IsConflict(e.Number))
        {
            // This attempt was rolled back, but the attempt before it may have succeeded.
            if (await FindCommittedAsync(plan, e) is { } head)
            {
                return head;
            }
            throw;
        }

        async Task<long> CommitOnceAsync()
        {
            Exception lost;
            try
            {
                return await _database.TryAsync(
                    (connection, _) => plan.CommitAsync(connection, _database, LockMilliseconds),
                    CancellationToken.None
                );
            }
            catch (TimeoutException e)
            {
                lost = e;
            }
            catch (SqlException e)
                when (!SqlServerErrors.IsConflict(e.Number) && (isUncertain || SqlServerErrors.IsOfTheConnection(e)))
            {
                lost = e;
            }
            catch (StoreException e) when (isUncertain)
            {
                lost = e;
            }
            // After an uncertain attempt, a collision may be with our own rows. The log tells that too.
            if (await FindCommittedAsync(plan, lost) is { } head)
            {
                return head;
            }
            if (lost is SqlException refusal && !SqlServerErrors.IsOfTheConnection(refusal))
            {
                ExceptionDispatchInfo.Throw(refusal);
            }
            isUncertain = true;
            throw new TimeoutException("Not there yet.", lost);
        }
    }

    private async Task<long?> FindCommittedAsync(GroupPlan plan, Exception lost)
    {
        if (lost is TimeoutException or SqlException { Number: -2 })
        {
            // The server hangs: do not let the jobs behind this group wait.
            FailQueued();
        }
        try
        {
            return await _finding.RunAsync(
                _ =>
                    _database.TryAsync(
                        (connection, _) => plan.FindCommittedAsync(connection, _database.Seconds, LockMilliseconds),
                        CancellationToken.None
                    ),
                CancellationToken.None
            );
        }
        catch (Exception e) when (IsOfTheServer(e))
        {
            throw WriteQueueErrors.Unknown(Cause(lost));
        }
    }

    private static bool IsOfTheServer(Exception e) => e is SqlException or TimeoutException or StoreException;

    /// <summary>True if each job alone would fail in the same way as the group.</summary>
    private static bool IsOfTheStore(Exception failure) =>
        failure is StoreException
        || failure is SqlException e
            && (
                SqlServerErrors.IsConflict(e.Number)
                || SqlServerErrors.IsFull(e.Number)
                || SqlServerErrors.IsRefusal(e.Number)
                || SqlServerErrors.IsForbidden(e.Number)
                || SqlServerErrors.IsOfTheConnection(e)
            );

    private static SqlServerFault Cause(Exception lost) =>
        lost is SqlException e ? SqlServerFault.Of(e) : SqlServerFault.Timeout();

    private void FailQueued()
    {
        LinkedList<SqlServerJob> queued;
        lock (_lock)
        {
            (queued, _queue) = (_queue, new LinkedList<SqlServerJob>());
            _depth = 0;
        }
        Fail(queued, StoreException.Unavailable(null));
    }

    private static void Fail(IEnumerable<SqlServerJob> jobs, Exception cause)
    {
        foreach (var job in jobs)
        {
            job.Fail(cause);
        }
    }

    /// <summary>Reports a commit. If the listener throws, the commit must not be repeated.</summary>
    private void Announce(long head, List<LookupKey> keys)
    {
        try
        {
            Committed?.Invoke(head + 1, head + keys.Count, keys);
        }
        catch (Exception e)
        {
            Failed?.Invoke(e);
        }
    }
}
