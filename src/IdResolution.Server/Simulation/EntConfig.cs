using System.Text.Json.Serialization;

namespace IdResolution.Server.Simulation;

/// <summary>
/// The way to a prefix, as <c>ent/config</c> is sent: to a node of the enterprise's own, or hosted. The objects of
/// these calls are the simulator's own, so that it does not share a fault with a client.
/// </summary>
internal sealed record EntConfig(EntPrefixConfig? EntPrefixConfig = null, long? ProxyServerId = null)
{
    private const int MaxPrefix = 64;
    private const int MaxAddress = 255;

    /// <summary>Keeps the way to a prefix of the user's.</summary>
    public static Reply Keep(Registry registry, SecondaryNodeUser user, EntConfig sent)
    {
        var config = sent.EntPrefixConfig;
        if (Reply.Faulty(config?.EntPrefix, "entPrefixConfig.entPrefix", MaxPrefix) is { } fault)
        {
            return fault;
        }
        if (!user.Owns(config!.EntPrefix!))
        {
            return Reply.Forbidden;
        }
        if (sent.ProxyServerId is null && OwnNodeFault(config) is { } wrong)
        {
            return wrong;
        }
        registry.Routes[config.EntPrefix!] = sent;
        return Reply.Done;
    }

    private static Reply? OwnNodeFault(EntPrefixConfig config)
    {
        if (config.HdlType != "HS_SITE")
        {
            return Reply.Misshapen("entPrefixConfig.hdlType");
        }
        if (config.IpType is not ("4" or "6"))
        {
            return Reply.Misshapen("entPrefixConfig.ipType");
        }
        if (Reply.Faulty(config.Ip, "entPrefixConfig.ip", MaxAddress) is { } fault)
        {
            return fault;
        }
        string?[] ports = [config.TcpPort, config.UdpPort, config.HttpPort];
        if (ports.All(string.IsNullOrEmpty))
        {
            return Reply.Refused("至少填写一个端口");
        }
        return ports.All(port => string.IsNullOrEmpty(port) || (ushort.TryParse(port, out var number) && number > 0))
            ? null
            : Reply.Misshapen("entPrefixConfig.tcpPort, udpPort, httpPort");
    }
}

/// <summary>A prefix and where its node listens.</summary>
internal sealed record EntPrefixConfig
{
    public string? EntPrefix { get; init; }

    public string? HdlType { get; init; }

    [JsonConverter(typeof(TextOrNumber))]
    public string? IpType { get; init; }

    public string? Ip { get; init; }

    [JsonConverter(typeof(TextOrNumber))]
    public string? TcpPort { get; init; }

    [JsonConverter(typeof(TextOrNumber))]
    public string? UdpPort { get; init; }

    [JsonConverter(typeof(TextOrNumber))]
    public string? HttpPort { get; init; }
}
