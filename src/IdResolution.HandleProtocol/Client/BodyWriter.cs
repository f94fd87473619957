using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Writes a body, such as that of a resolution request.</summary>
public delegate void BodyWriter(WireWriter writer);
