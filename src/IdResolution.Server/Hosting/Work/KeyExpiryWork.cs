using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Telemetry;

namespace IdResolution.Server.Hosting.Work;

/// <summary>Tells of keys that end soon, so that no line stops for it: by a metric, and a warning each day.</summary>
internal sealed partial class KeyExpiryWork : PeriodicWork
{
    private static readonly TimeSpan WarnEvery = TimeSpan.FromDays(1);

    private readonly CatalogHolder _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private string _warned = "";
    private DateTimeOffset _warnedAt;

    public KeyExpiryWork(
        CatalogHolder catalog,
        NodeTelemetry telemetry,
        TimeProvider time,
        ILogger<KeyExpiryWork> logger
    )
        : base("key expiry", TimeSpan.FromSeconds(10), time, logger)
    {
        (_catalog, _time, _logger) = (catalog, time, logger);
        telemetry.Meter.CreateObservableGauge(
            "idresolution.keys.expiring",
            () => Ending().Count(),
            "{key}",
            "Valid API keys that end within 30 days."
        );
    }

    protected override Task DoAsync(CancellationToken stoppingToken)
    {
        var ending = string.Join(", ", Ending().Select(k => $"{k.Id} ({k.Name}) on {k.ExpiresAt:yyyy-MM-dd}"));
        var now = _time.GetUtcNow();
        if (ending.Length > 0 && (ending != _warned || now - _warnedAt >= WarnEvery))
        {
            KeysEnding(_logger, ending);
            _warnedAt = now;
        }
        _warned = ending;
        return Task.CompletedTask;
    }

    private IEnumerable<ApiKey> Ending()
    {
        var now = _time.GetUtcNow();
        return _catalog.Current.Keys.Where(k => k.IsEnding(now));
    }

    [LoggerMessage(
        EventId = 88,
        EventName = "KeysEnding",
        Level = LogLevel.Warning,
        Message = "API keys end soon: {Keys}. Who uses them is refused from then on. Make others: idnode key create."
    )]
    private static partial void KeysEnding(ILogger logger, string keys);
}
