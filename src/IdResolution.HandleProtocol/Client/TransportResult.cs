using IdResolution.HandleProtocol.Messages;

namespace IdResolution.HandleProtocol.Client;

/// <summary>What became of a request.</summary>
/// <param name="Failure">None where there is a response.</param>
/// <param name="Messages">
/// The response: one message, or all those of a continued one; empty where there is none.
/// </param>
/// <param name="Attempts">
/// How it was sent, in order; the last one without a failure tells how the response came.
/// </param>
public sealed record TransportResult(
    TransportFailure Failure,
    IReadOnlyList<HandleMessage> Messages,
    IReadOnlyList<TransportAttempt> Attempts
)
{
    /// <summary>The last message of the response; null where there is none.</summary>
    public HandleMessage? Answer => Messages.Count == 0 ? null : Messages[^1];
}
