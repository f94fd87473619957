namespace IdResolution.Server.Simulation;

/// <summary>
/// What a simulated secondary node was asked, in the order in which it did the work. The last ones are kept, and all
/// are counted. Not thread-safe.
/// </summary>
internal sealed class CallLog
{
    private const int MostHandles = 2_000_000;
    private const int MostCalls = 100_000;

    // Of identifiers. Callers may send longer ones than are registered.
    private const long MostCharacters = 100_000_000;

    private readonly Queue<SeenCall> _calls = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _handles;
    private long _characters;
    private long _numbers;
    private long _events;

    public IReadOnlyCollection<SeenCall> Calls => _calls;

    /// <summary>How many calls there were, by method, path and outcome.</summary>
    public IReadOnlyDictionary<string, long> Counts =>
        new SortedDictionary<string, long>(_counts, StringComparer.Ordinal);

    /// <summary>Notes that a call came in; gives the number of that event.</summary>
    public long Begin() => ++_events;

    public SeenCall Add(SnmsCall call, ReadCall read, long began, DateTimeOffset at, string outcome)
    {
        var seen = new SeenCall(++_numbers, at, call.Method, call.Path, read.Handles, outcome)
        {
            IsBatch = read.IsBatch,
            Began = began,
        };
        _calls.Enqueue(seen);
        _handles += seen.Handles.Count;
        _characters += LengthOf(seen);
        while (_calls.Count > MostCalls || _handles > MostHandles || _characters > MostCharacters)
        {
            var oldest = _calls.Dequeue();
            _handles -= oldest.Handles.Count;
            _characters -= LengthOf(oldest);
        }
        var key = $"{call.Method} {call.Path} {outcome}";
        _counts[key] = _counts.GetValueOrDefault(key) + 1;
        return seen;
    }

    /// <summary>Notes that the answer to a call begins.</summary>
    public void End(SeenCall seen) => seen.Ended = ++_events;

    public void Clear()
    {
        _calls.Clear();
        _counts.Clear();
        _handles = 0;
        _characters = 0;
    }

    private static long LengthOf(SeenCall call)
    {
        var length = 0L;
        foreach (var handle in call.Handles)
        {
            length += handle?.Length ?? 0;
        }
        return length;
    }

    /// <summary>The greatest number of batches that were under way at once, by prefix.</summary>
    public SortedDictionary<string, int> MostBatchesAtOnce()
    {
        var most = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var batches =
            from call in _calls
            where call.IsBatch
            from prefix in call.Handles.Select(IdentifierWork.PrefixOf).Distinct()
            group call by prefix;
        foreach (var prefix in batches)
        {
            // Between two events nothing begins. So the most are under way where one has just begun.
            var events = prefix
                .Select(call => (At: call.Began, Change: 1))
                .Concat(prefix.Select(call => (At: call.Ended, Change: -1)))
                .Order();
            var (now, top) = (0, 0);
            foreach (var (_, change) in events)
            {
                now += change;
                top = Math.Max(top, now);
            }
            most[prefix.Key] = top;
        }
        return most;
    }
}
