namespace IdResolution.Server.Caching;

/// <summary>The log heads that this node knew during the last second. Not thread-safe.</summary>
internal sealed class HeadHistory(TimeProvider time)
{
    /// <summary>How long heads are kept, and how long a cursor that was seen counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Queue<(long At, long Head)> _heads = new();

    public void Note(long head)
    {
        _heads.Enqueue((time.GetTimestamp(), head));
        while (time.GetElapsedTime(_heads.Peek().At) > Window)
        {
            _heads.Dequeue();
        }
    }

    /// <summary>
    /// The oldest head noted within the window: the head of a second ago, or a later one. <c>long.MaxValue</c> before
    /// the first note.
    /// </summary>
    public long SecondAgo => _heads.TryPeek(out var first) ? first.Head : long.MaxValue;
}
