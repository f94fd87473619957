namespace IdResolution.HandleProtocol.Client;

/// <summary>Why there is no response.</summary>
public enum TransportFailure
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>None came in time.</summary>
    TimedOut,

    /// <summary>The server cannot be reached.</summary>
    Unreachable,

    /// <summary>The server closed the connection.</summary>
    Closed,

    /// <summary>What came was no response to the request.</summary>
    Malformed,

    /// <summary>What came was longer than is taken.</summary>
    TooLong,
}
