using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;

namespace IdResolution.Server.Hosting.Work;

/// <summary>
/// Lets a reader of the log catch up, if this node holds the reader's lease: every 2 s, and a prompt one as soon as
/// there are new entries.
/// </summary>
internal sealed partial class LogReaderWork(
    LogReader reader,
    LogFollower tail,
    TimeProvider time,
    ILogger<LogReaderWork> logger
) : PeriodicWork(reader.Name, s_every, time, logger)
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);

    // Entries that come one after the other are taken together.
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(200);

    private readonly ILogger<LogReaderWork> _logger = logger;
    private readonly TimeProvider _time = time;
    private bool _reads;
    private Exception? _failure;
    private DeadLetter? _setAside;
    private string? _notice;

    protected override async Task WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        if (!reader.IsPrompt)
        {
            await base.WaitAsync(timer, stoppingToken);
            return;
        }
        await tail.WaitAsync(reader.Cursor, s_every, stoppingToken);
        await Task.Delay(s_gather, _time, stoppingToken);
    }

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        if (!reader.IsPausing)
        {
            await reader.CatchUpAsync(tail.Head, stoppingToken);
        }
        if (reader.HoldsLease != _reads)
        {
            _reads = reader.HoldsLease;
            LeaseMoved(_logger, reader.Name, _reads ? "taken: this node reads the log for it" : "left");
        }
        if (reader.LastSetAside is { } letter && letter != _setAside)
        {
            EntrySetAside(_logger, letter.Reader, letter.Sequence, letter.Reason);
        }
        _setAside = reader.LastSetAside;
        if (reader.Notice is { } notice && notice != _notice)
        {
            ReaderNotice(_logger, reader.Name, notice);
        }
        _notice = reader.Notice;
        SayFailure();
    }

    /// <summary>Says a failure once. Those of the store were thrown, and the base class logs them.</summary>
    private void SayFailure()
    {
        if (reader.Failure is LaterException waits)
        {
            // Another system is away: said once, and not at every try.
            if (waits.Message != _failure?.Message)
            {
                ReaderWaits(_logger, reader.Name, waits.Message);
            }
        }
        else if (reader.Failure is { } failure and not (StoreException or IOException) && failure != _failure)
        {
            ReaderFailed(_logger, reader.Name, failure);
        }
        _failure = reader.Failure;
    }

    [LoggerMessage(
        EventId = 6,
        EventName = "LeaseMoved",
        Level = LogLevel.Information,
        Message = "Lease {Lease} {What}."
    )]
    private static partial void LeaseMoved(ILogger logger, string lease, string what);

    [LoggerMessage(
        EventId = 9,
        EventName = "EntrySetAside",
        Level = LogLevel.Error,
        Message = "Reader {Reader} cannot take entry {Sequence} of the log; it is set aside: {Reason}"
    )]
    private static partial void EntrySetAside(ILogger logger, string reader, long sequence, string reason);

    [LoggerMessage(
        EventId = 13,
        EventName = "ReaderFailed",
        Level = LogLevel.Warning,
        Message = "Reader {Reader} of the log failed; it is tried again, after a pause that grows."
    )]
    private static partial void ReaderFailed(ILogger logger, string reader, Exception cause);

    [LoggerMessage(
        EventId = 105,
        EventName = "ReaderNotice",
        Level = LogLevel.Warning,
        Message = "Reader {Reader} of the log: {Notice}"
    )]
    private static partial void ReaderNotice(ILogger logger, string reader, string notice);

    [LoggerMessage(
        EventId = 102,
        EventName = "ReaderWaits",
        Level = LogLevel.Warning,
        Message = "Reader {Reader} of the log waits, and tries again by itself: {Cause}"
    )]
    private static partial void ReaderWaits(ILogger logger, string reader, string cause);
}
