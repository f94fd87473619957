using System.Net;
using IdResolution.Core.Identifiers;
using IdResolution.HandleProtocol.Values;
using IdResolution.Storage.Sql;
using StackExchange.Redis;

namespace IdResolution.Server.Hosting;

/// <summary>The node's settings, bound from <c>appsettings.json</c>, environment (<c>IDR__…</c>) and command line, in that order of strength.</summary>
internal sealed class NodeOptions
{
    /// <summary>The data directory: database, key file.</summary>
    public string Data { get; set; } = "data";

    /// <summary>Prefixes homed at each start.</summary>
    public List<string> Prefixes { get; set; } = [];

    /// <summary>Where HTTP listens, ADDR:PORT.</summary>
    public string Http { get; set; } = "0.0.0.0:8080";

    /// <summary>Where gRPC listens (HTTP/2 without TLS), ADDR:PORT.</summary>
    public string Grpc { get; set; } = "0.0.0.0:8081";

    /// <summary>Where the Handle protocol listens, TCP and UDP, ADDR:PORT.</summary>
    public string Handle { get; set; } = "0.0.0.0:2641";

    /// <summary>Who administers this server over the Handle protocol, each INDEX:HANDLE.</summary>
    public List<string> HandleAdmins { get; set; } = [];

    public SiteOptions Site { get; set; } = new();

    public ForeignOptions Foreign { get; set; } = new();

    /// <summary>The base of QR codes and URL values; by default the bound HTTP address.</summary>
    public string? PublicUrl { get; set; }

    public StoreOptions Store { get; set; } = new();

    public PlantOptions Plant { get; set; } = new();

    public AccessOptions Access { get; set; } = new();

    public CacheOptions Cache { get; set; } = new();

    public RedisOptions Redis { get; set; } = new();

    public SecretOptions Secrets { get; set; } = new();

    public LimitOptions Limits { get; set; } = new();

    public DrainOptions Drain { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    internal sealed class StoreOptions
    {
        /// <summary>The connection string of a SQL Server database; empty for the embedded store in the data directory.</summary>
        public string SqlServer { get; set; } = "";

        /// <summary>The connection string of its read-only replica, asked first for resolutions; empty for none.</summary>
        public string SqlServerReplica { get; set; } = "";

        /// <summary>Seconds that a connection to SQL Server or a statement may take.</summary>
        public int TimeoutSeconds { get; set; } = 5;
    }

    internal sealed class PlantOptions
    {
        /// <summary>The time zone of dates in coding rules and of statistics.</summary>
        public string TimeZone { get; set; } = "Asia/Shanghai";
    }

    internal sealed class AccessOptions
    {
        /// <summary>Whether callers without a key see public attributes.</summary>
        public bool AnonymousReads { get; set; } = true;
    }

    internal sealed class CacheOptions
    {
        /// <summary>Bytes of records kept in memory; 0 switches the cache off.</summary>
        public long Bytes { get; set; } = 128L << 20;
    }

    internal sealed class RedisOptions
    {
        /// <summary>StackExchange.Redis' connection string; empty switches Redis off. May hold a password: never logged.</summary>
        public string? Configuration { get; set; }

        /// <summary>What the keys begin with; nodes of one store share it, other stores have others.</summary>
        public string Namespace { get; set; } = "idnode";

        /// <summary>The longest that a resolution waits for Redis, in ms.</summary>
        public int TimeoutMilliseconds { get; set; } = 50;

        /// <summary>How long a record is kept in Redis, in seconds.</summary>
        public int EntrySeconds { get; set; } = 3600;

        /// <summary>The longest that background work waits for an answer.</summary>
        internal TimeSpan Patience => TimeSpan.FromMilliseconds(Math.Max(5 * TimeoutMilliseconds, 250));

        /// <summary>Whether there is a Redis to use.</summary>
        internal bool IsUsed => !string.IsNullOrWhiteSpace(Configuration);

        /// <summary>The connection's settings: a node starts and goes on without Redis, whatever they say of that.</summary>
        /// <exception cref="ArgumentException">They cannot be used.</exception>
        internal ConfigurationOptions Parse()
        {
            var parsed = ConfigurationOptions.Parse(Configuration!);
            parsed.AbortOnConnectFail = false;
            // What cannot be sent at once is not kept for later: the store is asked, an old put is worth nothing.
            parsed.BacklogPolicy = BacklogPolicy.FailFast;
            // The library looks at its time-outs with its heartbeat; a connection that has said nothing for four times
            // the time-out, in whole seconds, it drops.
            parsed.AsyncTimeout = (int)Patience.TotalMilliseconds;
            parsed.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
            // Its own pauses grow to a minute.
            parsed.ReconnectRetryPolicy = new ExponentialRetry(250, 2_000);
            if (!Configuration!.Contains("connectTimeout", StringComparison.OrdinalIgnoreCase))
            {
                // The library tries again only so often.
                parsed.ConnectTimeout = 1_000;
            }
            parsed.ClientName ??= "idnode";
            return parsed;
        }

        internal void Validate(List<string> errors)
        {
            if (IsUsed && !IsUsable())
            {
                errors.Add("Redis:Configuration: must be a StackExchange.Redis connection string, such as redis.example.com:6379,ssl=true,password=….");
            }
            if (Namespace.Length is 0 or > 64 || !Namespace.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                errors.Add($"Redis:Namespace: '{Namespace}' must be 1 to 64 letters, digits, '-', '_' or '.'.");
            }
            if (TimeoutMilliseconds is < 5 or > 5_000)
            {
                errors.Add($"Redis:TimeoutMilliseconds: {TimeoutMilliseconds} must be 5 to 5000.");
            }
            if (EntrySeconds is < 10 or > 604_800)
            {
                errors.Add($"Redis:EntrySeconds: {EntrySeconds} must be 10 to 604800.");
            }
        }

        private bool IsUsable()
        {
            try
            {
                return Parse().EndPoints.Count > 0;
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
            {
                return false;
            }
        }
    }

    internal sealed class SecretOptions
    {
        /// <summary>The key file; by default <c>secrets.key</c> in the data directory.</summary>
        public string? KeyFile { get; set; }
    }

    internal sealed class LimitOptions
    {
        public const int GreatestBatchBytes = 1 << 30;

        /// <summary>Greatest request body in bytes.</summary>
        public int BodyBytes { get; set; } = 1 << 20;

        /// <summary>Greatest body of a batch in bytes.</summary>
        public int BatchBytes { get; set; } = 32 << 20;

        /// <summary>Greatest gRPC message in bytes.</summary>
        public int MessageBytes { get; set; } = 4 << 20;

        /// <summary>gRPC calls at once on one connection.</summary>
        public int StreamsPerConnection { get; set; } = 250;

        /// <summary>Connections of the Handle protocol at once.</summary>
        public int HandleConnections { get; set; } = 20_000;

        /// <summary>Seconds that a connection of the Handle protocol may be idle.</summary>
        public int HandleIdleSeconds { get; set; } = 300;
    }

    internal sealed class SiteOptions
    {
        /// <summary>The IP address at which Handle clients reach the node; by default the one bound, or the machine's first.</summary>
        public string? Address { get; set; }

        /// <summary>What the site record says of itself.</summary>
        public string Description { get; set; } = "IdResolution node";

        /// <summary>The serial number of the site record: raised by the operator whenever the site changes, 0 to 65534.</summary>
        public int Serial { get; set; } = 1;

        internal void Validate(List<string> errors)
        {
            if (!string.IsNullOrEmpty(Address) && !IPAddress.TryParse(Address, out _))
            {
                errors.Add($"Site:Address: '{Address}' must be an IP address, such as 203.0.113.10.");
            }
            if (Serial is < 0 or >= ushort.MaxValue)
            {
                errors.Add($"Site:Serial: {Serial} must be 0 to {ushort.MaxValue - 1}.");
            }
        }
    }

    internal sealed class ForeignOptions
    {
        /// <summary>A recursive node that resolves other companies' prefixes, ADDR:PORT; empty for none.</summary>
        public string Recursive { get; set; } = "";

        /// <summary>Servers of the root, ADDR:PORT each, from which foreign prefixes are found where there is no recursive node.</summary>
        public List<string> Roots { get; set; } = [];

        /// <summary>Addresses and networks that outgoing requests may go to although they are loopback, private or link-local, such as 10.1.0.0/16.</summary>
        public List<string> Allowed { get; set; } = [];

        /// <summary>Seconds that the resolution of a foreign identifier may take.</summary>
        public int TimeoutSeconds { get; set; } = 5;

        /// <summary>Foreign records kept in memory for as long as their values live; 0 keeps none.</summary>
        public int CacheEntries { get; set; } = 10_000;

        /// <summary>Whether values of foreign records must be signed (HS_SIGNATURE).</summary>
        public bool RequireSignatures { get; set; }

        internal void Validate(List<string> errors)
        {
            if (Recursive.Length > 0 && !TryEndPoint(Recursive, out _))
            {
                errors.Add($"Foreign:Recursive: '{Recursive}' must be ADDR:PORT, such as 203.0.113.20:2641.");
            }
            foreach (var root in Roots.Where(r => !TryEndPoint(r, out _)))
            {
                errors.Add($"Foreign:Roots: '{root}' must be ADDR:PORT, such as 203.0.113.30:2641.");
            }
            foreach (var network in Allowed.Where(n => !IPNetwork.TryParse(n, out _) && !IPAddress.TryParse(n, out _)))
            {
                errors.Add($"Foreign:Allowed: '{network}' must be an IP address or a network, such as 10.1.0.0/16.");
            }
            if (TimeoutSeconds is < 1 or > 60)
            {
                errors.Add($"Foreign:TimeoutSeconds: {TimeoutSeconds} must be 1 to 60.");
            }
            if (CacheEntries is < 0 or > 10_000_000)
            {
                errors.Add($"Foreign:CacheEntries: {CacheEntries} must be 0 to 10000000.");
            }
        }
    }

    internal sealed class DrainOptions
    {
        /// <summary>How long a node that is told to stop still answers, and says so on <c>/readyz</c>, before its listeners close.</summary>
        public int Seconds { get; set; }
    }

    internal sealed class TelemetryOptions
    {
        /// <summary>The OpenTelemetry collector; by default <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, and without that nothing is exported.</summary>
        public string? OtlpEndpoint { get; set; }

        /// <summary><c>grpc</c> or <c>http/protobuf</c>; by default <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, and without that <c>grpc</c>.</summary>
        public string? Protocol { get; set; }
    }

    /// <summary>Binds and checks the settings.</summary>
    /// <exception cref="OperatorException">A setting cannot be used; all of them are named.</exception>
    public static NodeOptions From(IConfiguration configuration, string[]? prefixes = null, string[]? handleAdmins = null)
    {
        try
        {
            var options = new NodeOptions();
            configuration.Bind(options);
            if (prefixes is { Length: > 0 })
            {
                options.Prefixes = [.. prefixes];
            }
            else
            {
                options.Prefixes = Listed(configuration, "Prefixes", options.Prefixes);
            }
            options.HandleAdmins = handleAdmins is { Length: > 0 } ? [.. handleAdmins] : Listed(configuration, "HandleAdmins", options.HandleAdmins);
            options.Foreign.Roots = Listed(configuration, "Foreign:Roots", options.Foreign.Roots);
            options.Foreign.Allowed = Listed(configuration, "Foreign:Allowed", options.Foreign.Allowed);
            var faults = options.Validate();
            return faults.Count == 0 ? options : throw new OperatorException(string.Join(Environment.NewLine, faults));
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException or FormatException)
        {
            throw new OperatorException(e.InnerException is null ? e.Message : $"{e.Message} {e.InnerException.Message}");
        }
    }

    /// <summary>One variable may hold a whole list: IDR__Prefixes=88.1,88.2.</summary>
    private static List<string> Listed(IConfiguration configuration, string name, List<string> bound) =>
        configuration[name] is { Length: > 0 } listed ? [.. listed.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)] : bound;

    /// <summary>Every setting that cannot be used, each with its name and what it may be.</summary>
    public List<string> Validate()
    {
        var errors = new List<string>();
        foreach (var (name, value) in new[] { ("Http", Http), ("Grpc", Grpc), ("Handle", Handle) })
        {
            if (!TryEndPoint(value, out _))
            {
                errors.Add($"{name}: '{value}' must be ADDR:PORT, such as 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:0.");
            }
        }
        foreach (var prefix in Prefixes.Where(p => !Prefix.TryParse(p, out _)))
        {
            errors.Add($"Prefixes: '{prefix}' must be digits, then groups of letters or digits after dots, such as 88.300.1.");
        }
        if (PublicUrl is not null && (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0))
        {
            errors.Add($"PublicUrl: '{PublicUrl}' must be an http or https URL without query, such as https://id.example.com.");
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Plant.TimeZone, out _))
        {
            errors.Add($"Plant:TimeZone: '{Plant.TimeZone}' must be an IANA time zone, such as Asia/Shanghai.");
        }
        // Connection strings hold passwords: they are never repeated.
        foreach (var (name, value) in new[] { ("Store:SqlServer", Store.SqlServer), ("Store:SqlServerReplica", Store.SqlServerReplica) })
        {
            if (value.Length > 0 && StoreSettings.Fault(value) is { } fault)
            {
                errors.Add($"{name}: {fault}.");
            }
        }
        if (Store.SqlServerReplica.Length > 0 && Store.SqlServer.Length == 0)
        {
            errors.Add("Store:SqlServerReplica: needs Store:SqlServer, the server that is written to.");
        }
        if (Store.TimeoutSeconds is < 1 or > 60)
        {
            errors.Add($"Store:TimeoutSeconds: {Store.TimeoutSeconds} must be 1 to 60.");
        }
        if (Cache.Bytes is < 0 or > 1L << 40)
        {
            errors.Add($"Cache:Bytes: {Cache.Bytes} must be 0 (off) to 1 TiB.");
        }
        Redis.Validate(errors);
        if (Limits.BodyBytes is < 1024 or > 1 << 28)
        {
            errors.Add($"Limits:BodyBytes: {Limits.BodyBytes} must be 1024 to {1 << 28}.");
        }
        if (Limits.BatchBytes < Limits.BodyBytes || Limits.BatchBytes > LimitOptions.GreatestBatchBytes)
        {
            errors.Add($"Limits:BatchBytes: {Limits.BatchBytes} must be Limits:BodyBytes to {LimitOptions.GreatestBatchBytes}.");
        }
        if (Limits.MessageBytes is < 65_536 or > 1 << 28)
        {
            errors.Add($"Limits:MessageBytes: {Limits.MessageBytes} must be 65536 to {1 << 28}.");
        }
        if (Limits.StreamsPerConnection is < 1 or > 10_000)
        {
            errors.Add($"Limits:StreamsPerConnection: {Limits.StreamsPerConnection} must be 1 to 10000.");
        }
        if (Limits.HandleConnections is < 1 or > 1_000_000)
        {
            errors.Add($"Limits:HandleConnections: {Limits.HandleConnections} must be 1 to 1000000.");
        }
        if (Limits.HandleIdleSeconds is < 1 or > 86_400)
        {
            errors.Add($"Limits:HandleIdleSeconds: {Limits.HandleIdleSeconds} must be 1 to 86400.");
        }
        foreach (var admin in HandleAdmins.Where(a => !ValueReference.TryParse(a, out _)))
        {
            errors.Add($"HandleAdmins (--handle-admin): '{admin}' must be INDEX:HANDLE, such as 300:88.300.1/ADMIN. A handle with a comma or a space needs an option, or an entry (IDR__HandleAdmins__0), of its own.");
        }
        Site.Validate(errors);
        Foreign.Validate(errors);
        if (Drain.Seconds is < 0 or > 300)
        {
            errors.Add($"Drain:Seconds: {Drain.Seconds} must be 0 to 300.");
        }
        if (Telemetry.OtlpEndpoint is not null && (!Uri.TryCreate(Telemetry.OtlpEndpoint, UriKind.Absolute, out var collector) || collector.Scheme is not ("http" or "https")))
        {
            errors.Add($"Telemetry:OtlpEndpoint: '{Telemetry.OtlpEndpoint}' must be an http or https URL, such as http://127.0.0.1:4317.");
        }
        if (Telemetry.Protocol is not (null or "grpc" or "http/protobuf"))
        {
            errors.Add($"Telemetry:Protocol: '{Telemetry.Protocol}' must be grpc or http/protobuf.");
        }
        return errors;
    }

    /// <summary>Reads ADDR:PORT; <c>localhost</c> is 127.0.0.1.</summary>
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
        // Without brackets an IPv6 address would swallow its port.
        if (host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') || !IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return false;
        }
        endPoint = new IPEndPoint(address, port);
        return true;
    }
}
