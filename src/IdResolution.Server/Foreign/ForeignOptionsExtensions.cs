using IdResolution.HandleProtocol.Client;
using IdResolution.Server.Options;

namespace IdResolution.Server.Foreign;

/// <summary>Turns the settings of foreign resolution into those of the Handle client.</summary>
internal static class ForeignOptionsExtensions
{
    // If another node changes or withdraws a value, above all a key, the old one is not used here for longer than this.
    private static readonly TimeSpan MaxTtl = TimeSpan.FromHours(1);

    private static readonly TimeSpan NegativeTtl = TimeSpan.FromSeconds(10);

    /// <summary>True if foreign prefixes are resolved: the settings name a recursive node or a root.</summary>
    public static bool IsOn(this ForeignOptions options) => options.Recursive.Length > 0 || options.Roots.Count > 0;

    public static WalkSettings ToWalkSettings(this ForeignOptions options, TimeProvider time)
    {
        var isListed = AddressFilter.TryParse(options.Allowed, out var addresses, out _);
        return new WalkSettings
        {
            Roots = [.. options.Roots.Select(root => ServerAt(root).ToSite())],
            RecursiveNode = options.Recursive.Length > 0 ? ServerAt(options.Recursive) : null,
            TimeLimit = TimeSpan.FromSeconds(options.TimeoutSeconds),
            Addresses = isListed && addresses is not null ? addresses : AddressFilter.PublicOnly,
            MaxCachedAnswers = options.CacheEntries,
            MaxTtl = MaxTtl,
            NegativeTtl = NegativeTtl,
            Verifier = options.RequireSignatures ? new PrefixSignatureVerifier(time) : null,
        };
    }

    /// <summary>
    /// The time limits of single requests. Within the time of a walk they leave room for TCP after UDP, and for a
    /// second server after a silent one.
    /// </summary>
    public static TransportSettings ToTransportSettings(this ForeignOptions options)
    {
        var limit = TimeSpan.FromSeconds(options.TimeoutSeconds);
        return new TransportSettings
        {
            FirstUdpTimeout = limit / 10 < TimeSpan.FromSeconds(1) ? limit / 10 : TimeSpan.FromSeconds(1),
            UdpAttempts = 2,
            ConnectTimeout = limit / 4,
            RequestTimeout = limit * 0.6,
            // Resolutions are answered by one message.
            MaxContinuedLength = 1 << 20,
        };
    }

    /// <summary>The server at ADDR:PORT, over UDP and TCP.</summary>
    /// <exception cref="OperatorException">The text is not ADDR:PORT.</exception>
    public static HandleServer ServerAt(string text) =>
        NodeOptions.TryEndPoint(text, out var endPoint)
            ? HandleServer.At(endPoint)
            : throw new OperatorException(
                $"'{text}' must be ADDR:PORT, such as 203.0.113.30:2641.",
                $"'{text}' 应为 地址:端口，例如 203.0.113.30:2641。"
            );
}
