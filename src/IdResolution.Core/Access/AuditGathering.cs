namespace IdResolution.Core.Access;

/// <summary>
/// Gathers lines that anyone can cause: one for each kind, caller, source, action, target, outcome and minute, and no
/// more in a minute than the audit log can bear. Thread-safe.
/// </summary>
internal sealed class AuditGathering
{
    /// <summary>The source of lines that count what is beyond the number of lines.</summary>
    public const string Others = "others";

    /// <summary>The most lines of one action in a minute, beside those of <see cref="Others"/>.</summary>
    public const int MaxOfAction = 100;

    /// <summary>The most lines of one caller, source and action in a minute that name a target.</summary>
    public const int MaxTargets = 20;

    /// <summary>
    /// The most lines of one network in a minute: so that no network alone takes the place of what others do.
    /// </summary>
    public const int MaxOfSource = 200;

    /// <summary>The most lines of a kind in a minute, beside those of <see cref="Others"/>.</summary>
    public const int MaxOfMinute = 1_000;

    /// <summary>The most lines of a kind in a minute, those of <see cref="Others"/> included.</summary>
    public const int MaxWithOthers = 1_200;

    /// <summary>The most lines that wait for the store.</summary>
    public const int MaxWaiting = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Gathered> _lines = [];

    // How many lines there are of a minute, of an action and so on.
    private readonly Dictionary<Key, int> _counts = [];

    /// <summary>Counts what happened. False if there is no line for it, so that it is lost.</summary>
    public bool Add(AuditEvent one)
    {
        var key = new Key(one.Kind, one.Time, one.Caller, one.Source, one.Action, one.Target, one.Outcome);
        lock (_lock)
        {
            return TryAdd(key, one)
                || TryAdd(key with { Target = "" }, one)
                || TryAdd(key with { Target = "", Source = Others }, one);
        }
    }

    /// <summary>Takes the lines of minutes before this one.</summary>
    public List<AuditEvent> Take(long before)
    {
        var taken = new List<AuditEvent>();
        lock (_lock)
        {
            foreach (var (key, gathered) in _lines)
            {
                if (key.Time < before)
                {
                    taken.Add(gathered.First with { Target = key.Target, Source = key.Source, Count = gathered.Count });
                    _lines.Remove(key);
                }
            }
            foreach (var key in _counts.Keys)
            {
                if (key.Time < before)
                {
                    _counts.Remove(key);
                }
            }
        }
        return taken;
    }

    /// <summary>Puts lines back that could not be written.</summary>
    public void Return(IEnumerable<AuditEvent> lines)
    {
        lock (_lock)
        {
            foreach (var line in lines)
            {
                Find(
                    new Key(line.Kind, line.Time, line.Caller, line.Source, line.Action, line.Target, line.Outcome),
                    line
                ).Count += line.Count;
            }
        }
    }

    private bool TryAdd(Key key, AuditEvent one)
    {
        if (!_lines.ContainsKey(key) && !HasRoom(key))
        {
            return false;
        }
        Find(key, one).Count += one.Count;
        return true;
    }

    private Gathered Find(Key key, AuditEvent first)
    {
        if (!_lines.TryGetValue(key, out var gathered))
        {
            _lines[key] = gathered = new Gathered(first);
        }
        return gathered;
    }

    private bool HasRoom(Key key)
    {
        if (_lines.Count >= MaxWaiting)
        {
            return false;
        }
        var bounds = BoundsOf(key);
        if (bounds.Exists(bound => _counts.GetValueOrDefault(bound.Key) >= bound.Most))
        {
            return false;
        }
        foreach (var (counted, _) in bounds)
        {
            _counts[counted] = _counts.GetValueOrDefault(counted) + 1;
        }
        return true;
    }

    /// <summary>What a line counts for, and how many lines of each there may be.</summary>
    private static List<(Key Key, int Most)> BoundsOf(Key key)
    {
        var minute = new Key(key.Kind, key.Time, "", "", "", "", "");
        var isOthers = key.Source == Others;
        var bounds = new List<(Key Key, int Most)> { (minute, isOthers ? MaxWithOthers : MaxOfMinute) };
        if (!isOthers)
        {
            bounds.Add((minute with { Action = key.Action }, MaxOfAction));
        }
        // Callers of the command line and the node itself have no network.
        if (!isOthers && key.Source.Length > 0)
        {
            bounds.Add((minute with { Source = key.Source }, MaxOfSource));
        }
        if (key.Target.Length > 0)
        {
            bounds.Add((key with { Target = "*", Outcome = "" }, MaxTargets));
        }
        return bounds;
    }

    private readonly record struct Key(
        AuditKind Kind,
        long Time,
        string Caller,
        string Source,
        string Action,
        string Target,
        string Outcome
    );

    private sealed class Gathered(AuditEvent first)
    {
        public AuditEvent First { get; } = first;

        public long Count { get; set; }
    }
}
