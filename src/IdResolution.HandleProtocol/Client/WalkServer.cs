namespace IdResolution.HandleProtocol.Client;

/// <summary>A server that a walk may ask.</summary>
/// <param name="Server">The address and ports of the server.</param>
/// <param name="IsTrusted">True if the operator named the server, and so its address is not filtered.</param>
internal sealed record WalkServer(HandleServer Server, bool IsTrusted);
