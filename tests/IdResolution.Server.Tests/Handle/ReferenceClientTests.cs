using System.Buffers;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Tests.Handle.Http;

namespace IdResolution.Server.Tests.Handle;

/// <summary>
/// Administration as the command-line tools of the reference do it, by the facts of the wire: a session is set up over
/// UDP; a request is signed with its key; the answer to the challenge is not signed; each message has a new connection.
/// </summary>
[TestFixture]
internal sealed class ReferenceClientTests : HandleFixture
{
    private readonly List<KeyPair> _keys = [];

    [OneTimeTearDown]
    public void DisposeKeys() => _keys.ForEach(key => key.Dispose());

    /// <summary>How the messages of the session travel.</summary>
    public enum Way
    {
        Tcp,
        Udp,
        Http,
    }

    [Test]
    public void SetUp_OverUdp_IsAnsweredInTwoPacketsAndBelowTwiceTheRequest()
    {
        using var packets = Packets();
        var request = SetUpRequest(DiffieHellmanKeyPair.Generate(), Admin);

        var answer = packets.Ask(request);

        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(answer.Envelope.SessionId, Is.GreaterThan(0));
        var length = MessageLimits.EnvelopeLength + (int)answer.Envelope.MessageLength;
        Assert.That(PacketWriter.CountOf(length), Is.LessThanOrEqualTo(2));
        Assert.That(length, Is.LessThan(2 * request.Length));
    }

    /// <summary>Sources of packets may be forged, and their work waits behind that of connections.</summary>
    [Test]
    public async Task SetUps_InManyPackets_LeaveRoomForAProofOverTcp()
    {
        using var packets = Packets();
        var setUp = SetUpRequest(DiffieHellmanKeyPair.Generate(), Admin);
        for (var i = 0; i < 500; i++)
        {
            packets.Send(setUp);
        }

        var created = await Client.CreateAsync(
            Node.NewId(),
            [Value(1, "URL", "x")],
            overwrite: false,
            mint: false,
            Stop
        );

        Assert.That(created.Code, Is.EqualTo(ResponseCode.Success), created.Message);
    }

    [Test]
    public async Task Administration_InASessionOfItsOwn_IsDoneForEachKindOfKey(
        [Values(Way.Tcp, Way.Http)] Way way,
        [Values("secret", "RSA", "DSA")] string kind,
        [Values(OpFlags.None, OpFlags.Certify)] OpFlags flags
    )
    {
        var (user, prove) = await UserAsync(kind);
        var handle = await CreateAsync(Value(1, "URL", "old"), AdminValue(100, AdminPermissions.All, user));
        var session = SetUp(user);
        var modify = new ValuesRequest(handle, [Value(1, "URL", "new")]);

        var challenged = await SendAsync(way, session.Signed(1, OpCode.ModifyValue, modify.Write, flags));
        var done = await SendAsync(way, session.Plain(OpCode.ChallengeAnswer, prove(challenged).Write, flags));
        var next = await SendAsync(
            way,
            session.Signed(2, OpCode.RemoveValue, new RemoveValuesRequest(handle, [1]).Write, flags)
        );

        Assert.That(challenged.Envelope.SessionId, Is.EqualTo(session.Id));
        Assert.That(
            (done.Header.OpCode, done.Header.ResponseCode),
            Is.EqualTo((OpCode.ModifyValue, ResponseCode.Success))
        );
        Assert.That(next.Header.ResponseCode, Is.EqualTo(ResponseCode.Success), "the session is its owner's now");
        if (flags == OpFlags.Certify)
        {
            Assert.That(Credential.TryRead(done.Credential.Span, out var credential), Is.True);
            Assert.That(credential!.Verify(done, session.Key), Is.EqualTo(ProofResult.Right));
        }
    }

    [Test]
    public async Task Resolution_OfHiddenValues_IsAnsweredByEachTransportWithEachKeyInASessionAndWithout(
        [Values] Way way,
        [Values("secret", "RSA")] string kind,
        [Values] bool isInSession
    )
    {
        var (user, prove) = await UserAsync(kind);
        var handle = await CreateAsync(
            Value(5, "NOTE", "hidden", ValuePermissions.AdminRead | ValuePermissions.AdminWrite),
            AdminValue(100, AdminPermissions.All, user)
        );
        var session = isInSession ? SetUp(user) : null;
        BodyWriter resolution = new ResolutionRequest(handle, [5], []).Write;

        var challenged = await SendAsync(
            way,
            session?.Signed(1, OpCode.Resolution, resolution) ?? Outside(OpCode.Resolution, resolution)
        );
        var proof = prove(challenged);
        var answer = await SendAsync(
            way,
            session?.Plain(OpCode.ChallengeAnswer, proof.Write)
                ?? Outside(OpCode.ChallengeAnswer, proof.Write, challenged.Envelope.SessionId)
        );
        var next = session is null ? null : await SendAsync(way, session.Signed(2, OpCode.Resolution, resolution));

        foreach (var message in new[] { answer, next }.OfType<HandleMessage>())
        {
            var hasDigest = message.Header.Flags.HasFlag(OpFlags.ReturnDigest);
            Assert.That(
                ResolutionResponse.TryRead(message.Body.Span, hasDigest, out var found)
                    ? found!.Values.Single().Text
                    : $"{message.Header.ResponseCode}",
                Is.EqualTo("hidden")
            );
        }
    }

    [Test]
    public async Task Administration_WithKeysOfTheHandleItself_IsDone([Values("RSA", "DSA")] string kind)
    {
        var (user, prove) = await UserAsync(kind);
        await Client.AddAsync(user.Handle, [AdminValue(100, AdminPermissions.All, user)], overwrite: false, Stop);
        var session = SetUp(user);

        var challenged = await SendAsync(
            Way.Tcp,
            session.Signed(1, OpCode.AddValue, new ValuesRequest(user.Handle, [Value(1, "URL", "x")]).Write)
        );
        var done = await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, prove(challenged).Write));

        Assert.That(done.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Administration_ThatIsSignedAndEncrypted_IsAnsweredEncrypted([Values(Way.Tcp, Way.Http)] Way way)
    {
        var session = SetUp(Admin);
        var handle = Node.NewId();

        var challenged = await AskEncryptedAsync(
            way,
            session,
            session.Signed(1, OpCode.CreateHandle, Creation(handle), OpFlags.Certify)
        );
        var done = await AskEncryptedAsync(
            way,
            session,
            session.Plain(OpCode.ChallengeAnswer, Answer(challenged, Admin).Write)
        );

        Assert.That(done.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Batch_WithoutSessions_OrWithOneForEachRequest_IsDone([Values] bool sessions)
    {
        const int Requests = 20;
        var codes = new List<ResponseCode>();
        for (var i = 0; i < Requests; i++)
        {
            var session = sessions ? SetUp(Admin) : null;
            var creation = Creation(Node.NewId());
            var challenged = await SendAsync(
                Way.Tcp,
                session?.Signed(1, OpCode.CreateHandle, creation) ?? Outside(OpCode.CreateHandle, creation)
            );
            var answer = Answer(challenged, Admin);
            var done = await SendAsync(
                Way.Tcp,
                session?.Plain(OpCode.ChallengeAnswer, answer.Write)
                    ?? Outside(OpCode.ChallengeAnswer, answer.Write, challenged.Envelope.SessionId)
            );
            codes.Add(done.Header.ResponseCode);
        }

        Assert.That(codes, Is.All.EqualTo(ResponseCode.Success));
    }

    /// <summary>The batches of <c>docs/handle.md</c>, each operation in a session of its own.</summary>
    [Test]
    public async Task Walkthrough_CreateModifyAndHome_IsDoneInSessions()
    {
        const string Derived = Prefix + ".7";
        var handle = Node.NewId();
        var operations = new (OpCode Operation, BodyWriter Body)[]
        {
            (
                OpCode.CreateHandle,
                new ValuesRequest(
                    handle,
                    [AdminValue(100, AdminPermissions.All, Admin), Value(1, "URL", "https://example.cn/1")]
                ).Write
            ),
            (OpCode.ModifyValue, new ValuesRequest(handle, [Value(1, "URL", "https://example.cn/2")]).Write),
            (OpCode.HomePrefix, new OneHandleRequest($"0.NA/{Derived}").Write),
            (OpCode.CreateHandle, Creation($"{Derived}/x")),
            (OpCode.ListHandles, new OneHandleRequest($"0.NA/{Derived}").Write),
            (OpCode.UnhomePrefix, new OneHandleRequest($"0.NA/{Derived}").Write),
        };
        var codes = new List<ResponseCode>();
        foreach (var (operation, body) in operations)
        {
            var session = SetUp(Admin);
            var challenged = await SendAsync(Way.Tcp, session.Signed(1, operation, body));
            var done = await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(challenged, Admin).Write));
            codes.Add(done.Header.ResponseCode);
        }

        Assert.That(codes, Is.All.EqualTo(ResponseCode.Success));
        Assert.That(await ValuesOfAsync(handle), Has.Member("1 URL https://example.cn/2"));
    }

    [Test]
    public async Task Session_SetUpForNobody_HasEachRequestChallenged()
    {
        var session = SetUp(new ValueReference("", 0));

        foreach (var counter in new[] { 1, 2 })
        {
            var challenged = await SendAsync(
                Way.Tcp,
                session.Signed(counter, OpCode.CreateHandle, Creation(Node.NewId()))
            );
            var done = await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(challenged, Admin).Write));
            Assert.That(
                (challenged.Header.ResponseCode, done.Header.ResponseCode),
                Is.EqualTo((ResponseCode.AuthenticationNeeded, ResponseCode.Success)),
                $"{counter}"
            );
        }
    }

    [Test]
    public async Task Attacker_WhoKnowsTheSession_CannotUseUpTheChallengeOfItsOwner()
    {
        var session = SetUp(Admin);
        var handle = Node.NewId();
        using var packets = Packets();
        var challenged = await SendAsync(Way.Tcp, session.Signed(1, OpCode.CreateHandle, Creation(handle)));
        var wrong = Answer(challenged, Admin, "wrong");

        var guesses = new List<ResponseCode>();
        for (var i = 0; i < 5; i++)
        {
            guesses.Add(
                (await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, wrong.Write))).Header.ResponseCode
            );
        }
        var garbled = await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, static w => w.Int32(-1)));
        var byUdp = packets.Ask(session.Plain(OpCode.ChallengeAnswer, Answer(challenged, Admin).Write));
        var byHttp = await SendAsync(Way.Http, session.Plain(OpCode.ChallengeAnswer, Answer(challenged, Admin).Write));
        var owners = await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(challenged, Admin).Write));
        var replayed = await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(challenged, Admin).Write));

        Assert.That(guesses, Is.All.EqualTo(ResponseCode.AuthenticationFailed));
        Assert.That(garbled.Header.ResponseCode, Is.EqualTo(ResponseCode.ProtocolError));
        Assert.That(
            (byUdp.Header.ResponseCode, byHttp.Header.ResponseCode),
            Is.EqualTo((ResponseCode.AuthenticationTimedOut, ResponseCode.AuthenticationTimedOut)),
            "by another transport"
        );
        Assert.That(
            (owners.Header.ResponseCode, replayed.Header.ResponseCode),
            Is.EqualTo((ResponseCode.Success, ResponseCode.AuthenticationTimedOut))
        );
    }

    [Test]
    public async Task Challenge_AnsweredFromAnotherAddress_IsNotTakenAndLeftToItsOwn()
    {
        var session = SetUp(Admin);
        var challenged = await SendAsync(Way.Tcp, session.Signed(1, OpCode.CreateHandle, Creation(Node.NewId())));
        var answer = session.Plain(OpCode.ChallengeAnswer, Answer(challenged, Admin).Write);
        using var other = await HandleWire.ConnectAsync(Node.HandleEndPoint, System.Net.IPAddress.Parse("127.0.0.71"));

        await other.SendAsync(answer);
        var elsewhere = (await other.ReadAsync())!;
        var right = await SendAsync(Way.Tcp, answer);

        Assert.That(
            (elsewhere.Header.ResponseCode, right.Header.ResponseCode),
            Is.EqualTo((ResponseCode.AuthenticationTimedOut, ResponseCode.Success))
        );
    }

    /// <summary>He has seen the nonce as well, and has a key of his own.</summary>
    [Test]
    public async Task Attacker_WhoAnswersWithHisOwnKey_NeverOwnsTheSession([Values] bool isClaimed)
    {
        var session = SetUp(isClaimed ? Admin : new ValueReference("", 0));
        var first = await SendAsync(Way.Tcp, session.Signed(1, OpCode.CreateHandle, Creation(Node.NewId())));

        var his = await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(first, Stranger).Write));
        // The owner goes on, and is not taken for the attacker.
        var second = await SendAsync(Way.Tcp, session.Signed(2, OpCode.CreateHandle, Creation(Node.NewId())));
        var owners = await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(second, Admin).Write));

        Assert.That(his.Header.ResponseCode, Is.EqualTo(ResponseCode.InvalidAdministrator), "his own rights, no more");
        Assert.That(
            (second.Header.ResponseCode, owners.Header.ResponseCode),
            Is.EqualTo((ResponseCode.AuthenticationNeeded, ResponseCode.Success))
        );
    }

    [Test]
    public async Task Attacker_WhoKnowsTheSessionOfAnOwner_HasNoneOfItsRightsAndCannotTakeItOver()
    {
        var session = SetUp(Admin);
        var first = await SendAsync(Way.Tcp, session.Signed(1, OpCode.CreateHandle, Creation(Node.NewId())));
        await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(first, Admin).Write));
        var target = await CreateAsync(Value(1, "URL", "x"));
        var delete = new OneHandleRequest(target);

        var unsigned = await SendAsync(Way.Tcp, session.Plain(OpCode.DeleteHandle, delete.Write));
        var asHimself = await SendAsync(
            Way.Tcp,
            Outside(OpCode.ChallengeAnswer, Answer(unsigned, Stranger).Write, unsigned.Envelope.SessionId)
        );
        var ended = await SendAsync(Way.Tcp, session.Plain(OpCode.SessionTerminate, new OneHandleRequest("/").Write));
        var owners = await SendAsync(Way.Tcp, session.Signed(2, OpCode.DeleteHandle, delete.Write));

        Assert.That(unsigned.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(unsigned.Envelope.SessionId, Is.Not.EqualTo(session.Id));
        Assert.That(asHimself.Header.ResponseCode, Is.EqualTo(ResponseCode.InvalidAdministrator));
        Assert.That(ended.Header.ResponseCode, Is.EqualTo(ResponseCode.SessionFailed));
        Assert.That(owners.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Attacker_WhoKnowsASessionWithoutOwner_CannotEndIt()
    {
        var session = SetUp(Admin);

        var ended = await SendAsync(Way.Tcp, session.Plain(OpCode.SessionTerminate, new OneHandleRequest("/").Write));
        var owners = await SendAsync(
            Way.Tcp,
            session.Signed(1, OpCode.SessionTerminate, new OneHandleRequest("/").Write)
        );

        Assert.That(
            (ended.Header.ResponseCode, owners.Header.ResponseCode),
            Is.EqualTo((ResponseCode.SessionFailed, ResponseCode.Success))
        );
    }

    /// <summary>An answer by another key, even one signed with the session's key, changes no owner.</summary>
    [Test]
    public async Task Session_WithAnOwner_IsNeverGivenToAnother([Values] bool isSigned)
    {
        var user = new ValueReference(await CreateAsync(Value(300, "HS_SECKEY", "secret-number-one")), 300);
        var handle = await CreateAsync(Value(1, "URL", "x"), AdminValue(100, AdminPermissions.All, user));
        var session = SetUp(user);
        BodyWriter Modify(string text) => new ValuesRequest(handle, [Value(1, "URL", text)]).Write;
        var first = await SendAsync(Way.Tcp, session.Signed(1, OpCode.ModifyValue, Modify("1")));
        await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(first, user, "secret-number-one").Write));
        // The owner's key is replaced, so it is challenged again.
        await Client.ModifyAsync(user.Handle, [Value(300, "HS_SECKEY", "secret-number-two")], Stop);
        var second = await SendAsync(Way.Tcp, session.Signed(2, OpCode.ModifyValue, Modify("2")));

        BodyWriter others = Answer(second, Admin).Write;
        var done = await SendAsync(
            Way.Tcp,
            isSigned ? session.Signed(3, OpCode.ChallengeAnswer, others) : session.Plain(OpCode.ChallengeAnswer, others)
        );
        var third = await SendAsync(Way.Tcp, session.Signed(4, OpCode.ModifyValue, Modify("3")));
        await SendAsync(Way.Tcp, session.Plain(OpCode.ChallengeAnswer, Answer(third, user, "secret-number-two").Write));
        var fourth = await SendAsync(Way.Tcp, session.Signed(5, OpCode.ModifyValue, Modify("4")));

        Assert.That(done.Header.ResponseCode, Is.EqualTo(ResponseCode.Success), "in the other's name, this once");
        Assert.That(third.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(fourth.Header.ResponseCode, Is.EqualTo(ResponseCode.Success), "its owner renewed the proof");
    }

    private static BodyWriter Creation(string handle) => new ValuesRequest(handle, [Value(1, "URL", "x")]).Write;

    private static byte[] SetUpRequest(DiffieHellmanKeyPair ours, ValueReference identity) =>
        Outside(
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.DiffieHellman, 86_400, identity, ours.PublicKey.ToData(), null).Write
        );

    private static byte[] Outside(OpCode operation, BodyWriter body, int sessionId = 0) =>
        HandleWire.Message(operation, body, OpFlags.ReturnDigest, sessionId);

    private Session SetUp(ValueReference identity)
    {
        using var packets = Packets();
        var ours = DiffieHellmanKeyPair.Generate();
        var answer = packets.Ask(SetUpRequest(ours, identity));
        Assert.That(answer.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(SessionSetupResponse.TryRead(answer.Body.Span, digestPresent: true, out var setUp), Is.True);
        Assert.That(
            DiffieHellmanKeyPair.TryReadResponse(setUp!.Data, ProtocolVersion.Current, out var agreed, out var theirs),
            Is.True
        );
        Assert.That(ours.TryAgree(theirs!, agreed, out var key), Is.True);
        return new Session(answer.Envelope.SessionId, key!);
    }

    /// <summary>Each message goes over a connection of its own, and is answered encrypted.</summary>
    private async Task<HandleMessage> AskEncryptedAsync(Way way, Session session, byte[] message)
    {
        if (way == Way.Http)
        {
            var answer = (await Posts.SendAsync(Node, session.Encrypted(message), Posts.MediaType)).Body;
            Assert.That(Envelope.TryRead(answer, out var envelope), Is.True);
            return session.Decrypted(envelope, answer[MessageLimits.EnvelopeLength..]);
        }
        using var wire = await ConnectAsync();
        await wire.SendAsync(session.Encrypted(message));
        return await session.ReadAsync(wire);
    }

    private async Task<HandleMessage> SendAsync(Way way, byte[] message)
    {
        if (way == Way.Http)
        {
            return (await Posts.SendAsync(Node, message)).Single();
        }
        if (way == Way.Udp)
        {
            using var packets = Packets();
            return packets.Ask(message);
        }
        using var wire = await ConnectAsync();
        await wire.SendAsync(message);
        return (await wire.ReadAsync())!;
    }

    /// <summary>A user with a key of a kind, and how it answers a challenge.</summary>
    private async Task<(ValueReference User, Func<HandleMessage, ChallengeAnswer> Prove)> UserAsync(string kind)
    {
        if (kind == "secret")
        {
            return (Admin, challenged => Answer(challenged, Admin));
        }
        var key = kind == "DSA" ? new DsaKeyPair() : KeyPair.Generate();
        _keys.Add(key);
        var user = new ValueReference(
            await CreateAsync(
                new HandleValue
                {
                    Index = 300,
                    Type = "HS_PUBKEY",
                    Data = key.PublicKey.ToData(),
                }
            ),
            300
        );
        return (user, Prove);

        ChallengeAnswer Prove(HandleMessage challenged)
        {
            Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
            return new ChallengeAnswer(
                PublicKeyProof.Type,
                user,
                PublicKeyProof.Make(key, challenge!.Nonce, challenge.Digest.Digest.Span, ProtocolVersion.Current)
            );
        }
    }

    /// <summary>A session as its client has it.</summary>
    private sealed record Session(int Id, SessionKey Key)
    {
        /// <summary>A message that is not signed.</summary>
        public byte[] Plain(OpCode operation, BodyWriter body, OpFlags flags = OpFlags.None) =>
            Written(operation, body, flags, null);

        /// <summary>A message signed with the session's key.</summary>
        public byte[] Signed(int counter, OpCode operation, BodyWriter body, OpFlags flags = OpFlags.None) =>
            Written(operation, body, flags, counter);

        public byte[] Encrypted(byte[] message)
        {
            Envelope.TryRead(message, out var envelope);
            var secret = SessionCipher.Encrypt(Key, ProtocolVersion.Current, message.AsSpan(20));
            var whole = new byte[20 + secret.Length];
            (envelope with { Flags = EnvelopeFlags.Encrypted, MessageLength = (uint)secret.Length }).Write(whole);
            secret.CopyTo(whole, 20);
            return whole;
        }

        /// <summary>Reads a response, which must be encrypted.</summary>
        public async Task<HandleMessage> ReadAsync(HandleWire wire)
        {
            var (envelope, message) = await wire.ReadBytesAsync() ?? throw new EndOfStreamException("No answer.");
            return Decrypted(envelope, message);
        }

        public HandleMessage Decrypted(Envelope envelope, byte[] message)
        {
            Assert.That(envelope.Flags.HasFlag(EnvelopeFlags.Encrypted), Is.True);
            Assert.That(SessionCipher.TryDecrypt(Key, ProtocolVersion.Current, message, out var clear), Is.True);
            Assert.That(HandleMessage.TryParse(envelope, clear, out var answer), Is.True);
            return answer!;
        }

        private byte[] Written(OpCode operation, BodyWriter body, OpFlags flags, int? counter)
        {
            var content = new ArrayBufferWriter<byte>();
            body(new WireWriter(content));
            var envelope = new Envelope
            {
                Version = ProtocolVersion.Current,
                Suggested = ProtocolVersion.Current,
                SessionId = Id,
                RequestId = counter ?? 77,
            };
            var header = new MessageHeader
            {
                OpCode = operation,
                Flags = flags,
                SiteSerial = MessageHeader.UnknownSiteSerial,
                BodyLength = (uint)content.WrittenCount,
            };
            var output = new ArrayBufferWriter<byte>();
            HandleMessage.Write(
                output,
                envelope,
                header,
                content.WrittenSpan,
                counter is { } number ? Credential.Authenticate(envelope, header, content.WrittenSpan, Key, number) : []
            );
            return output.WrittenSpan.ToArray();
        }
    }
}
