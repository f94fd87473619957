namespace IdResolution.Core.Handles;

/// <summary>Tells the client that another service is responsible.</summary>
/// <param name="Handle">The handle of the prefix whose values name the service.</param>
/// <param name="IsOfAncestor">
/// True if this is a parent of the handle's prefix, false if it is the prefix itself.
/// </param>
public sealed record HandleReferral(string Handle, bool IsOfAncestor);
