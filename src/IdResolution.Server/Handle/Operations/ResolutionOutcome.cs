using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Handle.Operations;

/// <summary>How a resolution ended.</summary>
/// <param name="Code">The response code.</param>
/// <param name="Values">The values asked for, or, with a referral, whom to ask.</param>
/// <param name="MayBeOld">True where the answer may lack what was written lately.</param>
/// <param name="Message">For people, where it failed.</param>
/// <param name="Referral">The handle that a referral is about.</param>
internal sealed record ResolutionOutcome(
    ResponseCode Code,
    IReadOnlyList<HandleValue> Values,
    bool MayBeOld = false,
    string Message = "",
    string Referral = ""
) : Outcome(Code, Message);
