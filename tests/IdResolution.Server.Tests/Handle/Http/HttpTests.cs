using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Security;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>
/// Calls of the HTTP interface as a client of Handle.Net makes them. An error log that a test did not expect fails it.
/// </summary>
public abstract class HttpTests
{
    private static int s_named;

    private protected static TestNode Server => HttpNode.Server;

    [TearDown]
    public void AssertQuiet() => Server.Log.AssertQuiet();

    /// <summary>A handle that no other test has.</summary>
    private protected static string NewHandle(string tail = "") =>
        $"{HttpNode.Prefix}/H{Interlocked.Increment(ref s_named)}{tail}";

    /// <summary>Sends a request without credentials, or with those given.</summary>
    private protected static Task<Answer> SendAsync(
        string method,
        string path,
        string? body = null,
        string? authorization = null
    ) =>
        Server.SendAsync(
            (string?)null,
            method,
            path,
            body,
            authorization is null ? [] : [("Authorization", authorization)]
        );

    /// <summary>Sends a request as the administrator of the server.</summary>
    private protected static async Task<Answer> AdminAsync(string method, string path, string? body = null) =>
        await SendAsync(method, path, body, await AuthorizationAsync(HttpNode.Admin));

    /// <summary>Sends a request as somebody without rights of his own.</summary>
    private protected static async Task<Answer> StrangerAsync(string method, string path, string? body = null) =>
        await SendAsync(method, path, body, await AuthorizationAsync(HttpNode.Stranger));

    /// <summary>Makes a session and answers its nonce with the secret of a user.</summary>
    private protected static async Task<string> AuthorizationAsync(string user)
    {
        var (session, nonce) = await SessionAsync();
        return Answered(session, nonce, user, KeyedDigestKind.HmacSha256);
    }

    private protected static async Task<(string Session, byte[] Nonce)> SessionAsync()
    {
        var made = await SendAsync("POST", "/api/sessions");
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        return (made.Json.GetProperty("sessionId").GetString()!, made.Json.GetProperty("nonce").GetBytesFromBase64());
    }

    /// <summary>The answer to a nonce by the secret key.</summary>
    private protected static string Answered(
        string session,
        byte[] nonce,
        string user,
        KeyedDigestKind kind,
        byte[]? secret = null,
        string? name = null,
        int clientNonceLength = 16
    )
    {
        var clientNonce = RandomNumberGenerator.GetBytes(clientNonceLength);
        var stretching = kind == KeyedDigestKind.Pbkdf2HmacSha1 ? KeyStretching.Usual() : default;
        var mac = KeyedDigest.Make(kind, secret ?? HttpNode.Secret, nonce, clientNonce, stretching);
        var stretched =
            kind == KeyedDigestKind.Pbkdf2HmacSha1
                ? $", salt=\"{Convert.ToBase64String(stretching.Salt.Span)}\", "
                    + $"iterations=\"{stretching.Iterations}\", length=\"{stretching.KeyBits}\""
                : "";
        return $"Handle version=\"0\", sessionId=\"{session}\", id=\"{Uri.EscapeDataString($"{HttpNode.SecretIndex}:{user}")}\", type=\"HS_SECKEY\", cnonce=\"{Convert.ToBase64String(clientNonce)}\", "
            + $"alg=\"{name ?? NameOf(kind)}\", signature=\"{Convert.ToBase64String(mac)}\"{stretched}";
    }

    private protected static string NameOf(KeyedDigestKind kind) =>
        kind switch
        {
            KeyedDigestKind.Md5 => "MD5",
            KeyedDigestKind.Sha1 => "SHA1",
            KeyedDigestKind.Sha256 => "SHA256",
            KeyedDigestKind.HmacSha1 => "HMAC-SHA1",
            KeyedDigestKind.HmacSha256 => "HMAC-SHA256",
            _ => "PBKDF2-HMAC-SHA1",
        };

    /// <summary>A value as JSON.</summary>
    private protected static string Json(int index, string type, string text) =>
        $$"""{"index":{{index}},"type":"{{type}}","data":{"format":"string","value":"{{text}}"} }""";

    private protected static void AssertFailed(Answer answer, int status, int code, string? message = null) =>
        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
            Assert.That(CodeOf(answer), Is.EqualTo(code), answer.ToString());
            Assert.That(answer.Text, Does.Contain(message ?? ""));
        });

    private protected static int CodeOf(Answer answer) => answer.Json.GetProperty("responseCode").GetInt32();

    private protected static int[] Indexes(Answer answer) =>
        [.. answer.Json.GetProperty("values").EnumerateArray().Select(v => v.GetProperty("index").GetInt32())];

    private protected static string Basic(string user, byte[] secret) =>
        "Basic " + Convert.ToBase64String([.. Encoding.UTF8.GetBytes(user + ":"), .. secret]);
}
