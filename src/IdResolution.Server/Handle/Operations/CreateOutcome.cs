using IdResolution.HandleProtocol.Messages;

namespace IdResolution.Server.Handle.Operations;

/// <summary>How a creation ended.</summary>
/// <param name="Code">The response code.</param>
/// <param name="Message">For people, where it failed.</param>
/// <param name="Handle">The handle created.</param>
/// <param name="Replaced">True where an existing handle's values were replaced.</param>
internal sealed record CreateOutcome(
    ResponseCode Code,
    string Message = "",
    string? Handle = null,
    bool Replaced = false
) : Outcome(Code, Message);
