using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>
/// A write of a record, checked and encoded; what stands against it is looked up inside the transaction.
/// </summary>
public sealed record RecordWrite
{
    /// <summary>
    /// Create for a registration (which may turn out to be a reinstatement); update, revoke, reinstate or erase change
    /// the version expected.
    /// </summary>
    public required LogOperation Operation { get; init; }

    /// <summary>What the record is found by.</summary>
    public required LookupKey Key { get; init; }

    /// <summary>
    /// True where the identifier was given by a coding rule: one that is taken is reported so, and another is tried.
    /// </summary>
    public bool Generated { get; init; }

    /// <summary>True where a registration may bring back a tombstone.</summary>
    public bool Reinstate { get; init; }

    /// <summary>For other operations than create: the version it was made from.</summary>
    public long ExpectedVersion { get; init; }

    /// <summary>Template code; null for none.</summary>
    public string? Template { get; init; }

    /// <summary>Source of the business key, or null.</summary>
    public string? Source { get; init; }

    /// <summary>Business key, or null.</summary>
    public string? SourceKey { get; init; }

    /// <summary>The digest of the registration, 32 bytes; empty where a change leaves the one that stands.</summary>
    public byte[] Digest { get; init; } = [];

    /// <summary>Values and salts after the write.</summary>
    public required byte[] State { get; init; }

    /// <summary>The sorted commitments to the state.</summary>
    public required byte[] Commitments { get; init; }

    /// <summary>Its rows in the tables beside it after the write: none where it is revoked.</summary>
    public IReadOnlyList<SideRow> Rows { get; init; } = [];

    /// <summary>Its rows in the tables beside it before the write, as of <see cref="ExpectedVersion"/>.</summary>
    public IReadOnlyList<SideRow> RowsBefore { get; init; } = [];

    /// <summary>For erase: the codes to remove from the states of all earlier versions.</summary>
    public IReadOnlyCollection<string> Erased { get; init; } = [];

    /// <summary>Who does it.</summary>
    public required long Actor { get; init; }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }
}
