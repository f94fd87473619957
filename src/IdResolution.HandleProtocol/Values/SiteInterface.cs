namespace IdResolution.HandleProtocol.Values;

/// <summary>A port of a server.</summary>
/// <param name="Services">What it is for.</param>
/// <param name="Transport">How it is spoken to; values not known are kept.</param>
/// <param name="Port">As in the record, and so not checked.</param>
public sealed record SiteInterface(SiteServices Services, SiteTransport Transport, int Port);
