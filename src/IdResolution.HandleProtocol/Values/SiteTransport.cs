namespace IdResolution.HandleProtocol.Values;

/// <summary>The transport of an interface.</summary>
public enum SiteTransport : byte
{
    /// <summary>The protocol's own messages over UDP.</summary>
    Udp = 0,

    /// <summary>The protocol's own messages over TCP.</summary>
    Tcp = 1,

    /// <summary>HTTP without TLS.</summary>
    Http = 2,

    /// <summary>HTTP over TLS.</summary>
    Https = 3,
}
