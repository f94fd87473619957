using System.Globalization;
using IdResolution.Core.Handles;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Http;

/// <summary>The calls about the server itself: homed prefixes, site, verification of proofs. Thread-safe.</summary>
internal sealed class ServerCalls(PrefixAdministrator prefixes, HttpAuthenticator authenticator, HandleSite site)
{
    /// <summary><c>GET /api/prefixes</c>.</summary>
    public Task<HttpReply> PrefixesAsync(HttpCall call) => Task.FromResult(Prefixes(call));

    private HttpReply Prefixes(HttpCall call)
    {
        if (!prefixes.ListHomed(call.Identity).TryGet(out var handles, out var error))
        {
            return HttpReply.Failed(error, "");
        }
        return new HttpReply(
            ResponseCode.Success,
            StatusCodes.Status200OK,
            json =>
            {
                HttpReply.WriteStart(json, ResponseCode.Success, "");
                json.WriteString("totalCount", handles.Length.ToString(CultureInfo.InvariantCulture));
                json.WriteStartArray("prefixes");
                foreach (var handle in handles)
                {
                    json.WriteStringValue(handle);
                }
                json.WriteEndArray();
            }
        );
    }

    /// <summary><c>POST /api/prefixes/{prefix}</c>.</summary>
    public Task<HttpReply> HomeAsync(HttpCall call) => HomeAsync(call, home: true);

    /// <summary><c>DELETE /api/prefixes/{prefix}</c>.</summary>
    public Task<HttpReply> UnhomeAsync(HttpCall call) => HomeAsync(call, home: false);

    private async Task<HttpReply> HomeAsync(HttpCall call, bool home)
    {
        var done = await prefixes.HomeAsync(HandleNames.Qualify(call.Handle), home, call.Identity, call.Aborted);
        return done.Error is { } error ? HttpReply.Failed(error, call.Handle) : HttpReply.Done(call.Handle);
    }

    /// <summary><c>GET /api/site</c>.</summary>
    public Task<HttpReply> SiteAsync(HttpCall call) =>
        Task.FromResult(
            new HttpReply(
                ResponseCode.Success,
                StatusCodes.Status200OK,
                json =>
                {
                    HttpReply.WriteStart(json, ResponseCode.Success, "");
                    json.WriteStartObject("site");
                    SiteRecordJson.WriteFields(json, site.Record);
                    json.WriteEndObject();
                }
            )
        );

    /// <summary>
    /// <c>GET /api/verifications/{index:handle}</c>: checks, for another server, a proof made with a secret key kept
    /// here.
    /// </summary>
    public async Task<HttpReply> VerifyAsync(HttpCall call)
    {
        if (
            !ValueReference.TryParse(call.Handle, out var user)
            || !HttpCredential.OfParameters(call.Parameters).TryBytes("nonce", out var nonce)
        )
        {
            return HttpReply.Malformed(
                "The path names a key, INDEX:HANDLE; nonce, cnonce, signature and salt are base64.",
                call.Handle
            );
        }
        var isRight = await authenticator.VerifyAsync(user, HttpCredential.OfParameters(call.Parameters), nonce, call);
        return new HttpReply(
            ResponseCode.Success,
            StatusCodes.Status200OK,
            json =>
            {
                HttpReply.WriteStart(json, ResponseCode.Success, call.Handle);
                json.WriteBoolean("verified", isRight);
            }
        );
    }
}
