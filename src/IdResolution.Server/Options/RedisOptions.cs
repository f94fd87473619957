using StackExchange.Redis;

namespace IdResolution.Server.Options;

/// <summary>The cache that nodes share (L2).</summary>
internal sealed class RedisOptions
{
    /// <summary>
    /// StackExchange.Redis' connection string; empty switches Redis off. May hold a password: never logged.
    /// </summary>
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

    /// <summary>
    /// The connection's settings: a node starts and goes on without Redis, whatever they say of that.
    /// </summary>
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
            errors.Add(
                "Redis:Configuration: must be a StackExchange.Redis connection string, such as "
                    + "redis.example.com:6379,ssl=true,password=…."
            );
        }
        if (
            Namespace.Length is 0 or > 64
            || !Namespace.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        )
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
