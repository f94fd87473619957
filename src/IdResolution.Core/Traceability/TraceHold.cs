using IdResolution.Core.Access;

namespace IdResolution.Core.Traceability;

/// <summary>
/// The memory that one trace holds of what all may, and where it is a whole report one of its key's places. Given back
/// when it is disposed. For one thread at a time.
/// </summary>
internal sealed class TraceHold(Shares<long> memory, long actor, SemaphoreSlim? place = null) : IDisposable
{
    // Taken so much at a time. A trace with less is not counted: there are only so many.
    private const long Part = 256 << 10;

    private long _held;
    private bool _isOver;

    /// <summary>What the trace has as far as it said.</summary>
    public long Bytes { get; private set; }

    /// <summary>Says how much the trace has now. False if that is too much.</summary>
    public bool TryHold(long bytes)
    {
        // The greatest report is all that a key may hold.
        var parts = Math.Min(bytes, TraceWork.MostBytesOfKey) / Part * Part;
        if (parts > _held)
        {
            if (!memory.TryTake(actor, parts - _held))
            {
                return false;
            }
            _held = parts;
        }
        Bytes = bytes;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }
        _isOver = true;
        if (_held > 0)
        {
            memory.Return(actor, _held);
        }
        place?.Release();
    }
}
