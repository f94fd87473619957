using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>The result of sending a request.</summary>
/// <param name="Failure">None if there is a response.</param>
/// <param name="Messages">
/// The response: one message, or all messages of a continued response; empty if there is none.
/// </param>
/// <param name="Attempts">The attempts in order. The last one without a failure brought the response.</param>
public sealed record TransportResult(
    TransportFailure Failure,
    IReadOnlyList<HandleMessage> Messages,
    IReadOnlyList<TransportAttempt> Attempts
)
{
    /// <summary>The last message of the response; null if there is none.</summary>
    public HandleMessage? Answer => Messages.Count == 0 ? null : Messages[^1];
}
