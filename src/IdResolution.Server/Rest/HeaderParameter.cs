namespace IdResolution.Server.Rest;

/// <summary>Metadata of a call: a header that it reads, for the OpenAPI document.</summary>
/// <param name="Name">The name of the header.</param>
/// <param name="Description">What it does.</param>
internal sealed record HeaderParameter(string Name, string Description);
