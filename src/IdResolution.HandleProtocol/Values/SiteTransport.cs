namespace IdResolution.HandleProtocol.Values;

/// <summary>How a server is spoken to.</summary>
public enum SiteTransport : byte
{
    /// <summary>The protocol's own messages over UDP.</summary>
    Udp = 0,

    /// <summary>The protocol's own messages over TCP.</summary>
    Tcp = 1,

    /// <summary>HTTP.</summary>
    Http = 2,

    /// <summary>HTTP over TLS.</summary>
    Https = 3,
}
