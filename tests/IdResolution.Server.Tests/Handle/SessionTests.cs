using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Keys.Sm;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Sessions: whose messages count as their owner's, and what is told to everybody else.</summary>
[TestFixture]
internal sealed class SessionTests : HandleFixture
{
    protected override bool IsLegacy => true;

    [Test]
    public async Task Session_ByEachMode_CarriesSignedAndEncryptedMessages(
        [Values(SessionMode.ClientKey, SessionMode.ServerKey, SessionMode.HandleKey, SessionMode.DiffieHellman)]
            SessionMode mode
    )
    {
        using var wire = await ConnectAsync();
        var session = await SetUpAsync(wire, mode);
        var handle = Node.NewId();
        var create = new ValuesRequest(handle, [Value(1, "URL", "in a session")]);

        var first = await session.SignedAsync(1, OpCode.CreateHandle, create.Write);
        if (mode != SessionMode.HandleKey)
        {
            // The key alone tells nobody's name: that takes an answer to a challenge, once for the session.
            Assert.That(
                (first.Header.ResponseCode, first.Envelope.SessionId),
                Is.EqualTo((ResponseCode.AuthenticationNeeded, session.Id))
            );
            first = await session.SignedAsync(2, OpCode.ChallengeAnswer, Answer(first, Admin).Write);
        }
        var replayed = await session.SignedAsync(
            mode == SessionMode.HandleKey ? 1 : 2,
            OpCode.DeleteHandle,
            new OneHandleRequest(handle).Write
        );
        var unsigned = await wire.AskAsync(
            OpCode.DeleteHandle,
            new OneHandleRequest(handle).Write,
            sessionId: session.Id
        );
        var encrypted = await session.EncryptedAsync(OpCode.Resolution, new ResolutionRequest(handle, [], []).Write);
        var unowned = await session.EncryptedAsync(OpCode.DeleteHandle, new OneHandleRequest(handle).Write);
        var terminated = await session.SignedAsync(8, OpCode.SessionTerminate, new OneHandleRequest("/").Write);
        var after = await session.SignedAsync(9, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);

        Assert.That(first.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(replayed.Header.ResponseCode, Is.EqualTo(ResponseCode.SessionMessageRejected));
        Assert.That(unsigned.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(
            ResolutionResponse.TryRead(encrypted.Body.Span, digestPresent: false, out var body)
                ? body!.Values.Single().Text
                : null,
            Is.EqualTo("in a session")
        );
        Assert.That(unowned.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(
            (terminated.Header.ResponseCode, after.Header.ResponseCode),
            Is.EqualTo((ResponseCode.Success, ResponseCode.SessionTimeout))
        );
    }

    [Test]
    public async Task Message_SignedInAnOldForm_IsNotItsOwnersWhateverItSuggests([Values(2, 3, 4)] byte minor)
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));
        using var wire = await ConnectAsync();
        var session = await SetUpAsync(wire, SessionMode.HandleKey);
        var old = new ProtocolVersion(2, minor);

        var asked = await session.SignedAsync(1, OpCode.DeleteHandle, new OneHandleRequest(handle).Write, old);
        // Nor does its counter, which nobody has signed, count.
        await session.SignedAsync(1_000_000, OpCode.GetSiteInfo, new OneHandleRequest("/").Write, old);
        var owners = await session.SignedAsync(1, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);

        Assert.That(
            (asked.Header.ResponseCode, owners.Header.ResponseCode),
            Is.EqualTo((ResponseCode.AuthenticationNeeded, ResponseCode.Success))
        );
        Assert.That(asked.Envelope.SessionId, Is.Not.EqualTo(session.Id));
    }

    [Test]
    public async Task Session_OfAClientBelow27_EncryptsAndHasEachRequestChallenged([Values(1, 2, 3, 4)] byte minor)
    {
        var handle = await CreateAsync(Value(1, "URL", "old"));
        using var wire = await ConnectAsync();
        var version = new ProtocolVersion(2, minor);
        var session = await SetUpAsync(wire, SessionMode.ClientKey, version);

        var read = await session.EncryptedAsync(OpCode.Resolution, new ResolutionRequest(handle, [], []).Write);
        var challenged = await session.SignedAsync(1, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);
        var again = await session.SignedAsync(1, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);
        var done = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, Admin).Write,
            sessionId: challenged.Envelope.SessionId,
            version: version
        );

        Assert.That(session.Key.Algorithm, Is.EqualTo(minor < 2 ? SessionKeyAlgorithm.Des : SessionKeyAlgorithm.Aes));
        Assert.That(
            ResolutionResponse.TryRead(read.Body.Span, digestPresent: false, out var body)
                ? body!.Values.Single().Text
                : null,
            Is.EqualTo("old")
        );
        Assert.That(again.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(
            (done.Header.OpCode, done.Header.ResponseCode),
            Is.EqualTo((OpCode.DeleteHandle, ResponseCode.Success))
        );
    }

    [Test]
    public async Task Session_OfVersionsWithoutMacs_IsToldSoAndEncrypts([Values(5, 6)] byte minor)
    {
        var handle = await CreateAsync(Value(1, "URL", "between"));
        using var wire = await ConnectAsync();
        var session = await SetUpAsync(wire, SessionMode.ClientKey, new ProtocolVersion(2, minor));

        var signed = await session.SignedAsync(
            1,
            OpCode.Resolution,
            new ResolutionRequest(handle, [], []).Write,
            signedIn: new ProtocolVersion(2, 7)
        );
        var read = await session.EncryptedAsync(OpCode.Resolution, new ResolutionRequest(handle, [], []).Write);

        Assert.That(
            (signed.Header.ResponseCode, read.Header.ResponseCode),
            Is.EqualTo((ResponseCode.SessionFailed, ResponseCode.Success))
        );
    }

    [Test]
    public async Task Session_WithAKeyOfEachAlgorithm_CarriesMessages([Values] SessionKeyAlgorithm algorithm)
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));
        using var wire = await ConnectAsync();
        var session = await SetUpAsync(wire, SessionMode.ServerKey, algorithm: algorithm);

        var read = await session.EncryptedAsync(OpCode.Resolution, new ResolutionRequest(handle, [], []).Write);
        var challenged = await session.SignedAsync(1, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);
        var done = await session.SignedAsync(2, OpCode.ChallengeAnswer, Answer(challenged, Admin).Write);

        Assert.That(
            (read.Header.ResponseCode, challenged.Envelope.SessionId, done.Header.ResponseCode),
            Is.EqualTo((ResponseCode.Success, session.Id, ResponseCode.Success))
        );
    }

    [Test]
    public async Task SetUp_WithoutAnRsaKey_IsToldThatOneIsNeeded()
    {
        using var key = Sm2KeyPair.Generate();
        var keys = await CreateAsync(
            new HandleValue
            {
                Index = 1,
                Type = "HS_PUBKEY",
                Data = key.PublicKey.ToData(),
            }
        );
        using var wire = await ConnectAsync();

        var given = await wire.AskAsync(
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.ClientKey, 60, AdminKey, key.PublicKey.ToData(), null).Write
        );
        var named = await wire.AskAsync(
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.HandleKey, 60, AdminKey, [], new ValueReference(keys, 1)).Write
        );
        var none = await wire.AskAsync(
            OpCode.SessionSetup,
            new SessionSetupRequest(SessionMode.None, 60, AdminKey, [], null).Write
        );

        Assert.That(
            new[] { given, named, none }.Select(a => a.Header.ResponseCode),
            Is.EqualTo([ResponseCode.RsaKeyNeeded, ResponseCode.RsaKeyNeeded, ResponseCode.InvalidSessionSetup])
        );
    }

    [Test]
    public async Task Message_SignedOrEncryptedWithAnotherKey_IsRefusedAndThreeEndTheSession()
    {
        using var wire = await ConnectAsync();
        var session = await SetUpAsync(wire, SessionMode.HandleKey);
        var forged = new TestSession(
            wire,
            session.Id,
            SessionKey.Generate(SessionKeyAlgorithm.Aes),
            ProtocolVersion.Current
        );

        var signed = await forged.SignedAsync(1, OpCode.DeleteHandle, new OneHandleRequest(Admin.Handle).Write);
        var spoiled = new List<ResponseCode>();
        for (var i = 0; i < 4; i++)
        {
            spoiled.Add((await forged.SpoiledAsync()).Header.ResponseCode);
        }
        var late = await wire.AskAsync(OpCode.SessionExchangeKey, new SessionKeyExchange(new byte[256]).Write);

        Assert.That(
            (signed.Header.ResponseCode, late.Header.ResponseCode),
            Is.EqualTo((ResponseCode.SessionFailed, ResponseCode.SessionFailed))
        );
        Assert.That(
            spoiled,
            Is.EqualTo([
                ResponseCode.InvalidSessionKey,
                ResponseCode.InvalidSessionKey,
                ResponseCode.InvalidSessionKey,
                ResponseCode.SessionTimeout,
            ])
        );
    }

    [Test]
    public async Task Terminate_ByAStranger_LeavesTheSessionToItsOwner()
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));
        using var wire = await ConnectAsync();
        var session = await SetUpAsync(wire, SessionMode.HandleKey);
        using var other = await ConnectAsync();

        var refused = await other.AskAsync(
            OpCode.SessionTerminate,
            new OneHandleRequest("/").Write,
            sessionId: session.Id
        );
        var unknown = await other.AskAsync(OpCode.SessionTerminate, new OneHandleRequest("/").Write);
        var owners = await session.SignedAsync(1, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);

        Assert.That(
            new[] { refused, unknown, owners }.Select(a => a.Header.ResponseCode),
            Is.EqualTo([ResponseCode.SessionFailed, ResponseCode.SessionTimeout, ResponseCode.Success])
        );
    }

    [Test]
    public async Task Session_WhoseKeyIsReplaced_IsItsOwnersNoMore()
    {
        var user = new ValueReference(
            await CreateAsync(
                new HandleValue
                {
                    Index = 300,
                    Type = "HS_PUBKEY",
                    Data = KeyPair.PublicKey.ToData(),
                }
            ),
            300
        );
        var handle = await CreateAsync(
            Value(1, "URL", "x"),
            Value(2, "NOTE", "closed", ValuePermissions.AdminRead | ValuePermissions.AdminWrite),
            AdminValue(100, AdminPermissions.All, user)
        );
        using var wire = await ConnectAsync();
        var session = await TestSession.SetUpAsync(wire, SessionMode.HandleKey, KeyPair, user);
        var resolution = new ResolutionRequest(handle, [], []);

        var before = await session.SignedAsync(1, OpCode.Resolution, resolution.Write, flags: OpFlags.None);
        await Client.ModifyAsync(user.Handle, [Value(300, "HS_PUBKEY", "another")], Stop);
        var closed = await session.SignedAsync(2, OpCode.Resolution, resolution.Write, flags: OpFlags.None);
        var open = await session.SignedAsync(3, OpCode.Resolution, resolution.Write);
        var delete = await session.SignedAsync(4, OpCode.DeleteHandle, new OneHandleRequest(handle).Write);

        Assert.That(
            new[] { before, closed, open, delete }.Select(a => a.Header.ResponseCode),
            Is.EqualTo([
                ResponseCode.Success,
                ResponseCode.AuthenticationNeeded,
                ResponseCode.Success,
                ResponseCode.AuthenticationNeeded,
            ])
        );
    }

    [Test]
    public async Task Answer_ThatMustBeEncrypted_IsNotGivenInTheClear()
    {
        var handle = await CreateAsync(Value(1, "URL", "x"), Value(300, "HS_SECKEY", "hidden-from-all"));
        var resolution = new ResolutionRequest(handle, [], []);
        using var wire = await ConnectAsync();
        var session = await SetUpAsync(wire, SessionMode.HandleKey);

        var without = await wire.AskAsync(OpCode.Resolution, resolution.Write, OpFlags.Encrypt);
        // The answer to the challenge of a session's message comes outside of it.
        await wire.SendAsync(HandleWire.Message(OpCode.Resolution, resolution.Write, OpFlags.Encrypt, session.Id));
        var challenged = await session.ReadEncryptedAsync();
        var outside = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, Admin).Write,
            sessionId: challenged.Envelope.SessionId
        );

        Assert.That(
            (without.Header.ResponseCode, outside.Header.ResponseCode),
            Is.EqualTo((ResponseCode.SessionFailed, ResponseCode.SessionFailed))
        );
    }

    [Test]
    public async Task Response_AskedToBeSigned_IsSignedWithTheSessionsKey()
    {
        using var wire = await ConnectAsync();
        var session = await SetUpAsync(wire, SessionMode.HandleKey);

        var answer = await session.SignedAsync(
            1,
            OpCode.GetSiteInfo,
            new OneHandleRequest("/").Write,
            flags: OpFlags.Certify
        );

        Assert.That(Credential.TryRead(answer.Credential.Span, out var credential), Is.True);
        Assert.That((credential!.IsMac, credential.Verify(answer, session.Key)), Is.EqualTo((true, ProofResult.Right)));
    }

    private Task<TestSession> SetUpAsync(
        HandleWire wire,
        SessionMode mode,
        ProtocolVersion? version = null,
        SessionKeyAlgorithm algorithm = SessionKeyAlgorithm.Aes
    ) => TestSession.SetUpAsync(wire, mode, KeyPair, AdminKey, version, algorithm);
}
