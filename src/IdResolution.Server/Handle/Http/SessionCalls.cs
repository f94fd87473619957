using System.Text.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Http;

/// <summary>The calls of <c>/api/sessions</c>: create, use and end sessions. Thread-safe.</summary>
internal sealed class SessionCalls(HttpSessions sessions, HttpAuthenticator authenticator)
{
    private const int MaxBody = 32_768;

    /// <summary>Creates a session. With credentials, it belongs to the identity that they prove.</summary>
    public async Task<HttpReply> MakeAsync(HttpCall call)
    {
        if (await ReadCredentialsAsync(call) is { } fault)
        {
            return fault;
        }
        // A client whose session is over wants a new one.
        if (
            await authenticator.AuthenticateAsync(call) is { } refusal
            && refusal.Code != ResponseCode.AuthenticationNeeded
        )
        {
            return Refused(call, refusal);
        }
        var session = sessions.Create(call.Context.Source());
        call.Session = session;
        if (call.Identity is { } identity && !sessions.TryProve(session, identity))
        {
            return HttpReply.Failed(
                new Refusal(ResponseCode.ServerBusy, "There are too many sessions; try again later."),
                ""
            );
        }
        return Shown(session, StatusCodes.Status201Created);
    }

    /// <summary>Answers the nonce of a session, if the call has a proof, and shows the session.</summary>
    public async Task<HttpReply> UseAsync(HttpCall call) =>
        await FindAsync(call) is { } refusal ? refusal : Shown(call.Session!, StatusCodes.Status200OK);

    public async Task<HttpReply> EndAsync(HttpCall call)
    {
        if (await FindAsync(call) is { } refusal)
        {
            return refusal;
        }
        sessions.End(call.Session!);
        return new HttpReply(ResponseCode.Success, StatusCodes.Status204NoContent, null);
    }

    /// <summary>Finds the session that a call names. Gives the error if there is none, else null.</summary>
    private async Task<HttpReply?> FindAsync(HttpCall call)
    {
        if (await ReadCredentialsAsync(call) is { } fault)
        {
            return fault;
        }
        if (await authenticator.AuthenticateAsync(call) is { } refusal)
        {
            return Refused(call, refusal);
        }
        return call.Session is null
            ? HttpReply.Failed(new Refusal(ResponseCode.AuthenticationNeeded, "No session is named."), "")
            : null;
    }

    /// <summary>Reads the credentials in a body. Gives the error if the body cannot be read, else null.</summary>
    private static async Task<HttpReply?> ReadCredentialsAsync(HttpCall call)
    {
        var request = call.Context.Request;
        if (request.Method is not ("POST" or "PUT") || !HasBody(request))
        {
            return null;
        }
        if (!(await JsonBody.ReadAsync(call.Context, MaxBody)).TryGet(out var body, out var error))
        {
            return HttpFaults.OfBody(error, "");
        }
        using (body)
        {
            call.Credentials = body.RootElement.Clone();
        }
        return null;
    }

    private static HttpReply Shown(HttpSession session, int status) =>
        new(ResponseCode.Success, status, json => Write(json, session));

    private static HttpReply Refused(HttpCall call, Refusal refusal)
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
