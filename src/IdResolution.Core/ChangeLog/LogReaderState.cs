namespace IdResolution.Core.ChangeLog;

/// <summary>How far a reader of the log is, as the store has it.</summary>
/// <param name="Name">The reader's name.</param>
/// <param name="Cursor">The last entry that it has taken or set aside; 0 before the first.</param>
/// <param name="DeadLetters">How many entries are set aside.</param>
public sealed record LogReaderState(string Name, long Cursor, long DeadLetters);
