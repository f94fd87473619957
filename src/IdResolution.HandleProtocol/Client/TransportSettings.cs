namespace IdResolution.HandleProtocol.Client;

/// <summary>The timeouts and limits of a <see cref="HandleTransport"/>.</summary>
public sealed record TransportSettings
{
    /// <summary>
    /// How long to wait after the first UDP packet. Each further try waits twice as long as the one before.
    /// </summary>
    public TimeSpan FirstUdpTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The number of tries over UDP.</summary>
    public int UdpAttempts { get; init; } = 3;

    /// <summary>The most UDP packets for one request; a longer request goes over TCP at once.</summary>
    public int MaxUdpPackets { get; init; } = 8;

    /// <summary>How long a TCP connection may take to open.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a request may take in all, with every try over UDP and TCP.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an unused connection stays open.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most connections kept open. The one unused for the longest time makes room for a new one.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>
    /// The most bytes of memory for a response that has many messages (a list of handles), some of them for each.
    /// </summary>
    public int MaxContinuedLength { get; init; } = 64 * 1024 * 1024;
}
