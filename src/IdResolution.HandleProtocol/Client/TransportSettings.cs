namespace IdResolution.HandleProtocol.Client;

/// <summary>Patience of a <see cref="HandleTransport"/>.</summary>
public sealed record TransportSettings
{
    /// <summary>
    /// How long the first UDP packet is waited for; each further try waits twice as long as the one before.
    /// </summary>
    public TimeSpan FirstUdpTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Tries over UDP.</summary>
    public int UdpAttempts { get; init; } = 3;

    /// <summary>Requests of more packets than this go over TCP at once.</summary>
    public int MaxUdpPackets { get; init; } = 8;

    /// <summary>How long a TCP connection may take to open.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a request may take in all, with every try over either transport.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection stays open without use.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections kept open; beyond, the one longest unused is given up.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>Bytes of a response that goes on over many messages (a list of handles).</summary>
    public int MaxContinuedLength { get; init; } = 64 * 1024 * 1024;
}
