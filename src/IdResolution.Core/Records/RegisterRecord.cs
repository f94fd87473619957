using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>
/// A registration. By <see cref="RegistrationDecision"/> the store creates a record, reinstates a tombstone, finds that
/// the same registration was accepted before, or refuses.
/// </summary>
public record RegisterRecord() : RecordWrite(LogOperation.Create)
{
    /// <summary>
    /// True if a coding rule gave the identifier. If it is taken, the store says so and another one is tried.
    /// </summary>
    public bool Generated { get; init; }

    /// <summary>
    /// The forms of the first business key, by which a record may be bound to it; the first that is found counts. Empty
    /// without a key. The row to write is in <see cref="RecordWrite.Rows"/> too.
    /// </summary>
    public IReadOnlyList<SideRow> FirstKey { get; init; } = [];

    /// <summary>True if the registration may bring back a tombstone.</summary>
    public bool Reinstate { get; init; }

    /// <summary>
    /// The version of the tombstone whose keys the state keeps; null for any. If the tombstone has another by now, the
    /// outcome is <see cref="WriteOutcome.VersionConflict"/>: its keys may be others, or erased.
    /// </summary>
    public long? TombstoneVersion { get; init; }
}
