namespace IdResolution.Core.Handles;

/// <summary>The answer to a change of values by the Handle protocol.</summary>
/// <param name="Replaced">True if a value that existed was changed; false if all were added.</param>
public sealed record ChangedValues(bool Replaced);
