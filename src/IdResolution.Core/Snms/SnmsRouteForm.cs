namespace IdResolution.Core.Snms;

/// <summary>A route as the SNMS protocol sends it. Each member is null where it is absent.</summary>
public sealed record SnmsRouteForm
{
    /// <summary>The enterprise's prefix.</summary>
    public string? Prefix { get; init; }

    /// <summary>The number of the server that hosts the prefix (托管); null for a node of the enterprise's own.</summary>
    public long? Host { get; init; }

    /// <summary><c>HS_SITE</c>.</summary>
    public string? Type { get; init; }

    /// <summary>4 or 6.</summary>
    public int? AddressType { get; init; }

    /// <summary>The IP address of the node.</summary>
    public string? Address { get; init; }

    /// <summary>The port of the Handle protocol over TCP.</summary>
    public int? Tcp { get; init; }

    /// <summary>The same over UDP.</summary>
    public int? Udp { get; init; }

    /// <summary>The port of its resolution pages and of the Handle protocol over HTTP.</summary>
    public int? Http { get; init; }
}
