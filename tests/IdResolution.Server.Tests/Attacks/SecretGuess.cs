using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Tries at a secret over HTTP, right or wrong.</summary>
internal static class SecretGuess
{
    /// <summary>The secret of those whom <see cref="UserAsync"/> makes.</summary>
    public const string Secret = "a secret of the tests";

    /// <summary>Makes somebody with a secret.</summary>
    public static async Task<ValueReference> UserAsync(TestNode node)
    {
        var user = node.NewId();
        var made = await node.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/identifiers",
            $$"""{"identifier":"{{user}}","values":[{"index":300,"type":"HS_SECKEY","data":"{{Secret}}"}]}"""
        );
        Assert.That(made.Status, Is.EqualTo(201), made.ToString());
        return new ValueReference(user, 300);
    }

    /// <summary>Asks whether a proof by a secret is right; null if the node does not say.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="user">Whose secret it is.</param>
    /// <param name="secret">What it is taken for.</param>
    /// <param name="headers">More headers of the request.</param>
    public static async Task<(bool? Verified, int Status, int Retry)> AskAsync(
        HttpClient client,
        ValueReference user,
        string secret,
        params (string Name, string Value)[] headers
    )
    {
        var (nonce, clientNonce) = (new byte[16], new byte[16]);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. nonce, .. clientNonce]);
        static string Text(byte[] bytes) => Uri.EscapeDataString(Convert.ToBase64String(bytes));
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"/api/verifications/{user.Index}:{user.Handle}?nonce={Text(nonce)}&cnonce={Text(clientNonce)}"
                + $"&alg=HMAC-SHA256&signature={Text(mac)}"
        )
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var answer = await client.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
        {
            return (null, (int)answer.StatusCode, (int)(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0));
        }
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (json.RootElement.GetProperty("verified").GetBoolean(), 200, 0);
    }
}
