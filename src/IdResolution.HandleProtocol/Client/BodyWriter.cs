using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Client;

/// <summary>Writes the body of a request, for example <c>ResolutionRequest.Write</c>.</summary>
public delegate void BodyWriter(WireWriter writer);
