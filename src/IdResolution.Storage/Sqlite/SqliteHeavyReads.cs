using System.Collections.Concurrent;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IdResolution.Storage.Sqlite;

/// <summary>
/// Runs reads that may take long: a few at once, on threads of their own, so that searches keep no thread from what is
/// short. One whose caller leaves, or that takes too long, is broken off. What the node reads for itself has one more
/// thread, so that it does not wait behind the searches of callers. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="most">The longest time for one read.</param>
internal sealed class SqliteHeavyReads(TimeProvider time, TimeSpan most) : IDisposable
{
    /// <summary>The longest time for one read.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    // Instructions of SQLite's machine, some 100 µs, between two looks whether a read must end.
    private const int Instructions = 10_000;

    private readonly BlockingCollection<Action> _waiting = [];
    private readonly BlockingCollection<Action> _own = [];
    private readonly Lock _lock = new();
    private Thread[] _threads = [];
    private volatile bool _closing;

    /// <summary>The reads of callers that run at once.</summary>
    public static int Threads { get; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Runs a read when its turn has come.</summary>
    /// <exception cref="StoreException">It took too long, or the store is closed.</exception>
    public async Task<T> RunAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        // Completions go on elsewhere: a thread of ours has the next read to do.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = ExecutionContext.Capture();
        lock (_lock)
        {
            if (_closing)
            {
                throw StoreException.Unavailable(null);
            }
            if (_threads.Length == 0)
            {
                _threads = [.. Enumerable.Range(0, Threads).Select(_ => Begin(_waiting)), Begin(_own)];
            }
            (OwnWork.IsOn ? _own : _waiting).Add(
                () => ExecutionContext.Run(context!, _ => Complete(done, read, cancellationToken), null),
                CancellationToken.None
            );
        }
        return await done.Task;
    }

    /// <summary>Does work on a connection, and breaks it off where it must end.</summary>
    public T Bounded<T>(SqliteConnection connection, Func<T> work, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        delegate_progress look = _ =>
            _closing || cancellationToken.IsCancellationRequested || time.GetElapsedTime(began) > most ? 1 : 0;
        raw.sqlite3_progress_handler(connection.Handle, Instructions, look, null);
        try
        {
            return work();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw _closing ? StoreException.Unavailable(e) : TooLong(e);
        }
        finally
        {
            raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_closing)
            {
                return;
            }
            _closing = true;
        }
        _waiting.CompleteAdding();
        _own.CompleteAdding();
        Array.ForEach(_threads, static thread => thread.Join());
        _waiting.Dispose();
        _own.Dispose();
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            done.SetCanceled(cancellationToken);
            return;
        }
        try
        {
            done.SetResult(read());
        }
        catch (OperationCanceledException e)
        {
            done.SetCanceled(e.CancellationToken);
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private static Thread Begin(BlockingCollection<Action> reads)
    {
        var thread = new Thread(() => Loop(reads)) { Name = "sqlite-reader", IsBackground = true };
        // Each read brings the context of its caller.
        thread.UnsafeStart();
        return thread;
    }

    private static void Loop(BlockingCollection<Action> reads)
    {
        foreach (var read in reads.GetConsumingEnumerable())
        {
            read();
        }
    }

    private static StoreException TooLong(SqliteException cause) =>
        new(
            Error.Of(
                ErrorCode.Unavailable,
                "The read took too long and was broken off: ask for less, by more conditions or a shorter time.",
                "读取耗时过长，已中止：请缩小查询范围，例如增加条件或缩短时间段。"
            ),
            cause
        );
}
