using IdResolution.Core.Access;
using IdResolution.Server.Handle.Transport;

namespace IdResolution.Server.Handle.Sessions;

/// <summary>
/// Limits how many costly operations that anybody can ask for (proofs, signatures, session keys) run at once, so that
/// resolution keeps processor time. Networks take turns, and where too many wait, the last of the network with the most
/// is refused, so that none keeps others out. Thread-safe.
/// </summary>
internal sealed class CryptoThrottle
{
    /// <summary>The most that wait, in all.</summary>
    public const int MaxWaiting = 200;

    /// <summary>The most of one network that wait.</summary>
    public const int MaxWaitingEach = 50;

    // Sources of UDP packets may be forged, so all of them together are one network among the others.
    private const int MaxWaitingOverUdp = 20;

    private readonly int _most = Math.Max(1, Environment.ProcessorCount / 2);
    private readonly Lock _lock = new();
    private readonly Dictionary<NetworkSource, LinkedList<TaskCompletionSource>> _waiting = [];
    private readonly Queue<NetworkSource> _turns = new();
    private int _running;
    private int _count;

    /// <summary>The networks that it remembers.</summary>
    public int Networks
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Runs the work as soon as there is room.</summary>
    /// <exception cref="BusyException">Too many are waiting.</exception>
    public ValueTask<T> RunAsync<T>(HandlePeer peer, Func<ValueTask<T>> work, CancellationToken cancellationToken) =>
        peer.Transport == PeerTransport.Udp
            ? RunAsync(default, MaxWaitingOverUdp, work, cancellationToken)
            : RunAsync(peer.Source, MaxWaitingEach, work, cancellationToken);

    /// <summary>Runs the work as soon as there is room.</summary>
    /// <exception cref="BusyException">Too many are waiting.</exception>
    public ValueTask<T> RunAsync<T>(
        NetworkSource source,
        Func<ValueTask<T>> work,
        CancellationToken cancellationToken
    ) => RunAsync(source, MaxWaitingEach, work, cancellationToken);

    private async ValueTask<T> RunAsync<T>(
        NetworkSource source,
        int most,
        Func<ValueTask<T>> work,
        CancellationToken cancellationToken
    )
    {
        if (Enter(source, most) is { } turn)
        {
            await WaitAsync(source, turn, cancellationToken);
        }
        try
        {
            return await work();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Takes a place at once, or gives the turn to wait for.</summary>
    private LinkedListNode<TaskCompletionSource>? Enter(NetworkSource source, int most)
    {
        lock (_lock)
        {
            if (_running < _most)
            {
                _running++;
                return null;
            }
            _waiting.TryGetValue(source, out var own);
            var waiting = own?.Count ?? 0;
            if (waiting >= most || (_count >= MaxWaiting && !TryRefuseLongest(waiting)))
            {
                throw new BusyException();
            }
            if (own is null)
            {
                // Only now: networks that are refused must not be remembered.
                _waiting.Add(source, own = []);
                _turns.Enqueue(source);
            }
            _count++;
            return own.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }

    private async Task WaitAsync(
        NetworkSource source,
        LinkedListNode<TaskCompletionSource> turn,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await turn.Value.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            bool isWaiting;
            lock (_lock)
            {
                isWaiting = turn.List is not null;
                if (isWaiting)
                {
                    _waiting[source].Remove(turn);
                    _count--;
                }
            }
            if (!isWaiting && turn.Value.Task.IsCompletedSuccessfully)
            {
                Leave();
            }
            throw;
        }
    }

    /// <summary>Gives the place to the next network in turn.</summary>
    private void Leave()
    {
        TaskCompletionSource? next = null;
        lock (_lock)
        {
            while (next is null && _turns.TryDequeue(out var source))
            {
                var own = _waiting[source];
                if (own.First is { } first)
                {
                    own.RemoveFirst();
                    _count--;
                    next = first.Value;
                }
                if (own.Count > 0)
                {
                    _turns.Enqueue(source);
                }
                else
                {
                    _waiting.Remove(source);
                }
            }
            if (next is null)
            {
                _running--;
            }
            // Under the lock: who is cancelled meanwhile must see that the place is his, and gives it on.
            next?.SetResult();
        }
    }

    /// <summary>Refuses the last of the network with the most waiting, if that is more than the newcomer's.</summary>
    private bool TryRefuseLongest(int newcomers)
    {
        var longest = _waiting.Values.MaxBy(static own => own.Count)!;
        if (longest.Count <= newcomers + 1)
        {
            return false;
        }
        var last = longest.Last!;
        longest.RemoveLast();
        _count--;
        last.Value.SetException(new BusyException());
        return true;
    }
}
