using IdResolution.Core.Primitives;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Limits</c>: how much callers may send. Only the gRPC settings need a restart.</summary>
internal sealed class LimitOptions
{
    public const int GreatestBatchBytes = 1 << 30;

    /// <summary>The greatest length of a request body in bytes.</summary>
    public int BodyBytes { get; set; } = 1 << 20;

    /// <summary>The greatest length of the body of a batch in bytes.</summary>
    public int BatchBytes { get; set; } = 32 << 20;

    /// <summary>The greatest length of a gRPC message in bytes.</summary>
    public int MessageBytes { get; set; } = 4 << 20;

    /// <summary>The most concurrent gRPC calls on one connection.</summary>
    public int StreamsPerConnection { get; set; } = 250;

    /// <summary>The most concurrent connections of HTTP and gRPC. Those of listed proxies do not count.</summary>
    public int HttpConnections { get; set; } = 20_000;

    /// <summary>
    /// The most concurrent connections of one network (an IPv4 address, or the /64 of an IPv6 address): of HTTP and
    /// gRPC together, and of the Handle protocol.
    /// </summary>
    public int ConnectionsPerSource { get; set; } = 2_000;

    /// <summary>The most concurrent connections of the Handle protocol.</summary>
    public int HandleConnections { get; set; } = 20_000;

    /// <summary>Seconds after which an idle connection of the Handle protocol is closed.</summary>
    public int HandleIdleSeconds { get; set; } = 300;

    internal void Validate(List<Text> errors)
    {
        Check(errors, "BodyBytes", BodyBytes, 1024, 1 << 28);
        if (BatchBytes < BodyBytes || BatchBytes > GreatestBatchBytes)
        {
            errors.Add(
                new(
                    $"Limits:BatchBytes: {BatchBytes} must be Limits:BodyBytes to {GreatestBatchBytes}.",
                    $"Limits:BatchBytes：{BatchBytes} 应为 Limits:BodyBytes 至 {GreatestBatchBytes}。"
                )
            );
        }
        Check(errors, "MessageBytes", MessageBytes, 65_536, 1 << 28);
        Check(errors, "StreamsPerConnection", StreamsPerConnection, 1, 10_000);
        Check(errors, "HttpConnections", HttpConnections, 1, 1_000_000);
        Check(errors, "ConnectionsPerSource", ConnectionsPerSource, 1, 1_000_000);
        Check(errors, "HandleConnections", HandleConnections, 1, 1_000_000);
        Check(errors, "HandleIdleSeconds", HandleIdleSeconds, 1, 86_400);
    }

    private static void Check(List<Text> errors, string name, int value, int least, int greatest)
    {
        if (value < least || value > greatest)
        {
            errors.Add(
                new(
                    $"Limits:{name}: {value} must be {least} to {greatest}.",
                    $"Limits:{name}：{value} 应为 {least} 至 {greatest}。"
                )
            );
        }
    }
}
