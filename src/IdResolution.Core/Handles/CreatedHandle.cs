namespace IdResolution.Core.Handles;

/// <summary>A handle that was created.</summary>
/// <param name="Handle">The handle, with the suffix that was given to it.</param>
/// <param name="Replaced">True where an existing handle's values were replaced.</param>
public sealed record CreatedHandle(string Handle, bool Replaced);
