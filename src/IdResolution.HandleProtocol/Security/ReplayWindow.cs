namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The last 200 counters of a session. A counter that was used before, or is older than all of them, is refused
/// (response code 505). Ask only after the message's MAC was found right, and only from version 2.5 on: before 2.5 the
/// MAC does not cover the counter. Safe for several threads.
/// </summary>
public sealed class ReplayWindow
{
    /// <summary>How far a counter may be behind the highest one.</summary>
    public const int Size = 200;

    private readonly Lock _lock = new();
    private readonly int[] _seen = new int[Size];
    private int _highest;

    /// <summary>Marks a counter as used. False if it was used before, is too old, or is less than 1.</summary>
    public bool TryTake(int counter)
    {
        if (counter <= 0)
        {
            return false;
        }
        lock (_lock)
        {
            ref var slot = ref _seen[counter % Size];
            if (counter <= _highest - Size || slot == counter)
            {
                return false;
            }
            slot = counter;
            _highest = Math.Max(_highest, counter);
            return true;
        }
    }
}
