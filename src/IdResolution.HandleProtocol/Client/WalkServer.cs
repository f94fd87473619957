namespace IdResolution.HandleProtocol.Client;

/// <summary>A server that a walk may ask.</summary>
/// <param name="Server">The server.</param>
/// <param name="IsTrusted">Named by the operator, and not by a record.</param>
internal sealed record WalkServer(HandleServer Server, bool IsTrusted);
