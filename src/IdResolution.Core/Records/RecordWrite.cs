using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>
/// A write of a record, checked and encoded: a <see cref="RegisterRecord"/> or a <see cref="ChangeRecord"/>. The store
/// looks for conflicts inside its transaction.
/// </summary>
public abstract record RecordWrite
{
    /// <summary>Begins a write with its operation.</summary>
    private protected RecordWrite(LogOperation operation) => Operation = operation;

    /// <summary>The operation for the log entry. The store may log a registration as a reinstatement instead.</summary>
    public LogOperation Operation { get; }

    /// <summary>The lookup key of the record.</summary>
    public required LookupKey Key { get; init; }

    /// <summary>The code of the record's template; null for a record without template.</summary>
    public string? Template { get; init; }

    /// <summary>The registration digest, 32 bytes. A change leaves it empty to keep the stored digest.</summary>
    public byte[] Digest { get; init; } = [];

    /// <summary>The record's state (values and salts) after the write.</summary>
    public required byte[] State { get; init; }

    /// <summary>The commitments to the values of the state, sorted.</summary>
    public required byte[] Commitments { get; init; }

    /// <summary>The record's rows in the side tables after the write. A revoked record has none.</summary>
    public IReadOnlyList<SideRow> Rows { get; init; } = [];

    /// <summary>
    /// Other forms of the keys in <see cref="Rows"/> that no other record may have. They are looked up and not written.
    /// </summary>
    public IReadOnlyList<SideRow> OtherForms { get; init; } = [];

    /// <summary>The object number of the key or record that acts; 0 for the node and for nobody.</summary>
    public required long Actor { get; init; }

    /// <summary>The time of the write, in microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }
}
