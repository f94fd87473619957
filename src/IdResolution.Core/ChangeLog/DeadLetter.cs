namespace IdResolution.Core.ChangeLog;

/// <summary>An entry of the log that a reader could not take and was set aside, so that those after it are.</summary>
/// <param name="Reader">The reader's name.</param>
/// <param name="Sequence">The entry's number.</param>
/// <param name="Reason">Why, for the operator.</param>
/// <param name="At">When, in microseconds since 1970 UTC.</param>
public sealed record DeadLetter(string Reader, long Sequence, string Reason, long At);
