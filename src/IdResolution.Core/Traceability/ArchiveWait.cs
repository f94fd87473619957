using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>Has a reader of the log catch up before a call answers, and does not wait for a long way.</summary>
internal static class ArchiveWait
{
    // A store that was upgraded has its whole log to be read. The answer says how far it is.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    /// <summary>Catches up with the head of the log, or stops after some seconds.</summary>
    public static async ValueTask CatchUpAsync(LogReader reader, long head, CancellationToken cancellationToken)
    {
        if (reader.Cursor == head)
        {
            return;
        }
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(s_longest);
        try
        {
            await reader.CatchUpAsync(head, limited.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What was read so far counts.
        }
        catch (StoreException)
        {
            // A store that takes no writes now, such as one from a backup, is read as it is.
        }
    }
}
