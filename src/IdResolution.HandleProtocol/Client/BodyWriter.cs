using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Writes a body, such as <see cref="ResolutionRequest.Write"/>.</summary>
public delegate void BodyWriter(WireWriter writer);
