using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>
/// An update, revocation, reinstatement or erasure. It is made from one version and replaces no other.
/// </summary>
public sealed record ChangeRecord : RecordWrite
{
    /// <summary>Begins a change of the kind that <paramref name="operation"/> names.</summary>
    public ChangeRecord(LogOperation operation)
        : base(operation) { }

    /// <summary>The version that the change was made from. At another version the change is refused.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>The rows that the record has in the side tables at that version, before the write.</summary>
    public IReadOnlyList<SideRow> RowsBefore { get; init; } = [];

    /// <summary>For an erasure: the state codes to remove from all earlier versions.</summary>
    public IReadOnlyCollection<string> Erased { get; init; } = [];
}
