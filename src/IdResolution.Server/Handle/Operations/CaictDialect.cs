using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Handle.Operations;

/// <summary>
/// What is different for CAICT's ID-SDK (企业版 1.3.1-2). It sends everything under session id 0, answers no challenge but
/// that of its log-in, asks for all values where it means the public ones, and knows few response codes.
/// </summary>
internal static class CaictDialect
{
    private static readonly ProtocolVersion Written = new(2, 3);

    /// <summary>The version that the SDK suggests, and that answers to it name.</summary>
    public static readonly ProtocolVersion Suggested = new(2, 10);

    /// <summary>The refusal of a request that takes a log-in. The client shows the text to its user.</summary>
    public static readonly Refusal NotLoggedIn = new(ResponseCode.NotLoggedIn, "请先登录");

    /// <summary>True for a message of the SDK. The reference's client writes 2.3 too, but suggests 2.11.</summary>
    public static bool IsSpoken(in Envelope envelope) =>
        envelope.SessionId == 0 && envelope.Version == Written && envelope.Suggested == Suggested;

    /// <summary>
    /// True for a request that takes a log-in and comes before one: it is told so whatever the handle, as the SDK asks
    /// for no handle before it.
    /// </summary>
    public static bool NeedsLogIn(HandleExchange exchange) =>
        exchange
            is {
                Peer.SpeaksCaict: true,
                Identity: null,
                Request.Header.OpCode: >= OpCode.CreateHandle and < OpCode.ChallengeAnswer
            };

    /// <summary>The code that the SDK understands for a response to a request.</summary>
    public static ResponseCode CodeOf(ResponseCode code, OpCode request) =>
        code switch
        {
            ResponseCode.AuthenticationFailed when request == OpCode.ChallengeAnswer => ResponseCode.InvalidCredential,
            ResponseCode.RecursionCountTooHigh
            or ResponseCode.ServerBackup
            or ResponseCode.SiteInfoOutOfDate
            or ResponseCode.NotResponsible
            or ResponseCode.AuthenticationError
            or >= ResponseCode.SessionTimeout => ResponseCode.Error,
            _ => code,
        };
}
