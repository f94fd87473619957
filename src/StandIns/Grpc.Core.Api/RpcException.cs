namespace Grpc.Core;

/// <summary>Ends a call with a status, and tells a caller with which status it ended.</summary>
public class RpcException : Exception
{
    /// <summary>Makes an exception whose message is the status as text.</summary>
    /// <param name="status">The status.</param>
    public RpcException(Status status)
        : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="status">The status.</param>
    /// <param name="message">The message of the exception, which stays in this process.</param>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Makes an exception whose message is the status as text.</summary>
    /// <param name="status">The status.</param>
    /// <param name="trailers">Trailers to send with the status.</param>
    /// <exception cref="ArgumentNullException">There are no trailers.</exception>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="status">The status; the exception it remembers becomes the inner one.</param>
    /// <param name="trailers">Trailers to send with the status.</param>
    /// <param name="message">The message of the exception, which stays in this process.</param>
    /// <exception cref="ArgumentNullException">There are no trailers.</exception>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>The status.</summary>
    public Status Status { get; }

    /// <summary>The code of the status.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The trailers; empty and read-only when none were given.</summary>
    public Metadata Trailers { get; }
}
