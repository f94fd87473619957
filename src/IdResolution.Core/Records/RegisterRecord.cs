using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>
/// A registration. By <see cref="RegistrationDecision"/> the store creates a record, reinstates a tombstone, finds that
/// the same registration was accepted before, or refuses.
/// </summary>
public sealed record RegisterRecord() : RecordWrite(LogOperation.Create)
{
    /// <summary>
    /// True if a coding rule gave the identifier. If it is taken, the store says so and another one is tried.
    /// </summary>
    public bool Generated { get; init; }

    /// <summary>True if the registration may bring back a tombstone.</summary>
    public bool Reinstate { get; init; }
}
