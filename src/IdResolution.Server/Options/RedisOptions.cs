using IdResolution.Core.Primitives;
using StackExchange.Redis;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Redis</c>: the cache that nodes share (L2).</summary>
internal sealed class RedisOptions
{
    /// <summary>
    /// The connection string of StackExchange.Redis. Empty: no Redis. Never logged, as it may hold a password.
    /// </summary>
    public string? Configuration { get; set; }

    /// <summary>The beginning of all keys in Redis. Nodes share it if, and only if, they share a store.</summary>
    public string Namespace { get; set; } = "idnode";

    /// <summary>The longest time that a resolution waits for Redis, in milliseconds.</summary>
    public int TimeoutMilliseconds { get; set; } = 50;

    /// <summary>The lifetime of a record in Redis, in seconds.</summary>
    public int EntrySeconds { get; set; } = 3600;

    /// <summary>The longest time that background work waits for an answer.</summary>
    internal TimeSpan Patience => TimeSpan.FromMilliseconds(Math.Max(5 * TimeoutMilliseconds, 250));

    internal bool IsUsed => !string.IsNullOrWhiteSpace(Configuration);

    /// <summary>
    /// Parses the connection string. Overrides some settings, so that the node also works without Redis.
    /// </summary>
    /// <exception cref="ArgumentException">The connection string is invalid.</exception>
    internal ConfigurationOptions Parse()
    {
        var parsed = ConfigurationOptions.Parse(Configuration!);
        parsed.AbortOnConnectFail = false;
        // Commands that cannot be sent at once are not queued: reads ask the store instead, and late writes are
        // useless.
        parsed.BacklogPolicy = BacklogPolicy.FailFast;
        // Time-outs are checked at each heartbeat. A connection that is silent for four times the time-out is dropped.
        parsed.AsyncTimeout = (int)Patience.TotalMilliseconds;
        parsed.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        // The default pauses of the library grow to one minute.
        parsed.ReconnectRetryPolicy = new ExponentialRetry(250, 2_000);
        if (!Configuration!.Contains("connectTimeout", StringComparison.OrdinalIgnoreCase))
        {
            // This time-out also limits how often the library tries to connect.
            parsed.ConnectTimeout = 1_000;
        }
        parsed.ClientName ??= "idnode";
        return parsed;
    }

    internal void Validate(List<Text> errors)
    {
        if (IsUsed && !IsUsable())
        {
            errors.Add(
                new(
                    "Redis:Configuration: must be a StackExchange.Redis connection string, such as "
                        + "redis.example.com:6379,ssl=true,password=….",
                    "Redis:Configuration：应为 StackExchange.Redis 的连接字符串，例如 redis.example.com:6379,ssl=true,password=…。"
                )
            );
        }
        if (
            Namespace.Length is 0 or > 64
            || !Namespace.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        )
        {
            errors.Add(
                new(
                    $"Redis:Namespace: '{Namespace}' must be 1 to 64 letters, digits, '-', '_' or '.'.",
                    $"Redis:Namespace：'{Namespace}' 应为 1 至 64 个字母、数字、'-'、'_' 或 '.'。"
                )
            );
        }
        if (TimeoutMilliseconds is < 5 or > 5_000)
        {
            errors.Add(
                new(
                    $"Redis:TimeoutMilliseconds: {TimeoutMilliseconds} must be 5 to 5000.",
                    $"Redis:TimeoutMilliseconds：{TimeoutMilliseconds} 应为 5 至 5000。"
                )
            );
        }
        if (EntrySeconds is < 10 or > 604_800)
        {
            errors.Add(
                new(
                    $"Redis:EntrySeconds: {EntrySeconds} must be 10 to 604800.",
                    $"Redis:EntrySeconds：{EntrySeconds} 应为 10 至 604800。"
                )
            );
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
