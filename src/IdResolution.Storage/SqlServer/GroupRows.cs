using IdResolution.Core.Records;

namespace IdResolution.Storage.SqlServer;

/// <summary>A record as a group leaves it, and the write that made it so.</summary>
internal readonly record struct WrittenRecord(StoredRecord Record, RecordWrite Write);

/// <summary>An entry of the log before it has its number.</summary>
/// <param name="Position">Its place in the group, 1 and up.</param>
/// <param name="Object">What it is about.</param>
/// <param name="Version">The version that it makes.</param>
/// <param name="Body">The encoded body.</param>
/// <param name="Leaf">Its hash.</param>
/// <param name="State">Values and salts.</param>
internal readonly record struct EntryRow(
    long Position,
    long Object,
    long Version,
    byte[] Body,
    byte[] Leaf,
    byte[] State
);

/// <summary>The state of a version that is written anew.</summary>
internal readonly record struct StateRow(long Sequence, byte[] State);

/// <summary>A row beside a record.</summary>
internal readonly record struct PlacedRow(SideRow Row, long Object);
