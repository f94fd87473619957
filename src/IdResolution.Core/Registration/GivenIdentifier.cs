using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Registration;

/// <summary>An identifier for a registration.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Scope">The scope of the sequence that a coding rule took a number of; null if it took none.</param>
/// <param name="Number">That number.</param>
/// <param name="IsLost">True for the identifier that the item had before a restore lost it.</param>
internal readonly record struct GivenIdentifier(
    Identifier Identifier,
    string? Scope = null,
    long Number = 0,
    bool IsLost = false
);
