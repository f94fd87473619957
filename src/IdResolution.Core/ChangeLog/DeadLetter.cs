namespace IdResolution.Core.ChangeLog;

/// <summary>A log entry that a reader could not take. It was set aside, so that the reader can go on.</summary>
/// <param name="Reader">The reader's name.</param>
/// <param name="Sequence">The sequence number of the entry.</param>
/// <param name="Reason">The reason, for the operator. A longer one is cut.</param>
/// <param name="At">The time when it was set aside, in microseconds since 1970 UTC.</param>
public sealed record DeadLetter(string Reader, long Sequence, string Reason, long At)
{
    /// <summary>The greatest length of a reason, in characters.</summary>
    public const int MaxReason = 500;

    /// <summary>
    /// What stands in place of a reason once values of the entry's record are erased: it may have repeated them.
    /// </summary>
    public const string ErasedReason = "The reason was erased with values of the record.";

    /// <summary>The reason, for the operator.</summary>
    public string Reason { get; init; } = Reason.Length > MaxReason ? Reason[..MaxReason] : Reason;
}
