using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>One version of a record in its history.</summary>
/// <param name="Sequence">The sequence number of the log entry that made the version.</param>
/// <param name="Body">The operation, the version number, the time and the actor.</param>
/// <param name="State">The state of the version (values and salts), without what was erased.</param>
/// <param name="Committed">How many values the log entry commits to. The state holds fewer if some were erased.</param>
public sealed record RecordVersion(long Sequence, LogBody Body, byte[] State, int Committed);
