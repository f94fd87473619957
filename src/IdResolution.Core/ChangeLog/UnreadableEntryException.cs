namespace IdResolution.Core.ChangeLog;

/// <summary>A handler cannot take an entry of the log, and as far as it knows never will.</summary>
/// <param name="sequence">The entry.</param>
/// <param name="reason">Why, for the operator; without values of records.</param>
/// <param name="cause">What was thrown, where something was.</param>
public sealed class UnreadableEntryException(long sequence, string reason, Exception? cause = null)
    : Exception($"Entry {sequence} of the log cannot be taken: {reason}", cause)
{
    /// <summary>The entry.</summary>
    public long Sequence => sequence;

    /// <summary>Why.</summary>
    public string Reason => reason;
}
