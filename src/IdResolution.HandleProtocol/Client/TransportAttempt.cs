using System.Net;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>One way a request was sent.</summary>
/// <param name="Transport">UDP, with all its tries, or TCP.</param>
/// <param name="Server">To whom.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Failure">What became of it.</param>
public sealed record TransportAttempt(
    SiteTransport Transport,
    IPEndPoint Server,
    TimeSpan Elapsed,
    TransportFailure Failure
);
