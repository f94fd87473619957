namespace IdResolution.Core.Handles;

/// <summary>The answer to a creation by the Handle protocol.</summary>
/// <param name="Handle">The handle in full, also where the node made the suffix.</param>
/// <param name="Replaced">True if a stored record's values were replaced.</param>
public sealed record CreatedHandle(string Handle, bool Replaced);
