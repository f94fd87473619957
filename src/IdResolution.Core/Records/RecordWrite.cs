using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Records;

/// <summary>
/// A write of a record, checked and encoded; what stands against it is looked up inside the transaction. It is a
/// <see cref="RegisterRecord"/> or a <see cref="ChangeRecord"/>.
/// </summary>
public abstract record RecordWrite
{
    /// <summary>Names what it does.</summary>
    private protected RecordWrite(LogOperation operation) => Operation = operation;

    /// <summary>What the log says of it; a registration may turn out to be a reinstatement.</summary>
    public LogOperation Operation { get; }

    /// <summary>What the record is found by.</summary>
    public required LookupKey Key { get; init; }

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

    /// <summary>Who does it.</summary>
    public required long Actor { get; init; }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public required long Time { get; init; }
}
