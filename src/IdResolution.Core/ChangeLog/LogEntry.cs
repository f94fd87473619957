namespace IdResolution.Core.ChangeLog;

/// <summary>One entry as the log keeps it.</summary>
/// <param name="Sequence">1 and up, contiguous, in commit order.</param>
/// <param name="Body">The canonical body, see <see cref="LogBody"/>.</param>
/// <param name="Leaf">The leaf hash stored with it, 32 bytes.</param>
public sealed record LogEntry(long Sequence, byte[] Body, byte[] Leaf);
