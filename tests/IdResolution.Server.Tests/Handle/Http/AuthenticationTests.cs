using System.Net.Security;
using System.Security.Cryptography;
using System.Text.Json;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Security;
using IdResolution.Server.Tests.Rest;
using static IdResolution.Server.Tests.Handle.Http.HttpNode;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>Who sends a request: challenges, sessions, passwords, certificates.</summary>
[TestFixture]
public sealed class AuthenticationTests : HttpTests
{
    private const string Administration = "/api/prefixes";

    [Test]
    public async Task Challenge_AnsweredBySecretKey_IsTaken([Values] KeyedDigestKind kind)
    {
        var (session, nonce) = Challenged(await SendAsync("GET", Administration));

        var answer = await SendAsync("GET", Administration, null, Answered(session, nonce, Admin, kind));

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [TestCase("SHA256", HttpNode.KeyIndex)]
    [TestCase("SHA-256", 0)]
    [TestCase("SHA1", HttpNode.KeyIndex)]
    public async Task Challenge_AnsweredByRsaKey_IsTaken(string hash, int index)
    {
        var (session, nonce) = Challenged(await SendAsync("GET", Administration));

        // As some clients have it: no comma in one place, the id not encoded, names in capitals.
        var (clientNonce, signature) = Signed(nonce, hash);
        var answer = await SendAsync(
            "GET",
            Administration,
            null,
            $"Handle sessionID=\"{session}\",cnonce=\"{clientNonce}\" id=\"{index}:{Admin}\", type=\"HS_PUBKEY\", "
                + $"alg=\"{hash}\",signature=\"{signature}\""
        );

        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    [Test]
    public async Task Session_Answered_SpeaksForItsOwnerFromThenOn()
    {
        var (session, nonce) = await SessionAsync();
        Assert.That(
            (
                await SendAsync("GET", Administration, null, Answered(session, nonce, Admin, KeyedDigestKind.Sha256))
            ).Status,
            Is.EqualTo(200)
        );

        Assert.That(
            (await SendAsync("GET", Administration, null, $"Handle sessionId=\"{session}\"")).Status,
            Is.EqualTo(200)
        );
        Assert.That((await SendAsync("GET", $"{Administration}?sessionId={session}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Nonce_IsAnsweredOnceRightlyOrWrongly()
    {
        var (session, nonce) = await SessionAsync();
        var right = Answered(session, nonce, Admin, KeyedDigestKind.HmacSha256);
        AssertFailed(
            await SendAsync(
                "GET",
                Administration,
                null,
                Answered(session, nonce, Admin, KeyedDigestKind.HmacSha256, "wrong"u8.ToArray())
            ),
            403,
            403
        );

        var late = await SendAsync("GET", Administration, null, right);

        AssertFailed(late, 401, 402);
        var (again, fresh) = Challenged(late);
        Assert.That(again, Is.EqualTo(session));
        Assert.That(fresh, Is.Not.EqualTo(nonce));
        var answer = Answered(again, fresh, Admin, KeyedDigestKind.HmacSha256);
        Assert.That((await SendAsync("GET", Administration, null, answer)).Status, Is.EqualTo(200));
        AssertFailed(await SendAsync("GET", Administration, null, answer), 401, 402);
    }

    /// <summary>A proof over TCP has the digest of the request there, 20 or 32 bytes, behind a nonce of any length.</summary>
    [TestCase(20)]
    [TestCase(24)]
    [TestCase(32)]
    public async Task Proof_AsATcpClientMakesItForAnotherServer_OpensNoSession(int length)
    {
        var (session, nonce) = await SessionAsync();

        var relayed = Answered(session, nonce, Admin, KeyedDigestKind.HmacSha256, clientNonceLength: length);

        AssertFailed(await SendAsync("GET", Administration, null, relayed), 400, 4);
        AssertFailed(await SendAsync("GET", Administration, null, $"Handle sessionId=\"{session}\""), 401, 402);
    }

    [Test]
    public async Task Nonce_AnsweredByTwoAtOnce_IsTakenFromOne()
    {
        var (session, nonce) = await SessionAsync();
        var answer = Answered(session, nonce, Admin, KeyedDigestKind.HmacSha256);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => SendAsync("GET", Administration, null, answer))
        );

        Assert.That(answers.Count(a => a.Status == 200), Is.EqualTo(1));
        // The others came too late, or answered the nonce that the first of these was given.
        Assert.That(answers.Count(a => a.Status is 401 or 403), Is.EqualTo(7));
    }

    [Test]
    public async Task Proof_ThatProvesNothing_IsRefused()
    {
        async Task<Answer> WithAsync(Func<string, byte[], string> make)
        {
            var (session, nonce) = await SessionAsync();
            return await SendAsync("GET", Administration, null, make(session, nonce));
        }

        // A nonce of somebody else's session.
        AssertFailed(
            await WithAsync((s, _) => Answered(s, RandomNumberGenerator.GetBytes(16), Admin, KeyedDigestKind.HmacSha1)),
            403,
            403
        );
        AssertFailed(await WithAsync((s, n) => Answered(s, n, $"{Prefix}/NOBODY", KeyedDigestKind.HmacSha1)), 403, 403);
        AssertFailed(await WithAsync((s, n) => Answered(s, n, Admin, KeyedDigestKind.Sha256, name: "SM3")), 403, 404);
        AssertFailed(
            await WithAsync(
                (s, n) =>
                    Answered(s, n, Admin, KeyedDigestKind.Sha256)
                        .Replace("cnonce=\"", "cnonce=\"*", StringComparison.Ordinal)
            ),
            400,
            4
        );
        AssertFailed(
            await WithAsync(
                (s, n) =>
                    Answered(s, n, Admin, KeyedDigestKind.Sha256)
                        .Replace("signature=\"", "signature=\"*", StringComparison.Ordinal)
            ),
            403,
            403
        );
        AssertFailed(
            await WithAsync(
                (s, n) =>
                    Answered(s, n, Admin, KeyedDigestKind.Pbkdf2HmacSha1)
                        .Replace("iterations=\"10000\"", "iterations=\"2000000000\"", StringComparison.Ordinal)
            ),
            403,
            403
        );
        AssertFailed(await WithAsync((s, _) => $"Handle sessionId=\"{s}\", id=\"x\", signature=\"AA==\""), 400, 4);
        AssertFailed(await WithAsync((s, _) => $"Handle sessionId=\"{s}"), 400, 4);
        AssertFailed(
            await SendAsync("GET", Administration, null, Answered("0123", new byte[16], Admin, KeyedDigestKind.Sha1)),
            401,
            402
        );
        AssertFailed(await SendAsync("GET", $"/api/handles/{Admin}", null, "Handle sessionId=\"0123\""), 401, 402);
    }

    [Test]
    public async Task Proof_ThatIsWrong_IsAudited()
    {
        var (session, nonce) = await SessionAsync();
        await SendAsync(
            "GET",
            Administration,
            null,
            Answered(session, nonce, Admin, KeyedDigestKind.Sha1, "wrong"u8.ToArray())
        );

        await Server.Node.FlushAsync(last: false, CancellationToken.None);
        await Server.Node.Auditor.FlushAsync(all: true, CancellationToken.None);

        Assert.That(
            (await Server.GetAsync("/api/v1/audit?limit=100", Core.Access.Role.Admin)).Text,
            Does.Contain("handle.authenticate")
        );
    }

    [Test]
    public async Task OtherSchemes_AreNobodysHere()
    {
        Assert.That(
            (
                await SendAsync("GET", $"/api/handles/{Admin}", null, "Bearer " + Server.KeyOf(Core.Access.Role.Admin))
            ).Status,
            Is.EqualTo(200)
        );
        AssertFailed(
            await SendAsync("GET", Administration, null, "Bearer " + Server.KeyOf(Core.Access.Role.Admin)),
            401,
            402
        );
    }

    [Test]
    public async Task Session_OfItsOwn_IsMadeAnsweredSeenAndEnded()
    {
        var made = await SendAsync("POST", "/api/sessions/");
        Assert.That((made.Status, made.Json.GetProperty("authenticated").GetBoolean()), Is.EqualTo((201, false)));
        var session = made.Json.GetProperty("sessionId").GetString()!;
        var nonce = made.Json.GetProperty("nonce").GetBytesFromBase64();
        Assert.That(
            (await SendAsync("GET", "/api/sessions/this", null, $"Handle sessionId=\"{session}\""))
                .Json.GetProperty("nonce")
                .GetBytesFromBase64(),
            Is.EqualTo(nonce)
        );

        var wrong = await SendAsync(
            "PUT",
            "/api/sessions/this",
            null,
            Answered(session, nonce, Admin, KeyedDigestKind.Sha1, "wrong"u8.ToArray())
        );
        AssertFailed(wrong, 403, 403);
        Assert.That(wrong.Json.GetProperty("authenticated").GetBoolean(), Is.False);

        var (clientNonce, signature) = Signed(wrong.Json.GetProperty("nonce").GetBytesFromBase64(), "SHA256");
        var body = JsonSerializer.Serialize(
            new Dictionary<string, string>
            {
                ["sessionId"] = session,
                ["id"] = $"{KeyIndex}:{Admin}",
                ["type"] = "HS_PUBKEY",
                ["cnonce"] = clientNonce,
                ["alg"] = "SHA256",
                ["signature"] = signature,
            }
        );
        var answered = await SendAsync("PUT", "/api/sessions/this", body);
        Assert.That(
            (
                answered.Status,
                answered.Json.GetProperty("authenticated").GetBoolean(),
                answered.Json.GetProperty("id").GetString()
            ),
            Is.EqualTo((200, true, $"{KeyIndex}:{Admin}")),
            answered.ToString()
        );

        var own = $"Handle sessionId=\"{session}\"";
        Assert.That(
            (await SendAsync("GET", "/api/sessions/this", null, own)).Json.GetProperty("authenticated").GetBoolean()
        );
        Assert.That((await SendAsync("DELETE", "/api/sessions/this", null, own)).Status, Is.EqualTo(204));
        AssertFailed(await SendAsync("GET", "/api/sessions/this", null, own), 401, 402);
        AssertFailed(await SendAsync("GET", "/api/sessions/this"), 401, 402);
        AssertFailed(await SendAsync("PUT", "/api/sessions/this", "{"), 400, 4);
    }

    [Test]
    public async Task Session_AnsweredByPost_IsTaken()
    {
        var (session, nonce) = await SessionAsync();

        var answered = await SendAsync(
            "POST",
            "/api/sessions/this",
            null,
            Answered(session, nonce, Admin, KeyedDigestKind.Sha256)
        );

        Assert.That(answered.Json.GetProperty("authenticated").GetBoolean(), answered.ToString());
    }

    [Test]
    public async Task Proof_InParameters_IsTakenAndTypeStillFilters()
    {
        var (session, nonce) = await SessionAsync();
        var (clientNonce, signature) = Signed(nonce, "SHA256");
        var proof =
            $"sessionId={session}&id={KeyIndex}%3A{Uri.EscapeDataString(Admin)}&type=HS_PUBKEY&cnonce={Uri.EscapeDataString(clientNonce)}&alg=SHA256&signature={Uri.EscapeDataString(signature)}";

        var answer = await SendAsync(
            "GET",
            $"/api/handles/{Admin}?type=HS_SECKEY&publicOnly=false&{proof.Replace("type=HS_PUBKEY&", "", StringComparison.Ordinal)}&type=HS_PUBKEY"
        );

        // The first type says how the proof was made, and that was with a key.
        AssertFailed(answer, 403, 403);
        (session, nonce) = await SessionAsync();
        (clientNonce, signature) = Signed(nonce, "SHA256");
        proof =
            $"sessionId={session}&id={KeyIndex}%3A{Uri.EscapeDataString(Admin)}&type=HS_PUBKEY&cnonce={Uri.EscapeDataString(clientNonce)}&alg=SHA256&signature={Uri.EscapeDataString(signature)}";
        Assert.That(
            Indexes(await SendAsync("GET", $"/api/handles/{Admin}?{proof}&type=HS_SECKEY")),
            Is.EqualTo([SecretIndex])
        );
    }

    [Test]
    public async Task Password_OverPlainHttp_IsRefusedAndSaysWhy() =>
        AssertFailed(
            await SendAsync("GET", Administration, null, Basic($"{SecretIndex}%3A{Admin}", Secret)),
            403,
            404,
            "https"
        );

    [Test]
    public async Task Password_OverTls_IsTakenWhereItIsTheSecretKey()
    {
        using var client = TlsClient();

        Assert.That(
            (await TlsAsync(client, "GET", Administration, Basic($"{SecretIndex}%3A{Admin}", Secret))).Status,
            Is.EqualTo(200)
        );
        AssertFailed(
            await TlsAsync(client, "GET", Administration, $"Handle clientCert=\"true\", id=\"{KeyIndex}%3A{Admin}\""),
            403,
            404,
            "certificate"
        );
        AssertFailed(await TlsAsync(client, "GET", Administration, "Basic ???"), 400, 4);
        var challenged = await TlsAsync(client, "GET", Administration);
        AssertFailed(challenged, 401, 402);
        Assert.That(challenged.Header("WWW-Authenticate"), Does.Contain("Handle version=").And.Contain("Basic realm="));
    }

    /// <summary>RFC 9110 §15.5.2; common clients ask for the password again on 401 alone.</summary>
    [Test]
    public async Task Credentials_ThatAreWrongOverTls_AreAskedForAgain()
    {
        using var client = TlsClient();
        string Handle(string session, string proof) =>
            $"Handle sessionId=\"{session}\", id=\"{KeyIndex}%3A{Admin}\", type=\"HS_PUBKEY\", cnonce=\"AAAA\", alg=\"SHA256\", signature=\"{proof}\"";
        var (session, _) = Challenged(await TlsAsync(client, "GET", Administration));

        foreach (
            var credentials in new[]
            {
                Basic($"{SecretIndex}%3A{Admin}", "wrong"u8.ToArray()),
                Basic($"{SecretIndex}%3A{Admin}", []),
                Basic($"0%3A{Admin}", Secret),
                Basic($"{SecretIndex}%3A{Prefix}/NOBODY", Secret),
                Handle(session, Convert.ToBase64String(new byte[256])),
            }
        )
        {
            var answer = await TlsAsync(client, "GET", Administration, credentials);

            AssertFailed(answer, 401, 403);
            Assert.That(
                answer.Header("WWW-Authenticate"),
                Does.Contain("Handle version=").And.Contain("Basic realm="),
                credentials
            );
        }
    }

    [Test]
    public async Task Password_SentByAnotherSitesForm_IsRefused()
    {
        using var client = TlsClient();

        AssertFailed(
            await TlsAsync(
                client,
                "POST",
                $"{Administration}/88.300.1.66",
                Basic($"{SecretIndex}%3A{Admin}", Secret),
                ("Origin", "https://evil.example")
            ),
            403,
            404
        );
    }

    private static (string Session, byte[] Nonce) Challenged(Answer answer)
    {
        AssertFailed(answer, 401, 402);
        var fields = answer.Header("WWW-Authenticate")!.Split('"');
        return (fields[3], Convert.FromBase64String(fields[5]));
    }

    private static (string ClientNonce, string Signature) Signed(byte[] nonce, string hash)
    {
        var clientNonce = RandomNumberGenerator.GetBytes(16);
        var signature = Key.Sign(
            hash == "SHA1" ? SignatureHash.Sha1 : SignatureHash.Sha256,
            [.. nonce, .. clientNonce]
        );
        return (Convert.ToBase64String(clientNonce), Convert.ToBase64String(signature));
    }

    private static HttpClient TlsClient()
    {
        var handler = new SocketsHttpHandler();
        // The node's certificate is made for the tests alone.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, errors) =>
            errors
                is SslPolicyErrors.None
                    or SslPolicyErrors.RemoteCertificateChainErrors
                    or not SslPolicyErrors.RemoteCertificateNotAvailable;
        return new HttpClient(handler) { BaseAddress = Tls, Timeout = TimeSpan.FromSeconds(30) };
    }

    private static async Task<Answer> TlsAsync(
        HttpClient client,
        string method,
        string path,
        string? authorization = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        foreach (var (name, value) in authorization is null ? headers : [.. headers, ("Authorization", authorization)])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var response = await client.SendAsync(request);
        return await Answer.OfAsync(response);
    }
}
