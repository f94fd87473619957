using IdResolution.Core.ChangeLog;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Has the readers of the log that fill the quality archive, and that give items their records, catch up before a call
/// answers, and does not wait for a long way. Thread-safe.
/// </summary>
/// <param name="events">The events, for the head of the log.</param>
/// <param name="archive">The log reader with the <see cref="QualityArchivist"/>.</param>
/// <param name="healer">The log reader with the <see cref="UnregisteredHealer"/>.</param>
public sealed class ArchiveWait(IEventStore events, LogReader archive, LogReader healer)
{
    // A store that was upgraded has its whole log to be read. The answer says how far it is.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    /// <summary>Catches up with the log, or stops after some seconds. Tells how far the archive is.</summary>
    public async ValueTask<(long Number, long Behind)> CatchUpAsync(CancellationToken cancellationToken)
    {
        var head = await events.HeadAsync(cancellationToken);
        await CatchUpAsync([healer, archive], head, cancellationToken);
        var number = Math.Clamp(archive.Cursor, 0, head);
        return (number, head - number);
    }

    /// <summary>Has readers catch up with a head, one after the other, or stops after some seconds.</summary>
    internal static async ValueTask CatchUpAsync(
        IReadOnlyList<LogReader> readers,
        long head,
        CancellationToken cancellationToken
    )
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(s_longest);
        try
        {
            foreach (var reader in readers)
            {
                if (await reader.LookAsync(limited.Token) != head)
                {
                    await reader.CatchUpAsync(head, limited.Token);
                }
            }
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

    /// <summary>Gives the work back, so that a node that serves goes on at once.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await archive.ReleaseAsync(cancellationToken);
        await healer.ReleaseAsync(cancellationToken);
    }
}
