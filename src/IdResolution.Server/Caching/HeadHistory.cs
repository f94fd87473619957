namespace IdResolution.Server.Caching;

/// <summary>The log's heads as this node knew them over the last second. For one thread.</summary>
internal sealed class HeadHistory(TimeProvider time)
{
    /// <summary>How far back belief looks.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Queue<(long At, long Head)> _heads = new();

    /// <summary>Notes the head of now.</summary>
    public void Note(long head)
    {
        _heads.Enqueue((time.GetTimestamp(), head));
        while (time.GetElapsedTime(_heads.Peek().At) > Window)
        {
            _heads.Dequeue();
        }
    }

    /// <summary>The head known a second before, or a later one where none was noted then: never less.</summary>
    public long SecondAgo => _heads.TryPeek(out var first) ? first.Head : long.MaxValue;
}
