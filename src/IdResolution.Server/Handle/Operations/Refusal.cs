using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// An error of the Handle protocol: one of the core, mapped by <see cref="ErrorMap"/>, or one of its own.
/// </summary>
/// <param name="Code">The response code.</param>
/// <param name="Message">The text for people; empty if the code is enough.</param>
internal sealed record Refusal(ResponseCode Code, string Message = "")
{
    /// <summary>Converts an error of the core.</summary>
    public static Refusal Of(Error error) => new(ErrorMap.HandleCode(error.Code), TextOf(error));

    private static string TextOf(Error error) =>
        error.Code switch
        {
            // The answer is a challenge, which has no text.
            ErrorCode.Unauthenticated => "",
            // The client named no version. The node has already tried several times.
            ErrorCode.VersionConflict => "The handle is being changed by others; try again.",
            _ when error.Details.Count > 1 => string.Join(' ', error.Details.Select(d => d.Message.En)),
            _ => error.Message.En,
        };
}
