using IdResolution.Core.Catalog;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Handle.Operations;

namespace IdResolution.Server.Handle.Http;

/// <summary>
/// Calls about the server itself: its homed prefixes, its site, proofs made with keys that it keeps. Thread-safe.
/// </summary>
internal sealed class ServerCalls(
    CatalogHolder catalog,
    HandleAdministrator administrator,
    HttpAuthenticator authenticator,
    HandleSite site
)
{
    /// <summary><c>GET /api/prefixes</c>.</summary>
    public HttpReply Prefixes(HttpCall call) =>
        administrator.MayAdministerServer(call.Identity) is { } refusal
            ? HttpReply.Failed(refusal, "")
            : new HttpReply(
                ResponseCode.Success,
                StatusCodes.Status200OK,
                json =>
                {
                    HttpReply.WriteStart(json, ResponseCode.Success, "");
                    json.WriteStartArray("prefixes");
                    foreach (var prefix in catalog.Current.Prefixes)
                    {
                        json.WriteStringValue(HandleName.PrefixHandleStart + prefix.Text);
                    }
                    json.WriteEndArray();
                }
            );

    /// <summary><c>POST</c> and <c>DELETE /api/prefixes/{prefix}</c>.</summary>
    public async Task<HttpReply> HomeAsync(HttpCall call)
    {
        var handle = HandleName.Qualify(call.Handle);
        var outcome = await administrator.HomeAsync(handle, call.Method == "POST", call.Identity, call.Aborted);
        return outcome.IsOk ? HttpReply.Done(handle) : HttpReply.Failed(outcome, handle);
    }

    /// <summary><c>GET /api/site</c>.</summary>
    public HttpReply Site() =>
        new(ResponseCode.Success, StatusCodes.Status200OK, json => SiteRecordJson.WriteFields(json, site.Record));

    /// <summary>
    /// <c>GET /api/verifications/{index:handle}</c>: another server asks whether its challenge was answered with a
    /// secret key that is kept here.
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
        var isRight = await authenticator.VerifyAsync(
            user,
            HttpCredential.OfParameters(call.Parameters),
            nonce,
            call.Aborted
        );
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
