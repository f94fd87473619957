namespace IdResolution.Core.Access;

/// <summary>
/// Slows down who guesses secrets. A network that was wrong often must wait longer after each try, and so must all
/// networks that were wrong, for a secret that is guessed at from many. A network that was never wrong does not wait,
/// so that guessing shuts nobody out. Memory is fixed, because networks and secrets share slots by a hash that nobody
/// outside can compute. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class GuessDelays(TimeProvider time)
{
    /// <summary>The usual number of wrong tries without delay. One is forgotten each <see cref="Forgotten"/>.</summary>
    public const int UsuallyFree = 10;

    private const int Slots = 1 << 14;

    /// <summary>The longest delay of a network.</summary>
    public static readonly TimeSpan LongestOfSource = TimeSpan.FromMinutes(1);

    /// <summary>The longest delay for a secret.</summary>
    public static readonly TimeSpan LongestOfSecret = TimeSpan.FromSeconds(4);

    /// <summary>The time after which one wrong try is forgotten.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Slot[] _sources = new Slot[Slots];
    private readonly Slot[] _secrets = new Slot[Slots];

    /// <summary>Wrong tries without delay.</summary>
    public int Free { get; set; } = UsuallyFree;

    /// <summary>
    /// Begins a try, which counts as wrong until <see cref="TakeBack"/>. So many tries at once are no way around it.
    /// </summary>
    /// <param name="source">The network that tries.</param>
    /// <param name="secret">The name of the secret, always in the same spelling.</param>
    /// <param name="retryAfter">If false, the time until a try is taken.</param>
    public bool TryBegin(NetworkSource source, string secret, out TimeSpan retryAfter)
    {
        var now = time.GetUtcNow().UtcTicks;
        lock (_lock)
        {
            ref var ofSource = ref SlotOf(_sources, HashCode.Combine(source));
            ref var ofSecret = ref SlotOf(_secrets, HashCode.Combine(secret));
            ofSource.Forget(now);
            ofSecret.Forget(now);
            var wait = ofSource.Wait(now, Free, LongestOfSource);
            if (ofSource.Tries > 0)
            {
                wait = Math.Max(wait, ofSecret.Wait(now, Free, LongestOfSecret));
            }
            retryAfter = TimeSpan.FromTicks(wait);
            if (wait > 0)
            {
                return false;
            }
            ofSource.Add(now);
            ofSecret.Add(now);
            return true;
        }
    }

    /// <summary>Takes back a try that was right, or that was not made after all.</summary>
    public void TakeBack(NetworkSource source, string secret)
    {
        lock (_lock)
        {
            SlotOf(_sources, HashCode.Combine(source)).TakeBack();
            SlotOf(_secrets, HashCode.Combine(secret)).TakeBack();
        }
    }

    private static ref Slot SlotOf(Slot[] slots, int hash) => ref slots[hash & (Slots - 1)];

    private struct Slot
    {
        private long _since;
        private long _last;

        public int Tries { get; private set; }

        /// <summary>Forgets as many tries as the time since the last time is worth.</summary>
        public void Forget(long now)
        {
            if (_since > now)
            {
                // The clock was set back.
                _since = _last = now;
            }
            var forgotten = (now - _since) / Forgotten.Ticks;
            Tries = (int)Math.Max(0, Tries - forgotten);
            _since = Tries == 0 ? now : _since + (forgotten * Forgotten.Ticks);
        }

        /// <summary>The ticks until the next try: twice as many after each try beyond the free ones.</summary>
        public readonly long Wait(long now, int free, TimeSpan longest)
        {
            var beyond = Tries - free;
            var delay = beyond < 0 ? 0 : Math.Min(longest.Ticks, First.Ticks << Math.Min(beyond, 20));
            return Math.Max(0, _last + delay - now);
        }

        public void Add(long now)
        {
            Tries++;
            _last = now;
        }

        public void TakeBack() => Tries = Math.Max(0, Tries - 1);
    }
}
