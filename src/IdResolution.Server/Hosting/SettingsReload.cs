using System.Globalization;
using System.Runtime.InteropServices;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Options;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace IdResolution.Server.Hosting;

/// <summary>
/// Applies changed settings while the node runs: when <c>appsettings.json</c> changes, and on SIGHUP. If a setting is
/// invalid, nothing changes and the log names it. The log also names changed limits that need a restart.
/// </summary>
internal sealed partial class SettingsReload : IHostedService, IDisposable
{
    private readonly NodeOptions _options;
    private readonly ReloadableSettings _sections;
    private readonly IConfiguration _configuration;
    private readonly HostOptions _host;
    private readonly Auditor _auditor;
    private readonly ILogger<SettingsReload> _logger;
    private readonly Lock _lock = new();
    private IDisposable? _watch;
    private PosixSignalRegistration? _signal;

    public SettingsReload(
        NodeOptions options,
        ReloadableSettings sections,
        IConfiguration configuration,
        IOptions<HostOptions> host,
        Auditor auditor,
        ILogger<SettingsReload> logger
    )
    {
        _options = options;
        _sections = sections;
        _configuration = configuration;
        _host = host.Value;
        _auditor = auditor;
        _logger = logger;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch = ChangeToken.OnChange(_configuration.GetReloadToken, Apply);
        if (!OperatingSystem.IsWindows() && _configuration is IConfigurationRoot root)
        {
            _signal = PosixSignalRegistration.Create(
                PosixSignal.SIGHUP,
                context =>
                {
                    // Otherwise the signal would end the process.
                    context.Cancel = true;
                    root.Reload();
                }
            );
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _signal?.Dispose();
    }

    private void Apply()
    {
        lock (_lock)
        {
            if (Read() is not { } changed)
            {
                return;
            }
            var later = NeedingRestart(changed);
            Note([
                .. Differences("Limits", _sections.Limits.CurrentValue, changed.Limits),
                .. Differences("Access", _sections.Access.CurrentValue, changed.Access),
                .. Differences("Drain", _sections.Drain.CurrentValue, changed.Drain),
            ]);
            _sections.Limits.Set(changed.Limits);
            _sections.Access.Set(changed.Access);
            _sections.Drain.Set(changed.Drain);
            _host.ShutdownTimeout = GracefulShutdown.Time(changed.Drain);
            Reloaded(
                _logger,
                changed.Limits.BodyBytes,
                changed.Limits.BatchBytes,
                changed.Access.AnonymousReads,
                changed.Drain.Seconds
            );
            if (later.Count > 0)
            {
                NeedsRestart(_logger, string.Join(", ", later));
            }
        }
    }

    private NodeOptions? Read()
    {
        try
        {
            return NodeOptions.From(_configuration);
        }
        catch (OperatorException e)
        {
            ReloadRefused(_logger, e.Message.ReplaceLineEndings(" "));
            return null;
        }
    }

    /// <summary>
    /// Notes each changed setting in the audit log: together they would not fit a line. Where the store is away, the
    /// lines wait.
    /// </summary>
    private void Note(IReadOnlyList<string> changes)
    {
        if (changes.Count > 0)
        {
            _ = NoteAsync();
        }

        async Task NoteAsync()
        {
            foreach (var change in changes)
            {
                try
                {
                    await _auditor.DoneAsync(Caller.Node, "settings.reload", change, CancellationToken.None);
                }
                catch (StoreException)
                {
                    // The next flush tries again.
                }
            }
        }
    }

    /// <summary>The settings of a section that differ, with their new values.</summary>
    private static IEnumerable<string> Differences<T>(string section, T before, T after) =>
        from property in typeof(T).GetProperties()
        let value = property.GetValue(after)
        where !Equals(property.GetValue(before), value)
        select string.Create(CultureInfo.InvariantCulture, $"{section}:{property.Name}={value}");

    /// <summary>The changed settings that take effect only after a restart.</summary>
    private List<string> NeedingRestart(NodeOptions changed)
    {
        var later = new List<string>();
        if (
            (changed.Limits.MessageBytes, changed.Limits.StreamsPerConnection)
            != (_options.Limits.MessageBytes, _options.Limits.StreamsPerConnection)
        )
        {
            later.Add("Limits:MessageBytes, Limits:StreamsPerConnection");
        }
        if (changed.Cache.Bytes != _options.Cache.Bytes)
        {
            later.Add("Cache:Bytes");
        }
        if (!changed.Cors.Origins.SequenceEqual(_options.Cors.Origins))
        {
            later.Add("Cors:Origins");
        }
        return later;
    }

    [LoggerMessage(
        EventId = 3,
        EventName = "SettingsReloaded",
        Level = LogLevel.Information,
        Message = "Settings read again: Limits:BodyBytes {BodyBytes}, Limits:BatchBytes {BatchBytes}, "
            + "Access:AnonymousReads {AnonymousReads}, Drain:Seconds {DrainSeconds}."
    )]
    private static partial void Reloaded(
        ILogger logger,
        int bodyBytes,
        int batchBytes,
        bool anonymousReads,
        int drainSeconds
    );

    [LoggerMessage(
        EventId = 4,
        EventName = "SettingsRefused",
        Level = LogLevel.Error,
        Message = "Changed settings cannot be used, the old ones hold: {Faults}"
    )]
    private static partial void ReloadRefused(ILogger logger, string faults);

    [LoggerMessage(
        EventId = 5,
        EventName = "SettingsNeedRestart",
        Level = LogLevel.Warning,
        Message = "{Settings} changed; that takes effect with the next start."
    )]
    private static partial void NeedsRestart(ILogger logger, string settings);
}
