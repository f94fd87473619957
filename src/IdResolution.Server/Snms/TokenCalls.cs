using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Snms;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Snms;

/// <summary>The calls <c>/identity/token</c> and <c>/identity/token/v1</c>.</summary>
internal sealed class TokenCalls(SnmsLogins logins)
{
    // A user name, a password, and what else a caller may add.
    private const int Longest = 16_384;

    private const int MaxUser = 50;
    private const int MaxPassword = 64;

    /// <summary>Logs in by a password in the clear.</summary>
    public Task<SnmsReply> LogInAsync(HttpContext context) => LogInAsync(context, isDigest: false);

    /// <summary>Logs in by the digest of the day.</summary>
    public Task<SnmsReply> LogInByDigestAsync(HttpContext context) => LogInAsync(context, isDigest: true);

    private async Task<SnmsReply> LogInAsync(HttpContext context, bool isDigest)
    {
        if (
            !(await SnmsBody.ReadAsync(context, Longest, SnmsJson.Default.SnmsLogin)).TryGet(
                out var body,
                out var error
            )
        )
        {
            return SnmsReply.Failed(error);
        }
        if (Fault(body) is { } fault)
        {
            return SnmsReply.Failed(fault);
        }
        var sender = CallOrigin.Of(context, Caller.Anonymous);
        return logins.LogIn(body.Username!, body.Password!, isDigest, sender).TryGet(out var token, out error)
            ? new SnmsReply(
                null,
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("token"u8, token);
                    json.WriteEndObject();
                }
            )
            : SnmsReply.Failed(error);
    }

    private static Error? Fault(SnmsLogin body)
    {
        if (string.IsNullOrEmpty(body.Username))
        {
            return SnmsErrors.Missing("username");
        }
        if (string.IsNullOrEmpty(body.Password))
        {
            return SnmsErrors.Missing("password");
        }
        return body.Username.Length > MaxUser || body.Password.Length > MaxPassword ? SnmsErrors.WrongLogin : null;
    }
}
