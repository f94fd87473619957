using System.Net;
using System.Net.Sockets;
using System.Text;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Challenges, logins and sessions: who proves to hold a key has its rights, and nobody else.</summary>
[TestFixture]
internal sealed class AuthenticationTests : HandleFixture
{
    protected override bool IsLegacy => true;

    private const OpFlags Admin11 = OpFlags.ReturnDigest;

    [Test]
    public async Task Challenge_AnsweredByEachKindOfProof_LetsIn([Values] KeyedDigestKind kind)
    {
        using var wire = await ConnectAsync();
        var handle = Node.NewId();
        var challenged = await CreateAsync(wire, handle);
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        var proof = SecretKeyProof.Make(
            kind,
            Encoding.UTF8.GetBytes(Secret),
            challenge!.Nonce,
            challenge.Digest.Digest.Span
        );

        // On another connection, as the reference's client does it.
        using var other = await ConnectAsync();
        var answer = await other.AskAsync(
            OpCode.ChallengeAnswer,
            new ChallengeAnswer(SecretKeyProof.Type, Admin, proof).Write,
            Admin11,
            challenged.Envelope.SessionId
        );

        Assert.That(
            (answer.Header.OpCode, answer.Header.ResponseCode),
            Is.EqualTo((OpCode.CreateHandle, ResponseCode.Success))
        );
    }

    [Test]
    public async Task Challenge_AnsweredByPublicKey_LetsIn([Values(301, 0)] int index, [Values(6, 11)] byte minor)
    {
        using var wire = await ConnectAsync();
        var version = new ProtocolVersion(2, minor);
        var challenged = await CreateAsync(wire, Node.NewId(), version);
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        var proof = PublicKeyProof.Make(KeyPair, challenge!.Nonce, challenge.Digest.Digest.Span, version);

        var answer = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            new ChallengeAnswer(PublicKeyProof.Type, Admin with { Index = index }, proof).Write,
            Admin11,
            challenged.Envelope.SessionId,
            version
        );

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Challenge_AnsweredTwice_RunsOnce([Values] bool firstIsRight)
    {
        using var wire = await ConnectAsync();
        var handle = Node.NewId();
        var challenged = await CreateAsync(wire, handle);
        var right = Answer(challenged, Admin, Secret);

        var first = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            (firstIsRight ? right : Answer(challenged, Admin, "wrong")).Write,
            Admin11,
            challenged.Envelope.SessionId
        );
        var second = await wire.AskAsync(OpCode.ChallengeAnswer, right.Write, Admin11, challenged.Envelope.SessionId);

        Assert.That(
            first.Header.ResponseCode,
            Is.EqualTo(firstIsRight ? ResponseCode.Success : ResponseCode.AuthenticationFailed)
        );
        Assert.That(second.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationTimedOut));
    }

    [Test]
    public async Task Challenge_AnsweredForAnotherRequestOrByAStranger_GivesNothing()
    {
        using var wire = await ConnectAsync();
        var one = await CreateAsync(wire, Node.NewId());
        var two = await CreateAsync(wire, Node.NewId());

        var crossed = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(one, Admin, Secret).Write,
            Admin11,
            two.Envelope.SessionId
        );
        var unknown = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(one, new ValueReference($"{Prefix}/nobody", 300), Secret).Write,
            Admin11,
            one.Envelope.SessionId
        );
        var stranger = await As(Stranger)
            .CreateAsync(Node.NewId(), [Value(1, "URL", "x")], overwrite: false, mint: false, Stop);
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
        var proof = SecretKeyProof.Make(
            KeyedDigestKind.HmacSha256,
            Encoding.UTF8.GetBytes(isRight ? Secret : "wrong"),
            nonce,
            digest.Digest.Span
        );

        var answer = await wire.AskAsync(
            OpCode.VerifyChallenge,
            new VerifyRequest(Admin, nonce, digest.Digest.ToArray(), proof).Write
        );

        Assert.That(VerifyResponse.TryRead(answer.Body.Span, digestPresent: false, out var verified), Is.True);
        Assert.That(verified!.IsRight, Is.EqualTo(isRight));
    }

    [Test]
    public async Task Login_OnAConnection_GivesItsRightsToThatConnectionAlone([Values(0, 10_001)] int chosen)
    {
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(
            OpCode.Login,
            new LoginRequest(Admin).Write,
            OpFlags.Recursive | OpFlags.ReturnDigest,
            chosen
        );
        var loggedIn = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, Admin, Secret).Write,
            OpFlags.Recursive | OpFlags.ReturnDigest,
            challenged.Envelope.SessionId
        );
        using var other = await ConnectAsync();

        var created = await wire.AskAsync(
            OpCode.CreateHandle,
            new ValuesRequest(Node.NewId(), [Value(1, "URL", "x")]).Write,
            sessionId: chosen
        );
        var without = await wire.AskAsync(
            OpCode.CreateHandle,
            new ValuesRequest(Node.NewId(), [Value(1, "URL", "x")]).Write
        );
        var elsewhere = await other.AskAsync(
            OpCode.CreateHandle,
            new ValuesRequest(Node.NewId(), [Value(1, "URL", "x")]).Write,
            sessionId: chosen
        );
        var site = await other.AskAsync(OpCode.GetSiteInfo, new OneHandleRequest("/").Write, sessionId: chosen);

        Assert.That(challenged.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        // Under no number, the node numbers the challenge, and the log-in is the connection's.
        Assert.That(chosen == 0 ? challenged.Envelope.SessionId > 0 : challenged.Envelope.SessionId == chosen, Is.True);
        Assert.That(
            (loggedIn.Header.OpCode, loggedIn.Header.ResponseCode),
            Is.EqualTo((OpCode.Login, ResponseCode.Success))
        );
        Assert.That(created.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(
            without.Header.ResponseCode,
            Is.EqualTo(chosen == 0 ? ResponseCode.Success : ResponseCode.AuthenticationNeeded)
        );
        Assert.That(
            elsewhere.Header.ResponseCode,
            Is.EqualTo(chosen == 0 ? ResponseCode.AuthenticationNeeded : ResponseCode.SessionTimeout)
        );
        Assert.That(site.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Login_OfAnother_OrOfWhatIsNoLogin_IsNotTaken()
    {
        const int Chosen = 10_002;
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(OpCode.Login, new LoginRequest(Admin).Write, OpFlags.ReturnDigest, Chosen);
        await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, Admin, Secret).Write,
            OpFlags.ReturnDigest,
            Chosen
        );

        var again = await wire.AskAsync(OpCode.Login, new LoginRequest(Admin).Write, sessionId: Chosen);
        var tooLong = await wire.AskAsync(
            OpCode.Login,
            static writer => writer.Bytes(new byte[5_000]),
            sessionId: Chosen
        );
        var another = await wire.AskAsync(OpCode.Login, new LoginRequest(Stranger).Write, OpFlags.ReturnDigest, Chosen);
        var since = await wire.AskAsync(
            OpCode.DeleteHandle,
            new OneHandleRequest(Stranger.Handle).Write,
            sessionId: Chosen
        );

        Assert.That(
            (again.Header.ResponseCode, tooLong.Header.ResponseCode),
            Is.EqualTo((ResponseCode.Success, ResponseCode.ProtocolError))
        );
        Assert.That(
            (another.Header.ResponseCode, since.Header.ResponseCode),
            Is.EqualTo((ResponseCode.AuthenticationNeeded, ResponseCode.AuthenticationNeeded))
        );
    }

    [Test]
    public async Task Login_WhoseKeyIsReplaced_IsOver()
    {
        const int Chosen = 10_003;
        var user = new ValueReference(await base.CreateAsync(Value(300, "HS_SECKEY", "secret-number-one")), 300);
        var handle = await base.CreateAsync(Value(1, "URL", "x"), AdminValue(100, AdminPermissions.All, user));
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(OpCode.Login, new LoginRequest(user).Write, OpFlags.ReturnDigest, Chosen);
        await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, user, "secret-number-one").Write,
            OpFlags.ReturnDigest,
            Chosen
        );
        var modify = new ValuesRequest(handle, [Value(1, "URL", "y")]);

        var before = await wire.AskAsync(OpCode.ModifyValue, modify.Write, sessionId: Chosen);
        await Client.ModifyAsync(user.Handle, [Value(300, "HS_SECKEY", "secret-number-two")], Stop);
        var after = await wire.AskAsync(OpCode.ModifyValue, modify.Write, sessionId: Chosen);
        var secrets = await wire.AskAsync(
            OpCode.Resolution,
            new ResolutionRequest(user.Handle, [300], []).Write,
            OpFlags.None,
            Chosen
        );
        var again = await wire.AskAsync(OpCode.Login, new LoginRequest(user).Write, sessionId: Chosen);

        Assert.That(
            (secrets.Header.ResponseCode, again.Header.ResponseCode),
            Is.EqualTo((ResponseCode.AuthenticationNeeded, ResponseCode.AuthenticationNeeded))
        );
        Assert.That(
            (before.Header.ResponseCode, after.Header.ResponseCode),
            Is.EqualTo((ResponseCode.Success, ResponseCode.AuthenticationNeeded))
        );
    }

    [Test]
    public async Task Secret_OfAnotherNode_IsNotAskedFor()
    {
        using var root = new TcpListener(IPAddress.Loopback, 0);
        root.Start();
        using var packets = new UdpClient((IPEndPoint)root.LocalEndpoint);
        await using var node = await TestNode.StartAsync(options =>
        {
            options.Foreign.Roots = [root.LocalEndpoint.ToString()!];
            options.Foreign.Allowed = ["127.0.0.1"];
            options.Foreign.TimeoutSeconds = 1;
        });
        var handle = await node.RegisterAsync();
        var foreign = new ValueReference("99.1/USER", 300);
        using var wire = await HandleWire.ConnectAsync(node.HandleEndPoint);
        async Task<ResponseCode> DeleteAsync(string type)
        {
            var challenged = await wire.AskAsync(OpCode.DeleteHandle, new OneHandleRequest(handle).Write, Admin11);
            return (
                await wire.AskAsync(
                    OpCode.ChallengeAnswer,
                    (Answer(challenged, foreign) with { AuthType = type }).Write,
                    Admin11,
                    challenged.Envelope.SessionId
                )
            )
                .Header
                .ResponseCode;
        }

        var verified = await wire.AskAsync(
            OpCode.VerifyChallenge,
            new VerifyRequest(foreign, new byte[16], new byte[32], new byte[33]).Write
        );
        var http = await node.GetAsync(
            $"/api/verifications/300:99.1/USER?nonce=AAAA&cnonce=AAAA&alg=SHA1&signature=AAAA"
        );
        var secret = await DeleteAsync(SecretKeyProof.Type);
        var asked = root.Pending() || packets.Available > 0;
        var key = await DeleteAsync(PublicKeyProof.Type);

        Assert.That(
            VerifyResponse.TryRead(verified.Body.Span, digestPresent: false, out var body) && !body.IsRight,
            Is.True
        );
        Assert.That(http.Text, Does.Contain("false"));
        Assert.That((secret, key), Is.EqualTo((ResponseCode.AuthenticationFailed, ResponseCode.AuthenticationFailed)));
        Assert.That(
            (asked, root.Pending() || packets.Available > 0),
            Is.EqualTo((false, true)),
            "public keys are asked for"
        );
    }

    [Test]
    public async Task Challenges_ThatNobodyAnswers_AreBounded()
    {
        var store = Node.Services.GetRequiredService<IdResolution.Server.Handle.Sessions.ChallengeStore>();
        using var wire = await ConnectAsync();
        var before = store.Count;

        for (var i = 0; i < 50; i++)
        {
            await CreateAsync(wire, Node.NewId());
        }

        Assert.That(store.Count, Is.EqualTo(before + 50));
    }

    private static Task<HandleMessage> CreateAsync(HandleWire wire, string handle, ProtocolVersion? version = null) =>
        wire.AskAsync(
            OpCode.CreateHandle,
            new ValuesRequest(handle, [Value(1, "URL", "x")]).Write,
            Admin11,
            version: version
        );
}
