using IdResolution.Core.ChangeLog;

namespace IdResolution.Core.Upstream;

/// <summary>Thrown if the secondary node cannot be asked, or failed. The call may be made again.</summary>
/// <param name="message">What happened, for the operator, without secrets.</param>
/// <param name="after">The time that the secondary node asks for before the next call; null if it names none.</param>
/// <param name="cause">The exception that was the cause, or null.</param>
public sealed class UpstreamException(string message, TimeSpan? after = null, Exception? cause = null)
    : LaterException(message, after, cause)
{
    /// <summary>The status of HTTP where it was no answer of the protocol; 0 otherwise.</summary>
    public int HttpStatus { get; init; }

    /// <summary>True if it gives this node no right to what was to be done (SNMS, -3).</summary>
    public bool IsForbidden { get; init; }
}
