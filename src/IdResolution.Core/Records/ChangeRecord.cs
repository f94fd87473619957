using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>
/// A change of the very version that it was made from: an update, a revocation, a reinstatement or an erasure.
/// </summary>
public sealed record ChangeRecord : RecordWrite
{
    /// <summary>Names which of them it is.</summary>
    public ChangeRecord(LogOperation operation)
        : base(operation) { }

    /// <summary>The version it was made from; at another it is refused.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>The record's rows in the tables beside it before the write, as of that version.</summary>
    public IReadOnlyList<SideRow> RowsBefore { get; init; } = [];

    /// <summary>For an erasure: the codes to take out of the states of all earlier versions.</summary>
    public IReadOnlyCollection<string> Erased { get; init; } = [];
}
