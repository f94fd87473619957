using IdResolution.Core.Documents;

namespace IdResolution.Server.Hosting.Work;

/// <summary>Looks every 10 s whether the data keys were rotated, and tells where the key file lacks a key.</summary>
internal sealed partial class DataKeyWork(DataKeys keys, TimeProvider time, ILogger<DataKeyWork> logger)
    : PeriodicWork("data keys", TimeSpan.FromSeconds(10), time, logger)
{
    private readonly ILogger _logger = logger;
    private string _missing = "";

    protected override async Task DoAsync(CancellationToken stoppingToken)
    {
        await keys.LoadAsync(stoppingToken);
        var missing = string.Join(", ", keys.Missing);
        if (missing.Length > 0 && missing != _missing)
        {
            KeyMissing(_logger, missing);
        }
        _missing = missing;
    }

    [LoggerMessage(
        EventId = 90,
        EventName = "KeyMissing",
        Level = LogLevel.Error,
        Message = "The key file lacks keys that secrets are encrypted with: {Keys}. Copy it from the node where idnode "
            + "key-file was run; it is read again by itself."
    )]
    private static partial void KeyMissing(ILogger logger, string keys);
}
