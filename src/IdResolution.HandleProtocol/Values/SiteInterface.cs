namespace IdResolution.HandleProtocol.Values;

/// <summary>A port of a server, and what it serves.</summary>
/// <param name="Services">The kinds of requests that the port takes.</param>
/// <param name="Transport">The transport of the port; numbers not known here are kept.</param>
/// <param name="Port">The port as the record has it; it may be outside 0 to 65535.</param>
public sealed record SiteInterface(SiteServices Services, SiteTransport Transport, int Port);
