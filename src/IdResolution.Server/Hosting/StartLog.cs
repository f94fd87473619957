using IdResolution.Storage.Migrations;

namespace IdResolution.Server.Hosting;

/// <summary>
/// The log of what happens before the host is built, in the form of the host's; made only where there is something.
/// </summary>
internal sealed partial class StartLog(Action<ILoggingBuilder> configure) : IProgress<MigrationProgress>, IDisposable
{
    private ILoggerFactory? _factory;
    private MigrationReports? _reports;

    public void Report(MigrationProgress value)
    {
        _reports ??= new MigrationReports(TimeProvider.System, Write);
        _reports.Report(value);
    }

    public void Dispose() => _factory?.Dispose();

    private void Write(string line)
    {
        _factory ??= LoggerFactory.Create(configure);
        var logger = _factory.CreateLogger<StartLog>();
        Migrating(logger, line);
    }

    [LoggerMessage(EventId = 14, EventName = "Migrating", Level = LogLevel.Information, Message = "{Progress}")]
    private static partial void Migrating(ILogger logger, string progress);
}
