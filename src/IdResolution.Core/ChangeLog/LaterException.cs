namespace IdResolution.Core.ChangeLog;

/// <summary>Thrown by a handler of the log that could not do its work now, and may later.</summary>
/// <param name="message">What happened, for the operator.</param>
/// <param name="after">The least time before the next try; null if the reader may choose.</param>
/// <param name="cause">The exception that was the cause, or null.</param>
public class LaterException(string message, TimeSpan? after = null, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The least time before the next try; null if the reader may choose.</summary>
    public TimeSpan? After => after;
}
