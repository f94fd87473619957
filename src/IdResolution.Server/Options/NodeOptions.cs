using System.Net;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Options;

/// <summary>
/// The node's settings. They are read from files, then from the environment (<c>IDR__…</c>), then
/// from the command line. A later source overrides an earlier one.
/// </summary>
internal sealed class NodeOptions
{
    /// <summary>The data directory. It holds the database and the key file.</summary>
    public string Data { get; set; } = "data";

    /// <summary>Prefixes that the node homes at each start, if they are not homed yet.</summary>
    public List<string> Prefixes { get; set; } = [];

    /// <summary>Where HTTP listens, ADDR:PORT.</summary>
    public string Http { get; set; } = "0.0.0.0:8080";

    /// <summary>Where gRPC listens (HTTP/2 without TLS), ADDR:PORT.</summary>
    public string Grpc { get; set; } = "0.0.0.0:8081";

    /// <summary>Where the Handle protocol listens, TCP and UDP, ADDR:PORT.</summary>
    public string Handle { get; set; } = "0.0.0.0:2641";

    /// <summary>Administrators of this server over the Handle protocol, each as INDEX:HANDLE.</summary>
    public List<string> HandleAdmins { get; set; } = [];

    public SnmsOptions Snms { get; set; } = new();

    public UpstreamOptions Upstream { get; set; } = new();

    public SiteOptions Site { get; set; } = new();

    public ForeignOptions Foreign { get; set; } = new();

    /// <summary>The base of URLs in QR codes and URL values. Default: the bound HTTP address.</summary>
    public string? PublicUrl { get; set; }

    public StoreOptions Store { get; set; } = new();

    public BackupOptions Backup { get; set; } = new();

    public PlantOptions Plant { get; set; } = new();

    public EventOptions Events { get; set; } = new();

    public AccessOptions Access { get; set; } = new();

    public AuditOptions Audit { get; set; } = new();

    public CorsOptions Cors { get; set; } = new();

    public ProxyOptions ForwardedHeaders { get; set; } = new();

    public CacheOptions Cache { get; set; } = new();

    public RedisOptions Redis { get; set; } = new();

    public SecretOptions Secrets { get; set; } = new();

    public LimitOptions Limits { get; set; } = new();

    public DrainOptions Drain { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    public TlsOptions Tls { get; set; } = new();

    /// <summary>All addresses that the node listens on, but those of Kestrel's own settings.</summary>
    internal IReadOnlyList<Listener> Listeners =>
        [
            new(Listener.Http, "Http", Http),
            new(Listener.Grpc, "Grpc", Grpc),
            // It proves identities without showing secrets.
            new(Listener.Handle, "Handle", Handle) { HasUdp = true, IsClear = false },
            .. Snms.HasPort ? [new Listener(Listener.Snms, "Snms:Http", Snms.Http!)] : (Listener[])[],
        ];

    /// <summary>What to say of variables of the environment that name no setting. They are ignored.</summary>
    internal IReadOnlyList<Text> UnknownVariables { get; set; } = [];

    /// <summary>The user of the operating system who runs a verb, for the audit log; null in tests.</summary>
    internal string? OsUser { get; set; }

    /// <summary>Binds and checks the settings.</summary>
    /// <exception cref="OperatorException">Settings are invalid. The message names all of them.</exception>
    public static NodeOptions From(
        IConfiguration configuration,
        string[]? prefixes = null,
        string[]? handleAdmins = null
    )
    {
        var (options, faults) = Read(configuration, prefixes, handleAdmins);
        return faults.Count == 0 ? options : throw new OperatorException(Text.Lines(faults));
    }

    /// <summary>Binds the settings, and says what is wrong with them.</summary>
    /// <exception cref="OperatorException">A value cannot be read at all.</exception>
    public static (NodeOptions Options, List<Text> Faults) Read(
        IConfiguration configuration,
        string[]? prefixes = null,
        string[]? handleAdmins = null
    )
    {
        try
        {
            var options = new NodeOptions();
            configuration.Bind(options);
            options.Prefixes = Given(prefixes) ?? Listed(configuration, "Prefixes", options.Prefixes);
            options.HandleAdmins = Given(handleAdmins) ?? Listed(configuration, "HandleAdmins", options.HandleAdmins);
            options.Cors.Origins = Listed(configuration, "Cors:Origins", options.Cors.Origins);
            options.ForwardedHeaders.Proxies = Listed(
                configuration,
                "ForwardedHeaders:Proxies",
                options.ForwardedHeaders.Proxies
            );
            options.Foreign.Roots = Listed(configuration, "Foreign:Roots", options.Foreign.Roots);
            options.Foreign.Allowed = Listed(configuration, "Foreign:Allowed", options.Foreign.Allowed);
            return (options, [.. SettingNames.FaultsInFiles(configuration), .. options.Validate()]);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or FormatException)
        {
            List<Text> faults = [.. SettingNames.FaultsInFiles(configuration), .. SettingValues.Faults(configuration)];
            throw faults.Count > 0 ? new OperatorException(Text.Lines(faults)) : Unreadable(e);
        }
    }

    /// <summary>Says that settings cannot be read, in the words of the reader of the configuration.</summary>
    public static OperatorException Unreadable(Exception e)
    {
        var why = e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}";
        return new OperatorException(why, $"配置无法读取：{why}");
    }

    private static List<string>? Given(string[]? list) => list is { Length: > 0 } ? [.. list] : null;

    /// <summary>
    /// Reads a list from one variable, as in IDR__Prefixes=88.1,88.2. If it is empty, gives the bound list.
    /// </summary>
    private static List<string> Listed(IConfiguration configuration, string name, List<string> bound) =>
        configuration[name] is { Length: > 0 } listed
            ? [.. listed.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : bound;

    /// <summary>The errors of all invalid settings, each with its name and allowed values; or empty.</summary>
    public List<Text> Validate()
    {
        var errors = new List<Text>();
        ValidateAddresses(errors);
        ValidateNames(errors);
        Store.Validate(errors);
        Plant.Validate(errors);
        Events.Validate(errors);
        Cors.Validate(errors);
        ForwardedHeaders.Validate(errors);
        Cache.Validate(errors);
        Redis.Validate(errors);
        Limits.Validate(errors);
        Upstream.Validate(errors);
        Site.Validate(errors);
        Foreign.Validate(errors);
        Drain.Validate(errors);
        Audit.Validate(errors);
        Telemetry.Validate(errors);
        Tls.Validate(errors);
        return errors;
    }

    private void ValidateNames(List<Text> errors)
    {
        foreach (var prefix in Prefixes.Where(p => !Prefix.TryParse(p, out _)))
        {
            errors.Add(
                new(
                    $"Prefixes: '{prefix}' must be digits, then groups of letters or digits after dots, such as "
                        + "88.300.1.",
                    $"Prefixes：'{prefix}' 应为数字，其后各组为字母或数字并以点分隔，例如 88.300.1。"
                )
            );
        }
        if (PublicUrl is not null && !IsPublicUrl(PublicUrl))
        {
            errors.Add(
                new(
                    $"PublicUrl: '{PublicUrl}' must be an http or https URL without query, such as "
                        + "https://id.example.com.",
                    $"PublicUrl：'{PublicUrl}' 应为不含查询参数的 http 或 https URL，例如 https://id.example.com。"
                )
            );
        }
        foreach (var admin in HandleAdmins.Where(a => !ValueReference.TryParse(a, out _)))
        {
            errors.Add(
                new(
                    $"HandleAdmins (--handle-admin): '{admin}' must be INDEX:HANDLE, such as 300:88.300.1/ADMIN. A "
                        + "handle with a comma or a space needs an option, or an entry (IDR__HandleAdmins__0), of "
                        + "its own.",
                    $"HandleAdmins（--handle-admin）：'{admin}' 应为 索引:标识，例如 300:88.300.1/ADMIN。含逗号或空格的标识须"
                        + "单独给出一个选项，或单独设为一项（IDR__HandleAdmins__0）。"
                )
            );
        }
    }

    private void ValidateAddresses(List<Text> errors)
    {
        foreach (var (_, name, value) in Listeners.Where(l => !TryEndPoint(l.Address, out _)))
        {
            errors.Add(
                new(
                    $"{name}: '{value}' must be ADDR:PORT, such as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:0.",
                    $"{name}：'{value}' 应为 地址:端口，例如 127.0.0.1:8080、[::1]:8080 或 0.0.0.0:0。"
                )
            );
        }
    }

    private static bool IsPublicUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is ("http" or "https")
        && url.Query.Length == 0
        && url.Fragment.Length == 0;

    /// <summary>Reads ADDR:PORT. <c>localhost</c> means 127.0.0.1.</summary>
    public static bool TryEndPoint(string text, out IPEndPoint endPoint)
    {
        endPoint = new IPEndPoint(IPAddress.None, 0);
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out var port))
        {
            return false;
        }
        var host = text[..colon];
        if (host == "localhost")
        {
            host = "127.0.0.1";
        }
        // An IPv6 address needs brackets: without them, its last group looks like a port.
        if (
            host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[')
            || !IPAddress.TryParse(host.Trim('[', ']'), out var address)
        )
        {
            return false;
        }
        endPoint = new IPEndPoint(address, port);
        return true;
    }
}
