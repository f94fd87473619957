namespace IdResolution.Core.Handles;

/// <summary>Says that another service is responsible.</summary>
/// <param name="Handle">The prefix's handle, whose values say which.</param>
/// <param name="IsOfAncestor">
/// True where it is not the prefix of what was asked for but one that it is derived from.
/// </param>
public sealed record HandleReferral(string Handle, bool IsOfAncestor);
