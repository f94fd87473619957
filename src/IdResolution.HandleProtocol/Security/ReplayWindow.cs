namespace IdResolution.HandleProtocol.Security;

/// <summary>
/// The last 200 counters of a session: a counter that was there, or is older than all of them, is refused (response
/// code 505).
/// Ask only once the message's MAC is right, and only from version 2.5 on: before, the MAC does not cover the counter.
/// Safe for several threads.
/// </summary>
public sealed class ReplayWindow
{
    /// <summary>How far behind the highest counter a message may come.</summary>
    public const int Size = 200;

    private readonly Lock _lock = new();
    private readonly int[] _seen = new int[Size];
    private int _highest;

    /// <summary>Takes a counter, 1 and up; false for a repeat, one too old, or none.</summary>
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
