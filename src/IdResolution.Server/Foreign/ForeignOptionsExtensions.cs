using IdResolution.HandleProtocol.Client;
using IdResolution.Server.Options;

namespace IdResolution.Server.Foreign;

/// <summary>The settings of foreign resolution as the client of the Handle protocol takes them.</summary>
internal static class ForeignOptionsExtensions
{
    // What another node changes or withdraws, a key above all, is not believed here for longer.
    private static readonly TimeSpan MaxTtl = TimeSpan.FromHours(1);

    private static readonly TimeSpan NegativeTtl = TimeSpan.FromSeconds(10);

    /// <summary>True where foreign prefixes are resolved: somebody is named who can be asked.</summary>
    public static bool IsOn(this ForeignOptions options) => options.Recursive.Length > 0 || options.Roots.Count > 0;

    /// <summary>Where walks begin and what bounds them.</summary>
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
    /// The patience of single requests, so that within the time of a walk TCP is tried after UDP, and a second server
    /// after one that is silent.
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
        };
    }

    /// <summary>The server at ADDR:PORT, UDP and TCP.</summary>
    /// <exception cref="OperatorException">The text is no such address.</exception>
    public static HandleServer ServerAt(string text) =>
        NodeOptions.TryEndPoint(text, out var endPoint)
            ? HandleServer.At(endPoint)
            : throw new OperatorException($"'{text}' must be ADDR:PORT, such as 203.0.113.30:2641.");
}
