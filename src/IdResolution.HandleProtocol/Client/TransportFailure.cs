namespace IdResolution.HandleProtocol.Client;

/// <summary>Why a request has no response.</summary>
public enum TransportFailure
{
    /// <summary>There is a response.</summary>
    None,

    /// <summary>No response came in time.</summary>
    TimedOut,

    /// <summary>The server cannot be reached.</summary>
    Unreachable,

    /// <summary>The server closed the connection.</summary>
    Closed,

    /// <summary>The bytes received were not a response to the request.</summary>
    Malformed,

    /// <summary>The response was longer than is accepted.</summary>
    TooLong,
}
