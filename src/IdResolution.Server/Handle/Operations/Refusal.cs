using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// A refusal as the Handle protocol has it: one of the core, by <see cref="ErrorMap"/>, or one of the protocol's own.
/// </summary>
/// <param name="Code">The response code.</param>
/// <param name="Message">For people; empty where the code says all.</param>
internal sealed record Refusal(ResponseCode Code, string Message = "")
{
    /// <summary>A refusal of the core.</summary>
    public static Refusal Of(Error error) => new(ErrorMap.HandleCode(error.Code), TextOf(error));

    private static string TextOf(Error error) =>
        error.Code switch
        {
            // Answered with a challenge, which has no text.
            ErrorCode.Unauthenticated => "",
            // Whoever is refused for it named no version: the node has tried again and again.
            ErrorCode.VersionConflict => "The handle is being changed by others; try again.",
            _ when error.Details.Count > 1 => string.Join(' ', error.Details.Select(d => d.Message.En)),
            _ => error.Message.En,
        };
}
