using IdResolution.Server.Options;

namespace IdResolution.Server.Hosting;

/// <summary>Says once, when the node starts, what works but should be known.</summary>
internal sealed partial class StartWarnings(
    DataDirectory directory,
    NodeOptions options,
    IConfiguration configuration,
    ILogger<StartWarnings> logger
)
{
    public void Log()
    {
        var loose = directory.Loose();
        if (loose.Count > 0)
        {
            FilesReadable(logger, string.Join(", ", loose));
        }
        foreach (var variable in options.UnknownVariables)
        {
            SettingUnknown(logger, variable.En);
        }
        if (ClearListeners.Warning(options, configuration) is { } warning)
        {
            ListenersInClear(logger, warning.En, warning.Zh);
        }
    }

    [LoggerMessage(
        EventId = 85,
        EventName = "FilesReadable",
        Level = LogLevel.Warning,
        Message = "Other users of this machine may use {Files}. They hold whole records: chmod go= them."
    )]
    private static partial void FilesReadable(ILogger logger, string files);

    [LoggerMessage(
        EventId = 86,
        EventName = "SettingUnknown",
        Level = LogLevel.Warning,
        Message = "A variable of the environment is ignored. {Fault}"
    )]
    private static partial void SettingUnknown(ILogger logger, string fault);

    [LoggerMessage(
        EventId = 89,
        EventName = "ListenersInClear",
        Level = LogLevel.Warning,
        Message = "{English} {Chinese}"
    )]
    private static partial void ListenersInClear(ILogger logger, string english, string chinese);
}
