using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Catalog;

/// <summary>The log that the store goes on with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kept">The number of its first entries that are those of every log before it; 0 for none.</param>
/// <param name="Start">The document that begins it.</param>
public sealed record CurrentLog(LogName Name, long Kept, LogStart Start)
{
    private bool IsFirst => Kept == 0 && !Start.Restarted;

    /// <summary>
    /// Checks a cursor: <see cref="ErrorCode.LogRestarted"/> if it is of another log, or beyond the head. A cursor
    /// without a log counts as far as the log is that of every one before; a log that never restarted takes any.
    /// </summary>
    /// <returns>The sequence number to read after.</returns>
    public Result<long> After(LogCursor cursor, long head) =>
        (cursor.Log is { } log ? log == Name.Number : IsFirst || cursor.Sequence <= Kept) && cursor.Sequence <= head
            ? cursor.Sequence
            : LogErrors.Restarted(Name, Math.Min(cursor.Sequence, Kept));
}
