namespace Grpc.Core;

/// <summary>How a call ended: a code and a text.</summary>
public struct Status
{
    /// <summary>The status of a call that succeeded, without a text.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>The status of a call that was cancelled, without a text.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>Makes a status.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">The text that goes to the caller.</param>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, null)
    {
    }

    /// <summary>Makes a status that remembers what caused it; the cause stays in this process.</summary>
    /// <param name="statusCode">The code.</param>
    /// <param name="detail">The text that goes to the caller.</param>
    /// <param name="debugException">The cause, for logs only.</param>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The text that goes to the caller.</summary>
    public string Detail { get; }

    /// <summary>The cause, if it is known; never sent over the wire.</summary>
    public Exception? DebugException { get; }

    /// <inheritdoc />
    public override readonly string ToString() => DebugException is null
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
}
