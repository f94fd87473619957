using IdResolution.Core.Records;

namespace IdResolution.Storage.SqlServer;

/// <summary>A record as a group writes it, and the write that it comes from.</summary>
internal readonly record struct WrittenRecord(StoredRecord Record, RecordWrite Write);

/// <summary>A log entry that has no sequence number yet.</summary>
/// <param name="Position">The position in the group, 1 and up.</param>
/// <param name="Object">The object number of the record or document.</param>
/// <param name="Version">The version that the entry makes.</param>
/// <param name="Body">The encoded body.</param>
/// <param name="Leaf">The hash of the body.</param>
/// <param name="State">The values and salts of the version.</param>
internal readonly record struct EntryRow(
    long Position,
    long Object,
    long Version,
    byte[] Body,
    byte[] Leaf,
    byte[] State
);

/// <summary>The new state of an existing version, after an erasure.</summary>
internal readonly record struct StateRow(long Sequence, byte[] State);

/// <summary>A row of a side table, and the number of its record.</summary>
internal readonly record struct PlacedRow(SideRow Row, long Object);
