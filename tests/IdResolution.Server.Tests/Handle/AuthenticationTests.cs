using System.Text;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Challenges, logins and sessions: who proves to hold a key has its rights, and nobody else.</summary>
[TestFixture]
internal sealed class AuthenticationTests : HandleFixture
{
    private const OpFlags Admin11 = OpFlags.ReturnDigest;

    [Test]
    public async Task Challenge_AnsweredByEachKindOfProof_LetsIn([Values] KeyedDigestKind kind)
    {
        using var wire = await ConnectAsync();
        var handle = Node.NewId();
        var challenged = await CreateAsync(wire, handle);
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        var proof = SecretKeyProof.Make(kind, Encoding.UTF8.GetBytes(Secret), challenge!.Nonce, challenge.Digest.Digest.Span);

        // On another connection, as the reference's client does it.
        using var other = await ConnectAsync();
        var answer = await other.AskAsync(OpCode.ChallengeAnswer, new ChallengeAnswer(SecretKeyProof.Type, Admin, proof).Write, Admin11, challenged.Envelope.SessionId);

        Assert.That((answer.Header.OpCode, answer.Header.ResponseCode), Is.EqualTo((OpCode.CreateHandle, ResponseCode.Success)));
    }

    [Test]
    public async Task Challenge_AnsweredByPublicKey_LetsIn([Values(301, 0)] int index, [Values(6, 11)] byte minor)
    {
        using var wire = await ConnectAsync();
        var version = new ProtocolVersion(2, minor);
        var challenged = await CreateAsync(wire, Node.NewId(), version);
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        var proof = PublicKeyProof.Make(KeyPair, challenge!.Nonce, challenge.Digest.Digest.Span, version);

        var answer = await wire.AskAsync(OpCode.ChallengeAnswer, new ChallengeAnswer(PublicKeyProof.Type, Admin with { Index = index }, proof).Write, Admin11, challenged.Envelope.SessionId, version);

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Challenge_AnsweredTwice_RunsOnce([Values] bool firstIsRight)
    {
        using var wire = await ConnectAsync();
        var handle = Node.NewId();
        var challenged = await CreateAsync(wire, handle);
        var right = Answer(challenged, Admin, Secret);

        var first = await wire.AskAsync(OpCode.ChallengeAnswer, (firstIsRight ? right : Answer(challenged, Admin, "wrong")).Write, Admin11, challenged.Envelope.SessionId);
        var second = await wire.AskAsync(OpCode.ChallengeAnswer, right.Write, Admin11, challenged.Envelope.SessionId);

        Assert.That(first.Header.ResponseCode, Is.EqualTo(firstIsRight ? ResponseCode.Success : ResponseCode.AuthenticationFailed));
        Assert.That(second.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationTimedOut));
    }

    [Test]
    public async Task Challenge_AnsweredForAnotherRequestOrByAStranger_GivesNothing()
    {
        using var wire = await ConnectAsync();
        var one = await CreateAsync(wire, Node.NewId());
        var two = await CreateAsync(wire, Node.NewId());

        var crossed = await wire.AskAsync(OpCode.ChallengeAnswer, Answer(one, Admin, Secret).Write, Admin11, two.Envelope.SessionId);
        var unknown = await wire.AskAsync(OpCode.ChallengeAnswer, Answer(one, new ValueReference($"{Prefix}/nobody", 300), Secret).Write, Admin11, one.Envelope.SessionId);
        var stranger = await As(Stranger).CreateAsync(Node.NewId(), [Value(1, "URL", "x")], overwrite: false, mint: false, Stop);
        var wrong = await As(Admin, "wrong").DeleteAsync(Admin.Handle, Stop);

        Assert.That(crossed.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationFailed));
        Assert.That(unknown.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationFailed));
        Assert.That(stranger.Code, Is.EqualTo(ResponseCode.InvalidAdministrator));
        Assert.That(wrong.Code, Is.EqualTo(ResponseCode.AuthenticationFailed));
    }

    [Test]
    public async Task Verify_OfAProof_SaysWhetherItIsRight([Values] bool isRight)
    {
        using var wire = await ConnectAsync();
        byte[] nonce = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
        var digest = RequestDigest.Of("a request"u8, ProtocolVersion.Current);
        var proof = SecretKeyProof.Make(KeyedDigestKind.HmacSha256, Encoding.UTF8.GetBytes(isRight ? Secret : "wrong"), nonce, digest.Digest.Span);

        var answer = await wire.AskAsync(OpCode.VerifyChallenge, new VerifyRequest(Admin, nonce, digest, proof).Write);

        Assert.That(VerifyResponse.TryRead(answer.Body.Span, digestPresent: false, out var verified), Is.True);
        Assert.That(verified!.IsRight, Is.EqualTo(isRight));
    }

    [Test]
    public async Task Login_OnAConnection_GivesItsRightsToThatConnectionAlone()
    {
        const int Chosen = 10_001;
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(OpCode.Login, new LoginRequest(Admin).Write, OpFlags.Recursive | OpFlags.ReturnDigest, Chosen);
        var loggedIn = await wire.AskAsync(OpCode.ChallengeAnswer, Answer(challenged, Admin, Secret).Write, OpFlags.Recursive | OpFlags.ReturnDigest, Chosen);
        using var other = await ConnectAsync();

        var created = await wire.AskAsync(OpCode.CreateHandle, new ValuesRequest(Node.NewId(), [Value(1, "URL", "x")]).Write, sessionId: Chosen);
        var without = await wire.AskAsync(OpCode.CreateHandle, new ValuesRequest(Node.NewId(), [Value(1, "URL", "x")]).Write);
        var elsewhere = await other.AskAsync(OpCode.CreateHandle, new ValuesRequest(Node.NewId(), [Value(1, "URL", "x")]).Write, sessionId: Chosen);
        var site = await other.AskAsync(OpCode.GetSiteInfo, new OneHandleRequest("/").Write, sessionId: Chosen);

        Assert.That((challenged.Header.ResponseCode, challenged.Envelope.SessionId), Is.EqualTo((ResponseCode.AuthenticationNeeded, Chosen)));
        Assert.That((loggedIn.Header.OpCode, loggedIn.Header.ResponseCode), Is.EqualTo((OpCode.Login, ResponseCode.Success)));
        Assert.That(created.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(without.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(elsewhere.Header.ResponseCode, Is.EqualTo(ResponseCode.SessionTimeout));
        Assert.That(site.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Login_OfAnother_OrOfWhatIsNoLogin_IsNotTaken()
    {
        const int Chosen = 10_002;
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(OpCode.Login, new LoginRequest(Admin).Write, OpFlags.ReturnDigest, Chosen);
        await wire.AskAsync(OpCode.ChallengeAnswer, Answer(challenged, Admin, Secret).Write, OpFlags.ReturnDigest, Chosen);

        var again = await wire.AskAsync(OpCode.Login, new LoginRequest(Admin).Write, sessionId: Chosen);
        var tooLong = await wire.AskAsync(OpCode.Login, static writer => writer.Bytes(new byte[5_000]), sessionId: Chosen);
        var another = await wire.AskAsync(OpCode.Login, new LoginRequest(Stranger).Write, OpFlags.ReturnDigest, Chosen);
        var since = await wire.AskAsync(OpCode.DeleteHandle, new OneHandleRequest(Stranger.Handle).Write, sessionId: Chosen);

        Assert.That((again.Header.ResponseCode, tooLong.Header.ResponseCode), Is.EqualTo((ResponseCode.Success, ResponseCode.ProtocolError)));
        Assert.That((another.Header.ResponseCode, since.Header.ResponseCode), Is.EqualTo((ResponseCode.AuthenticationNeeded, ResponseCode.AuthenticationNeeded)));
    }

    [Test]
    public async Task Login_WhoseKeyIsReplaced_IsOver()
    {
        const int Chosen = 10_003;
        var user = new ValueReference(await base.CreateAsync(Value(300, "HS_SECKEY", "one")), 300);
        var handle = await base.CreateAsync(Value(1, "URL", "x"), AdminValue(100, AdminPermissions.All, user));
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(OpCode.Login, new LoginRequest(user).Write, OpFlags.ReturnDigest, Chosen);
        await wire.AskAsync(OpCode.ChallengeAnswer, Answer(challenged, user, "one").Write, OpFlags.ReturnDigest, Chosen);
        var modify = new ValuesRequest(handle, [Value(1, "URL", "y")]);

        var before = await wire.AskAsync(OpCode.ModifyValue, modify.Write, sessionId: Chosen);
        await Client.ModifyAsync(user.Handle, [Value(300, "HS_SECKEY", "two")], Stop);
        var after = await wire.AskAsync(OpCode.ModifyValue, modify.Write, sessionId: Chosen);

        Assert.That((before.Header.ResponseCode, after.Header.ResponseCode), Is.EqualTo((ResponseCode.Success, ResponseCode.AuthenticationNeeded)));
    }

    [Test]
    public async Task Session_ByEachMode_CarriesSignedAndEncryptedMessages([Values(SessionMode.ClientKey, SessionMode.ServerKey, SessionMode.HandleKey, SessionMode.DiffieHellman)] SessionMode mode)
    {
        using var wire = await ConnectAsync();
        var (id, key) = await SetUpAsync(wire, mode);
        var handle = Node.NewId();
        var create = new ValuesRequest(handle, [Value(1, "URL", "in a session")]);

        var first = await SignedAsync(wire, id, key, 1, OpCode.CreateHandle, create.Write);
        if (mode != SessionMode.HandleKey)
        {
            // The key alone tells nobody's name: that takes an answer to a challenge, once for the session.
            Assert.That((first.Header.ResponseCode, first.Envelope.SessionId), Is.EqualTo((ResponseCode.AuthenticationNeeded, id)));
            first = await SignedAsync(wire, id, key, 2, OpCode.ChallengeAnswer, Answer(first, Admin, Secret).Write);
        }
        var replayed = await SignedAsync(wire, id, key, mode == SessionMode.HandleKey ? 1 : 2, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);
        var unsigned = await wire.AskAsync(OpCode.DeleteHandle, new OneHandleRequest(handle).Write, sessionId: id);
        var encrypted = await EncryptedAsync(wire, id, key, OpCode.Resolution, new ResolutionRequest(handle, [], []).Write);
        var unowned = await EncryptedAsync(wire, id, key, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);
        var terminated = await SignedAsync(wire, id, key, 8, OpCode.SessionTerminate, new OneHandleRequest("/").Write);
        var after = await SignedAsync(wire, id, key, 9, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);

        Assert.That(first.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(replayed.Header.ResponseCode, Is.EqualTo(ResponseCode.SessionMessageRejected));
        Assert.That(unsigned.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(ResolutionResponse.TryRead(encrypted.Body.Span, digestPresent: false, out var body) ? body!.Values.Single().Text : null, Is.EqualTo("in a session"));
        Assert.That(unowned.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That((terminated.Header.ResponseCode, after.Header.ResponseCode), Is.EqualTo((ResponseCode.Success, ResponseCode.SessionTimeout)));
    }

    [Test]
    public async Task Challenges_ThatNobodyAnswers_AreBounded()
    {
        var store = Node.Services.GetRequiredService<IdResolution.Server.Handle.ChallengeStore>();
        using var wire = await ConnectAsync();
        var before = store.Count;

        for (var i = 0; i < 50; i++)
        {
            await CreateAsync(wire, Node.NewId());
        }

        Assert.That(store.Count, Is.EqualTo(before + 50));
    }

    private static Task<HandleMessage> CreateAsync(HandleWire wire, string handle, ProtocolVersion? version = null) =>
        wire.AskAsync(OpCode.CreateHandle, new ValuesRequest(handle, [Value(1, "URL", "x")]).Write, Admin11, version: version);

    private static ChallengeAnswer Answer(HandleMessage challenged, ValueReference user, string secret)
    {
        Assert.That(challenged.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        return new ChallengeAnswer(SecretKeyProof.Type, user, SecretKeyProof.Make(KeyedDigestKind.HmacSha256, Encoding.UTF8.GetBytes(secret), challenge!.Nonce, challenge.Digest.Digest.Span));
    }

    private async Task<(int Id, SessionKey Key)> SetUpAsync(HandleWire wire, SessionMode mode)
    {
        var ours = DiffieHellmanKeyPair.Generate();
        var publicKey = mode switch { SessionMode.ClientKey => KeyPair.PublicKey.ToData(), SessionMode.DiffieHellman => ours.PublicKey.ToData(), _ => [] };
        var answer = await wire.AskAsync(OpCode.SessionSetup, new SessionSetupRequest(mode, 3_600, AdminKey, publicKey, mode == SessionMode.HandleKey ? AdminKey : null).Write);
        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(SessionSetupResponse.TryRead(answer.Body.Span, digestPresent: false, out var setUp), Is.True);
        var id = answer.Envelope.SessionId;
        SessionKey? key;
        switch (mode)
        {
            case SessionMode.DiffieHellman:
                Assert.That(DiffieHellmanKeyPair.TryReadResponse(setUp!.Data, ProtocolVersion.Current, out var algorithm, out var theirs), Is.True);
                Assert.That(ours.TryAgree(theirs!, algorithm, out key), Is.True);
                return (id, key!);
            case SessionMode.ServerKey:
                Assert.That(PublicKey.TryRead(setUp!.Data, out var server), Is.True);
                key = SessionKey.Generate(SessionKeyAlgorithm.Aes);
                var exchanged = await wire.AskAsync(OpCode.SessionExchangeKey, new SessionKeyExchange(key.EncryptFor((RsaPublicKey)server!, ProtocolVersion.Current)).Write, sessionId: id);
                Assert.That(exchanged.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
                return (id, key);
            default:
                return (id, SessionKey.Decrypt(setUp!.Data, KeyPair));
        }
    }

    private static async Task<HandleMessage> SignedAsync(HandleWire wire, int id, SessionKey key, int counter, OpCode operation, BodyWriter body)
    {
        var plain = HandleWire.Message(operation, body, sessionId: id, requestId: counter);
        Assert.That(Envelope.TryRead(plain, out var envelope) && HandleMessage.TryParse(envelope, plain.AsMemory(20), out var message), Is.True);
        HandleMessage.TryParse(envelope, plain.AsMemory(20), out message);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        HandleMessage.Write(output, envelope, message!.Header, message.Body.Span, Credential.Authenticate(envelope, message.Header, message.Body.Span, key, counter));
        await wire.SendAsync(output.WrittenMemory);
        return (await wire.ReadAsync())!;
    }

    private static async Task<HandleMessage> EncryptedAsync(HandleWire wire, int id, SessionKey key, OpCode operation, BodyWriter body)
    {
        var plain = HandleWire.Message(operation, body, sessionId: id);
        Assert.That(Envelope.TryRead(plain, out var envelope), Is.True);
        var secret = SessionCipher.Encrypt(key, ProtocolVersion.Current, plain.AsSpan(20));
        var whole = new byte[20 + secret.Length];
        (envelope with { Flags = EnvelopeFlags.Encrypted, MessageLength = (uint)secret.Length }).Write(whole);
        secret.CopyTo(whole, 20);
        await wire.SendAsync(whole);
        var head = new byte[20];
        await wire.Stream.ReadExactlyAsync(head);
        Assert.That(Envelope.TryRead(head, out var answered) && answered.Flags.HasFlag(EnvelopeFlags.Encrypted), Is.True);
        var bytes = new byte[answered.MessageLength];
        await wire.Stream.ReadExactlyAsync(bytes);
        Assert.That(SessionCipher.TryDecrypt(key, ProtocolVersion.Current, bytes, out var clear), Is.True);
        Assert.That(HandleMessage.TryParse(answered, clear, out var answer), Is.True);
        return answer!;
    }
}
