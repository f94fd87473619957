namespace IdResolution.Storage.Stores;

/// <summary>
/// Stops asking a server that does not answer: while it is open every call fails at once, then one goes through to try. Thread-safe.
/// </summary>
internal sealed class Breaker
{
    private const long OpenMilliseconds = 700;

    private readonly Lock _lock = new();
    private long _openUntil;
    private bool _open;
    private bool _probing;

    /// <summary>True where a call may go through; the one that tries must then report how it went.</summary>
    public bool TryEnter()
    {
        if (!Volatile.Read(ref _open))
        {
            return true;
        }
        lock (_lock)
        {
            if (IsRefusing)
            {
                return false;
            }
            _probing = _open;
            return true;
        }
    }

    /// <summary>True from a failure until an answer.</summary>
    public bool IsOpen => Volatile.Read(ref _open);

    /// <summary>True while calls fail at once.</summary>
    public bool IsRefusing
    {
        get
        {
            if (!Volatile.Read(ref _open))
            {
                return false;
            }
            lock (_lock)
            {
                return _open && (_probing || Environment.TickCount64 < _openUntil);
            }
        }
    }

    /// <summary>The server answers.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _open))
        {
            lock (_lock)
            {
                (_open, _probing) = (false, false);
            }
        }
    }

    /// <summary>A call that went through says nothing about the server: the next may try.</summary>
    public void Reconsider()
    {
        lock (_lock)
        {
            _probing = false;
        }
    }

    /// <summary>The server does not answer.</summary>
    public void Failed()
    {
        lock (_lock)
        {
            (_open, _probing) = (true, false);
            _openUntil = Environment.TickCount64 + OpenMilliseconds;
        }
    }
}
