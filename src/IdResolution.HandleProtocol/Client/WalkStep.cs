using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.HandleProtocol.Client;

/// <summary>A step of a walk.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Depth">
/// 0 for the handle itself and what follows from it; more for what had to be found out first.
/// </param>
/// <param name="Handle">What was asked.</param>
/// <param name="Server">Of whom; null for what was known.</param>
/// <param name="Attempts">Over what, and how long it took.</param>
/// <param name="Code">What came back; 601 and 602 for no answer.</param>
/// <param name="Message">What the server said to an error; may be empty.</param>
/// <param name="Values">Values that came back, also with a referral.</param>
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
