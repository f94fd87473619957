namespace IdResolution.Server.Caching;

/// <summary>The log's heads as this node knew them over the last second. For one thread.</summary>
internal sealed class KnownHeads(TimeProvider time)
{
    /// <summary>How far back belief looks.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Queue<(long At, long Head)> _heads = new();

    /// <summary>Notes the head of now.</summary>
    public void Note(long head)
    {
        _heads.Enqueue((time.GetTimestamp(), head));
        // The first that is left is the last known a whole second before.
        while (_heads.Count > 1 && time.GetElapsedTime(_heads.ElementAt(1).At) >= Window)
        {
            _heads.Dequeue();
        }
    }

    /// <summary>The head known a second before; the first one known, where that is later.</summary>
    public long SecondAgo => _heads.TryPeek(out var first) ? first.Head : long.MaxValue;
}
