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
        if (options.Access.HandleLegacy)
        {
            LegacyTaken(logger);
        }
        foreach (var variable in options.UnknownVariables)
        {
            SettingUnknown(logger, variable.En);
        }
        if (ClearListeners.Warning(options, configuration) is { } warning)
        {
            ListenersInClear(logger, warning.En, warning.Zh);
        }
        if (UpstreamWarnings.Clear(options.Upstream) is { } clear)
        {
            UpstreamInClear(logger, clear.En, clear.Zh);
        }
        if (UpstreamWarnings.LooseSecret(options.Upstream) is { } secret)
        {
            SecretReadable(logger, secret);
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
        EventId = 89,
        EventName = "LegacyTaken",
        Level = LogLevel.Warning,
        Message = "Access:HandleLegacy is on: the Handle protocol takes proofs, keys and ciphers that are weak today "
            + "(MD5, SHA-1, RSA of 1024 bits, DES)."
    )]
    private static partial void LegacyTaken(ILogger logger);

    [LoggerMessage(
        EventId = 86,
        EventName = "SettingUnknown",
        Level = LogLevel.Warning,
        Message = "A variable of the environment is ignored. {Fault}"
    )]
    private static partial void SettingUnknown(ILogger logger, string fault);

    [LoggerMessage(
        EventId = 91,
        EventName = "ListenersInClear",
        Level = LogLevel.Warning,
        Message = "{English} {Chinese}"
    )]
    private static partial void ListenersInClear(ILogger logger, string english, string chinese);

    [LoggerMessage(
        EventId = 92,
        EventName = "UpstreamInClear",
        Level = LogLevel.Warning,
        Message = "{English} {Chinese}"
    )]
    private static partial void UpstreamInClear(ILogger logger, string english, string chinese);

    [LoggerMessage(
        EventId = 93,
        EventName = "SecretReadable",
        Level = LogLevel.Warning,
        Message = "Other users of this machine may use {File}. It holds the password of Upstream:User: chmod go= it."
    )]
    private static partial void SecretReadable(ILogger logger, string file);
}
