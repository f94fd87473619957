namespace IdResolution.Core.Records;

/// <summary>The answer of a store or a shared cache for a key.</summary>
/// <param name="Record">The record or a tombstone; null if there is none.</param>
/// <param name="Head">The log's head when the record was read, or earlier.</param>
public readonly record struct RecordLookup(StoredRecord? Record, long Head);
