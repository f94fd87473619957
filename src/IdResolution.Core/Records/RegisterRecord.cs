using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>
/// A registration. It may turn out to be the same again, a reinstatement, or refused (<see
/// cref="RegistrationDecision"/>).
/// </summary>
public sealed record RegisterRecord() : RecordWrite(LogOperation.Create)
{
    /// <summary>
    /// True where the identifier was given by a coding rule: one that is taken is reported so, and another is tried.
    /// </summary>
    public bool Generated { get; init; }

    /// <summary>True where it may bring back a tombstone.</summary>
    public bool Reinstate { get; init; }
}
