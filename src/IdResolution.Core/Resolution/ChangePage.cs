using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Resolution;

/// <summary>A page of the change log as a caller sees it.</summary>
/// <param name="Changes">The entries that the caller may see.</param>
/// <param name="Next">The cursor for the next page: the last entry read, shown or not.</param>
/// <param name="IsFull">True if the page was full, so more entries may follow now.</param>
public sealed record ChangePage(IReadOnlyList<ShownChange> Changes, LogCursor Next, bool IsFull)
{
    /// <summary>
    /// The last entry that was looked at, to wait for one behind it; null where it is <see cref="Next"/>.
    /// </summary>
    internal LogCursor? Read { get; init; }

    /// <summary>What to wait behind for more.</summary>
    public LogCursor Seen => Read ?? Next;
}
