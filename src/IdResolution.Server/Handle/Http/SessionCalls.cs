using System.Text.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Http;

/// <summary><c>/api/sessions</c>: sessions made, answered, looked at, ended. Thread-safe.</summary>
internal sealed class SessionCalls(HttpSessions sessions, HttpAuthenticator authenticator)
{
    private const int MaxBody = 32_768;

    /// <summary>Answers a call.</summary>
    public async Task<HttpReply> AnswerAsync(HttpCall call)
    {
        if (call.Method is "POST" or "PUT" && HasBody(call.Context.Request))
        {
            if (!(await JsonBody.ReadAsync(call.Context, MaxBody)).TryGet(out var body, out var error))
            {
                return HttpFaults.OfBody(error, "");
            }
            using (body)
            {
                call.Credentials = body.RootElement.Clone();
            }
        }
        var isMade = call.Route == HttpRoute.Sessions;
        // Who comes with a session that is over wants a new one.
        if (
            await authenticator.AuthenticateAsync(call) is { } refusal
            && !(isMade && refusal.Code == ResponseCode.AuthenticationNeeded)
        )
        {
            return Refused(call, refusal);
        }
        if (isMade)
        {
            call.Session = sessions.Create();
            if (call.Identity is { } identity && !sessions.TryProve(call.Session, identity))
            {
                return HttpReply.Failed(
                    new Outcome(ResponseCode.ServerBusy, "There are too many sessions; try again later."),
                    ""
                );
            }
        }
        if (call.Session is not { } session)
        {
            return HttpReply.Failed(new Outcome(ResponseCode.AuthenticationNeeded, "No session is named."), "");
        }
        if (call.Method == "DELETE")
        {
            sessions.End(session);
            return new HttpReply(ResponseCode.Success, StatusCodes.Status204NoContent, null);
        }
        return new HttpReply(
            ResponseCode.Success,
            isMade ? StatusCodes.Status201Created : StatusCodes.Status200OK,
            json => Write(json, session)
        );
    }

    private static HttpReply Refused(HttpCall call, Outcome refusal)
    {
        var reply = HttpReply.Failed(refusal, "");
        return call.Session is not { } session
            ? reply
            : reply with
            {
                Write = json =>
                {
                    reply.Write!(json);
                    json.WriteString("sessionId", session.Id);
                    json.WriteBase64String("nonce", session.Nonce);
                    json.WriteBoolean("authenticated", false);
                },
            };
    }

    private static void Write(Utf8JsonWriter json, HttpSession session)
    {
        json.WriteString("sessionId", session.Id);
        json.WriteBase64String("nonce", session.Nonce);
        json.WriteBoolean("authenticated", session.Identity is not null);
        if (session.Identity is { } identity)
        {
            json.WriteString("id", identity.Reference.ToString());
        }
    }

    private static bool HasBody(HttpRequest request) =>
        request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;
}
