namespace IdResolution.Core.ChangeLog;

/// <summary>The progress of a reader of the log, as stored.</summary>
/// <param name="Name">The reader's name.</param>
/// <param name="Cursor">The last entry that the reader took or set aside; 0 before the first.</param>
/// <param name="DeadLetters">The number of entries set aside.</param>
public sealed record LogReaderState(string Name, long Cursor, long DeadLetters);
