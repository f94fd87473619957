namespace IdResolution.Server.Rest;

/// <summary>Metadata of a call: a header that its answers may have, for the OpenAPI document.</summary>
/// <param name="Name">The name of the header.</param>
/// <param name="Description">What it says.</param>
internal sealed record AnswerHeader(string Name, string Description);
