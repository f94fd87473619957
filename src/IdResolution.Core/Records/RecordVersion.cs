using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Records;

/// <summary>One version of a record.</summary>
/// <param name="Sequence">Its log entry.</param>
/// <param name="Body">What was done, when, by whom.</param>
/// <param name="State">Values and salts, as far as not erased.</param>
/// <param name="Committed">
/// How many values the log entry commits to; more than the state holds where some were erased.
/// </param>
public sealed record RecordVersion(long Sequence, LogBody Body, byte[] State, int Committed);
