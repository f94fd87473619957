namespace IdResolution.Core.Records;

/// <summary>What a store found for a key.</summary>
/// <param name="Record">The record, or null.</param>
/// <param name="Head">The log's head, read no later than the record.</param>
public readonly record struct RecordLookup(StoredRecord? Record, long Head);
