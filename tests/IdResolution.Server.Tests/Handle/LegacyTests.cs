using System.Security.Cryptography;
using System.Text;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>What is refused, and what goes on, where <c>Access:HandleLegacy</c> is off.</summary>
[TestFixture]
internal sealed class LegacyTests : HandleFixture
{
    private static readonly ProtocolVersion s_old = new(2, 6);

    [Test]
    public async Task OldVersion_ReadsWithDigests_AndIsNotChallenged([Values(1, 3, 6)] byte minor)
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));
        using var wire = await ConnectAsync();
        var version = new ProtocolVersion(2, minor);

        var read = await wire.AskAsync(
            OpCode.Resolution,
            new ResolutionRequest(handle, [], []).Write,
            OpFlags.PublicOnly | OpFlags.ReturnDigest | OpFlags.Certify,
            version: version
        );
        var refused = await wire.AskAsync(OpCode.DeleteHandle, new OneHandleRequest(handle).Write, version: version);

        Assert.That(read.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(ResolutionResponse.TryRead(read.Body.Span, digestPresent: true, out var body), Is.True);
        Assert.That(body!.Digest!.Value.Algorithm, Is.EqualTo(DigestField.Sha1));
        Assert.That(read.Credential.Length, Is.Zero, "not signed");
        Assert.That(refused.Header.ResponseCode, Is.EqualTo(ResponseCode.InvalidCredential));
        Assert.That(Encoding.UTF8.GetString(refused.Body.Span), Does.Contain("Old clients").And.Not.Contain("Access:"));
    }

    [Test]
    public async Task Proof_OfAnOldKindOverHttp_IsRefusedWithoutTheOperatorsSetting()
    {
        var session = (await Node.SendAsync((string?)null, "POST", "/api/sessions")).Json.GetProperty("sessionId");
        var (nonce, signature) = (Convert.ToBase64String(new byte[16]), Convert.ToBase64String(new byte[20]));
        var proof =
            $"Handle sessionId=\"{session}\", id=\"{Uri.EscapeDataString(Admin.ToString())}\", type=\"HS_SECKEY\", "
            + $"cnonce=\"{nonce}\", alg=\"SHA1\", signature=\"{signature}\"";

        var refused = await Node.SendAsync((string?)null, "GET", "/api/prefixes", null, ("Authorization", proof));

        Assert.That(refused.Json.GetProperty("responseCode").GetInt32(), Is.EqualTo(404), refused.ToString());
        Assert.That(refused.Text, Does.Contain("Old clients").And.Not.Contain("Access:"));
    }

    [TestCase(KeyedDigestKind.Md5, false)]
    [TestCase(KeyedDigestKind.Sha1, false)]
    [TestCase(KeyedDigestKind.HmacSha1, false)]
    [TestCase(KeyedDigestKind.Sha256, true)]
    [TestCase(KeyedDigestKind.HmacSha256, true)]
    [TestCase(KeyedDigestKind.Pbkdf2HmacSha1, true)]
    public async Task Secret_ProvedByEachKind_IsTakenUnlessTheKindIsOld(KeyedDigestKind kind, bool taken)
    {
        var answered = await AnsweredAsync(
            Admin,
            SecretKeyProof.Type,
            c => SecretKeyProof.Make(kind, Encoding.UTF8.GetBytes(Secret), c.Nonce, c.Digest.Digest.Span)
        );

        Assert.That(answered, Is.EqualTo(taken ? ResponseCode.Success : ResponseCode.InvalidCredential));
    }

    [Test]
    public async Task Signature_OverSha1_IsRefused()
    {
        var answered = await AnsweredAsync(
            AdminKey,
            PublicKeyProof.Type,
            c => PublicKeyProof.Make(KeyPair, c.Nonce, c.Digest.Digest.Span, s_old)
        );

        Assert.That(answered, Is.EqualTo(ResponseCode.InvalidCredential));
    }

    [Test]
    public async Task Key_OfFewBits_IsRefused([Values("RSA", "DSA")] string kind, [Values(1_024, 2_048)] int bits)
    {
        using var key = kind == "RSA" ? Rsa(bits) : new DsaKeyPair(bits);
        var user = await CreateAsync(
            new HandleValue
            {
                Index = 300,
                Type = "HS_PUBKEY",
                Data = key.PublicKey.ToData(),
            }
        );

        // The user has no rights, which is said once the proof was taken.
        var answered = await AnsweredAsync(
            new ValueReference(user, 300),
            PublicKeyProof.Type,
            c => PublicKeyProof.Make(key, c.Nonce, c.Digest.Digest.Span, ProtocolVersion.Current)
        );

        Assert.That(
            answered,
            Is.EqualTo(bits < 2_048 ? ResponseCode.InvalidCredential : ResponseCode.InvalidAdministrator)
        );
    }

    [Test]
    public async Task Session_OfAnOldVersion_OrWithASmallKey_IsNotSetUp()
    {
        using var wire = await ConnectAsync();
        using var small = Rsa(1_024);

        var old = await wire.AskAsync(OpCode.SessionSetup, SetUp(KeyPair).Write, version: s_old);
        var weak = await wire.AskAsync(OpCode.SessionSetup, SetUp(small).Write);

        Assert.That(
            (old.Header.ResponseCode, weak.Header.ResponseCode),
            Is.EqualTo((ResponseCode.InvalidCredential, ResponseCode.RsaKeyNeeded))
        );
    }

    [TestCase(SessionKeyAlgorithm.Des)]
    [TestCase(SessionKeyAlgorithm.TripleDes)]
    public async Task Session_WithAKeyForDes_CannotBeUsed(SessionKeyAlgorithm algorithm)
    {
        using var wire = await ConnectAsync();
        var session = await TestSession.SetUpAsync(
            wire,
            SessionMode.ServerKey,
            KeyPair,
            AdminKey,
            algorithm: algorithm
        );

        var answer = await session.UnreadAsync(OpCode.GetSiteInfo, new OneHandleRequest("/").Write);

        Assert.That(answer.Header.ResponseCode, Is.AnyOf(ResponseCode.InvalidSessionKey, ResponseCode.ProtocolError));
    }

    [TestCase("SHA1", KeyedDigestKind.Sha1, false)]
    [TestCase("HMAC-SHA256", KeyedDigestKind.HmacSha256, true)]
    public async Task Verification_OverHttp_TakesNoOldKind(string name, KeyedDigestKind kind, bool taken)
    {
        byte[] nonce = [1, 2, 3, 4];
        var mac = KeyedDigest.Make(kind, Encoding.UTF8.GetBytes(Secret), nonce, nonce);
        var bytes = Uri.EscapeDataString(Convert.ToBase64String(nonce));
        var answer = await Node.SendAsync(
            (string?)null,
            "GET",
            $"/api/verifications/{Admin.Index}:{Uri.EscapeDataString(Admin.Handle)}?alg={name}&nonce={bytes}"
                + $"&cnonce={bytes}&signature={Uri.EscapeDataString(Convert.ToBase64String(mac))}"
        );

        Assert.That(answer.Json.GetProperty("verified").GetBoolean(), Is.EqualTo(taken), answer.Text);
    }

    /// <summary>A key of any size: the library makes none that is small, but reads it.</summary>
    private static KeyPair Rsa(int bits)
    {
        using var rsa = RSA.Create(bits);
        Assert.That(KeyPair.TryFromPem(rsa.ExportPkcs8PrivateKeyPem(), out var pair), Is.True);
        return pair!;
    }

    private static SessionSetupRequest SetUp(KeyPair key) =>
        new(SessionMode.ClientKey, 60, Admin, key.PublicKey.ToData(), null);

    private async Task<ResponseCode> AnsweredAsync(ValueReference user, string type, Func<Challenge, byte[]> prove)
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(OpCode.DeleteHandle, new OneHandleRequest(handle).Write);
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        var answer = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            new ChallengeAnswer(type, user, prove(challenge!)).Write,
            sessionId: challenged.Envelope.SessionId
        );
        return answer.Header.ResponseCode;
    }
}
