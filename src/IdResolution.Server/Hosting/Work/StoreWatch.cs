using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting.Work;

/// <summary>Logs warnings from the opening of the store, and failed writes.</summary>
internal sealed partial class StoreWatch(NodeStore store, TimeProvider time, ILogger<StoreWatch> logger)
    : IHostedService
{
    private static readonly TimeSpan FailureEvery = TimeSpan.FromSeconds(1);

    // Only the store's writer thread uses these two fields.
    private long _failures;
    private long _failureLogged;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        store.OnFailed(NoteFailure);
        foreach (var warning in store.Warnings)
        {
            StoreWarning(logger, warning.En);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Logs one line per second at most, with the number of failures: on a full disk all writes fail.
    /// </summary>
    private void NoteFailure(Exception cause)
    {
        _failures++;
        if (time.GetElapsedTime(_failureLogged) >= FailureEvery)
        {
            WriteFailed(logger, _failures, cause);
            (_failures, _failureLogged) = (0, time.GetTimestamp());
        }
    }

    [LoggerMessage(EventId = 7, EventName = "StoreWarning", Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void StoreWarning(ILogger logger, string warning);

    [LoggerMessage(
        EventId = 2,
        EventName = "WriteFailed",
        Level = LogLevel.Error,
        Message = "{Count} groups of writes failed since the last such line; their callers were told, nothing of "
            + "them is stored."
    )]
    private static partial void WriteFailed(ILogger logger, long count, Exception cause);
}
