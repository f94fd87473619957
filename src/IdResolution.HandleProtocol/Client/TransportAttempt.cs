using System.Net;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>One attempt to send a request.</summary>
/// <param name="Transport">UDP, with all its retries, or TCP.</param>
/// <param name="Server">The address and port of the server.</param>
/// <param name="Elapsed">The duration of the attempt.</param>
/// <param name="Failure">Why it failed; None if it brought the response.</param>
public sealed record TransportAttempt(
    SiteTransport Transport,
    IPEndPoint Server,
    TimeSpan Elapsed,
    TransportFailure Failure
);
