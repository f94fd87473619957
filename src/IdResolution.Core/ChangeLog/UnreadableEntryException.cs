namespace IdResolution.Core.ChangeLog;

/// <summary>Thrown if a handler cannot take a log entry and expects that it never will.</summary>
/// <param name="sequence">The sequence number of the entry.</param>
/// <param name="reason">The reason, for the operator. It must not contain values of records.</param>
/// <param name="cause">The exception that was the cause, or null.</param>
public sealed class UnreadableEntryException(long sequence, string reason, Exception? cause = null)
    : Exception($"Entry {sequence} of the log cannot be taken: {reason}", cause)
{
    /// <summary>The sequence number of the entry.</summary>
    public long Sequence => sequence;

    /// <summary>The reason, for the operator.</summary>
    public string Reason => reason;
}
