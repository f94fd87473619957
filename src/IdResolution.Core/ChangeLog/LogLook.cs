namespace IdResolution.Core.ChangeLog;

/// <summary>What a look at the log shows, all at one moment.</summary>
/// <param name="Head">The last sequence number; 0 for an empty log.</param>
/// <param name="HeadLeaf">The leaf hash of the last entry; null for an empty log.</param>
/// <param name="KnownLeaf">The leaf hash of the entry that was asked for; null if there is none.</param>
public readonly record struct LogLook(long Head, byte[]? HeadLeaf, byte[]? KnownLeaf);
