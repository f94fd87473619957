using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>One step of a walk, for people to read.</summary>
/// <param name="Kind">What happened in the step.</param>
/// <param name="Depth">
/// 0 for the handle itself and the referrals from it; more for handles that had to be resolved first.
/// </param>
/// <param name="Handle">The handle that was asked for.</param>
/// <param name="Server">The server that was asked; null if the answer was cached.</param>
/// <param name="Attempts">How the request was sent, and how long that took.</param>
/// <param name="Code">The response code; 601 and 602 if there was no answer.</param>
/// <param name="Message">The server's message with an error; may be empty.</param>
/// <param name="Values">The values in the answer, also those of a referral.</param>
public sealed record WalkStep(
    WalkStepKind Kind,
    int Depth,
    string Handle,
    HandleServer? Server,
    IReadOnlyList<TransportAttempt> Attempts,
    ResponseCode Code,
    string Message,
    IReadOnlyList<HandleValue> Values
);
