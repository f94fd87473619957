using System.Security.Cryptography;
using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Operations;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Handle;

/// <summary>
/// What CAICT's ID-SDK sends and takes: everything under session id 0, one log-in for a connection, few response codes.
/// The bytes are those of a worked example; the node's answers differ in expiration and the authoritative flag alone,
/// and that to a challenge repeats the digest that its request asked for.
/// </summary>
[TestFixture]
internal sealed class CaictDialectTests
{
    private const string UserHandle = "88.300.15907541011/USER";

    // The worked example has a password of nine bytes, which is shorter than the node takes.
    private const string PasswordLogin = """
        0203020a000000000000002a0000000000000041 000007d00000000000000000ffff00006a00000000000025
        000000066c696e652d3300000000000000010000 000f4e6f646523323032342d706c616e74 00000000
        """;

    private const string PasswordAnswer = """
        020a020a000000000000002a000000000000002a 000007d00000000100000000000100006a0000000000000e
        000000066c696e652d3300000000 00000000
        """;

    private const string KeyLogin = """
        0203020a000000000000002b000000000000003b 000007d10000000000800000ffff00006a0000000000001f
        0000001738382e3330302e31353930373534313031312f555345520000012d 00000000
        """;

    private const string Create = """
        0203020a000000000000002d0000000000000071 000000640000000000000000ffff00006a00000000000055
        0000001738382e3330302e31353930373534313031312f30303032 00000001 00000001 00000000 00 00015180 0e
        0000000355524c 0000001968747470733a2f2f6578616d706c652e636e2f702f30303032 00000000 00000000
        """;

    private const string NotLoggedIn = """
        020a020a000000000000002d000000000000002c 000000640000019800000000000100006a00000000000010
        0000000ce8afb7e58588e799bbe5bd95 00000000
        """;

    // The nonce is left out: it is the node's.
    private const string KeyChallenge = """
        020a020a000000070000002b0000000000000051 000007d10000019200800000000100006a00000000000035
        03 56878f2c1315fee2be8a7d86f7d523e678f1e410e82b09815062fabbc1225012 00000010 00000000000000000000000000000000
        00000000
        """;

    // Without the digest.
    private const string KeyAnswer = """
        020a020a000000070000002c000000000000001c 000007d10000000100000000000100006a00000000000000 00000000
        """;

    private static readonly ProtocolVersion s_written = new(2, 3);
    private static readonly ProtocolVersion s_suggested = new(2, 10);

    private TestNode _node = null!;
    private RSA _key = null!;

    [OneTimeSetUp]
    public async Task StartNodeAsync()
    {
        _key = RSA.Create(2_048);
        _node = await TestNode.StartAsync(options =>
        {
            options.Prefixes = ["88.300.15907541011", TestNode.Prefix];
            options.HandleAdmins = [$"301:{UserHandle}", "300:88.300.15907541011/line-3"];
            options.Access.HandlePasswords = true;
        });
        var pem = JsonText(_key.ExportSubjectPublicKeyInfoPem());
        await RegisterAsync(
            UserHandle,
            $$"""{"index":301,"type":"HS_PUBKEY","data":{{pem}}},{"index":300,"type":"HS_SECKEY","data":"s-of-the-test","permissions":"1100"}"""
        );
        await RegisterAsync(
            "88.300.15907541011/line-3",
            """{"index":300,"type":"HS_SECKEY","data":"Node#2024-plant","permissions":"1100"}"""
        );
    }

    [OneTimeTearDown]
    public async Task StopNodeAsync()
    {
        _key.Dispose();
        await _node.DisposeAsync();
    }

    [Test]
    public async Task LogIn_ByPassword_IsAnsweredToTheByteAndBelongsToTheConnection()
    {
        using var wire = await ConnectAsync();

        await wire.SendAsync(Bytes(PasswordLogin));
        var answer = await ReadOnePieceAsync(wire);
        var created = await AskAsync(wire, OpCode.CreateHandle, Creation(_node.NewId()));
        using var other = await ConnectAsync();
        var elsewhere = await AskAsync(other, OpCode.CreateHandle, Creation(_node.NewId()));

        AssertSame(answer, PasswordAnswer);
        Assert.That(
            (created.Header.ResponseCode, elsewhere.Header.ResponseCode),
            Is.EqualTo((ResponseCode.Success, ResponseCode.NotLoggedIn))
        );
    }

    [Test]
    public async Task LogIn_ByKey_IsChallengedByNumberAndThenHoldsForSessionZero()
    {
        using var wire = await ConnectAsync();

        await wire.SendAsync(Bytes(KeyLogin));
        var challenge = await ReadOnePieceAsync(wire);
        var challenged = Parse(challenge);
        var done = await AnswerToTheByteAsync(wire, challenged);
        var created = await AskAsync(wire, OpCode.CreateHandle, Creation(_node.NewId()));
        await wire.SendAsync(Bytes(KeyLogin));
        var again = Parse(await ReadOnePieceAsync(wire));

        Assert.That(
            (challenged.Header.OpCode, challenged.Header.ResponseCode, challenged.Header.Flags),
            Is.EqualTo((OpCode.Login, ResponseCode.AuthenticationNeeded, OpFlags.ReturnDigest | OpFlags.Authoritative))
        );
        Assert.That(challenged.Envelope.SessionId, Is.GreaterThan(0));
        challenge.AsSpan(challenge.Length - 20, 16).Clear();
        Named(challenge, 7);
        AssertSame(challenge, KeyChallenge);
        // 16.5 has no digest there; the client reads neither flag nor body.
        var whole = Parse(done);
        Assert.That(whole.Header.Flags & ~OpFlags.Authoritative, Is.EqualTo(OpFlags.ReturnDigest));
        Assert.That(whole.Body.Length, Is.EqualTo(33));
        byte[] bare = [.. done[..44], .. done[^4..]];
        (bare[19], bare[29], bare[43]) = ((byte)(bare[19] - 33), 0, (byte)(bare[43] - 33));
        Named(bare, 7);
        AssertSame(bare, KeyAnswer);
        Assert.That(created.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(again.Header.ResponseCode, Is.EqualTo(ResponseCode.Success), "a second log-in of the same user");
    }

    /// <summary>He has seen the number of the challenge, and even has the key.</summary>
    [Test]
    public async Task LogIn_AnsweredOnAnotherConnection_IsNotTakenAndLeftToItsOwn()
    {
        using var wire = await ConnectAsync();
        using var other = await ConnectAsync();
        await wire.SendAsync(Bytes(KeyLogin));
        var challenged = Parse(await ReadOnePieceAsync(wire));
        // A log-in of his own under the number of the challenge does not help.
        await other.AskAsync(
            OpCode.Login,
            new LoginRequest(new ValueReference(UserHandle, 301)).Write,
            sessionId: challenged.Envelope.SessionId
        );

        var elsewhere = await AnswerAsync(other, challenged);
        var created = await AskAsync(other, OpCode.CreateHandle, Creation(_node.NewId()));
        var right = await AnswerAsync(wire, challenged);

        Assert.That(elsewhere.Header.ResponseCode, Is.Not.EqualTo(ResponseCode.Success));
        Assert.That(created.Header.ResponseCode, Is.EqualTo(ResponseCode.NotLoggedIn));
        Assert.That(right.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task Administration_BeforeTheLogIn_IsToldSoToTheByte()
    {
        using var wire = await ConnectAsync();

        await wire.SendAsync(Bytes(Create));

        AssertSame(await ReadOnePieceAsync(wire), NotLoggedIn);
    }

    /// <summary>Whatever the handle: the SDK asks for none before it.</summary>
    [Test]
    public async Task Administration_BeforeTheLogInAndAfterIt_IsRefusedAndDoneForEachOperation(
        [Values] bool exists,
        [Values(100, 101, 102, 103, 104)] int operation
    )
    {
        using var wire = await ConnectAsync();
        var handle = exists ? await _node.RegisterAsync() : _node.NewId();
        var own = _node.NewId();

        var before = await AskAsync(wire, (OpCode)operation, Administration((OpCode)operation, handle));
        await wire.SendAsync(Bytes(KeyLogin));
        await AnswerAsync(wire, Parse(await ReadOnePieceAsync(wire)));
        if (operation != 100)
        {
            await AskAsync(wire, OpCode.CreateHandle, Creation(own));
        }
        var after = await AskAsync(wire, (OpCode)operation, Administration((OpCode)operation, own));

        Assert.That(
            (before.Header.ResponseCode, after.Header.ResponseCode),
            Is.EqualTo((ResponseCode.NotLoggedIn, ResponseCode.Success))
        );
    }

    private static BodyWriter Administration(OpCode operation, string handle)
    {
        HandleValue Text(int index) =>
            new()
            {
                Index = index,
                Type = "NOTE",
                Data = "n"u8.ToArray(),
            };
        return operation switch
        {
            OpCode.CreateHandle => Creation(handle),
            OpCode.DeleteHandle => new OneHandleRequest(handle).Write,
            OpCode.AddValue => new ValuesRequest(handle, [Text(9)]).Write,
            OpCode.RemoveValue => new RemoveValuesRequest(handle, [1]).Write,
            _ => new ValuesRequest(handle, [Text(1)]).Write,
        };
    }

    // Those that the SDK takes for an answer (16.3). Any other is an exception there.
    private static readonly int[] s_understood =
    [
        .. (int[])[1, 2, 3, 4, 5, 100, 101, 102, 200, 201, 202, 302, 303],
        .. (int[])[400, 401, 402, 403, 404, 405, 407, 408, 3001],
    ];

    [Test]
    public void Codes_AreAllUnderstoodByTheSdk([Values] ResponseCode code, [Values(1, 100, 200, 2_001)] int request)
    {
        var sent = CaictDialect.CodeOf(code, (OpCode)request);

        if (code == ResponseCode.None)
        {
            Assert.That(sent, Is.EqualTo(code), "no response");
            return;
        }
        Assert.That(s_understood, Does.Contain((int)sent));
        var isProof = request == 200 && code == ResponseCode.AuthenticationFailed;
        Assert.That(sent == code, Is.EqualTo(s_understood.Contains((int)code) && !isProof), "others stay");
    }

    /// <summary>Where nobody reads without a key, a look-up needs the log-in too.</summary>
    [Test]
    public async Task LookUp_WhereNobodyReadsWithoutAKey_TakesALogIn()
    {
        await using var node = await TestNode.StartAsync(options => options.Access.AnonymousReads = false);
        using var wire = await HandleWire.ConnectAsync(node.HandleEndPoint);
        var id = await node.RegisterAsync();

        var found = await AskAsync(wire, OpCode.Resolution, new ResolutionRequest(id, [], []).Write);

        Assert.That(found.Header.ResponseCode, Is.EqualTo(ResponseCode.NotLoggedIn));
        Assert.That(found.Body.Length, Is.EqualTo(16));
    }

    /// <summary>DSA over SHA-1 is taken where old clients are.</summary>
    [Test]
    public async Task LogIn_ByADsaKeyOverSha1_IsTakenWhereWeakCryptographyIs([Values] bool isLegacy)
    {
        using var key = new DsaKeyPair();
        await using var node = await TestNode.StartAsync(options =>
        {
            options.HandleAdmins = [$"301:{TestNode.Prefix}/DSA"];
            options.Access.HandleLegacy = isLegacy;
        });
        var kept = await node.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/identifiers",
            $$"""
            {"identifier":"{{TestNode.Prefix}}/DSA","values":[{"index":301,"type":"HS_PUBKEY",
             "data":{"format":"base64","value":"{{Convert.ToBase64String(key.PublicKey.ToData())}}"} }]}
            """
        );
        Assert.That(kept.Status, Is.EqualTo(201), kept.ToString());
        using var wire = await HandleWire.ConnectAsync(node.HandleEndPoint);
        var user = new ValueReference($"{TestNode.Prefix}/DSA", 301);
        var challenged = await AskAsync(wire, OpCode.Login, new LoginRequest(user).Write, OpFlags.ReturnDigest);
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        byte[] proved = [.. challenge!.Nonce, .. challenge.Digest.Digest.Span];
        var signature = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new WireWriter(signature);
        writer.Array("SHA1"u8);
        writer.Array(key.Sign(HandleProtocol.Keys.SignatureHash.Sha1, proved));

        var done = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            new ChallengeAnswer("HS_PUBKEY", user, signature.WrittenSpan.ToArray()).Write,
            OpFlags.Recursive | OpFlags.ReturnDigest,
            challenged.Envelope.SessionId,
            s_suggested
        );

        Assert.That(
            done.Header.ResponseCode,
            Is.EqualTo(isLegacy ? ResponseCode.Success : ResponseCode.InvalidCredential)
        );
    }

    [Test]
    public async Task LookUp_BeforeTheLogIn_HasThePublicValues()
    {
        using var wire = await ConnectAsync();

        var all = await AskAsync(wire, OpCode.Resolution, new ResolutionRequest(UserHandle, [], []).Write);
        var hidden = await AskAsync(wire, OpCode.Resolution, new ResolutionRequest(UserHandle, [300], []).Write);
        // The reference's client writes the same version, but suggests another: it can answer a challenge.
        var reference = await SendAsync(
            wire,
            OpCode.Resolution,
            new ResolutionRequest(UserHandle, [], []).Write,
            ProtocolVersion.Current
        );
        var trusted = await AskAsync(
            wire,
            OpCode.Resolution,
            new ResolutionRequest(UserHandle, [], []).Write,
            OpFlags.Trusted | (OpFlags)2
        );

        Assert.That(all.Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
        Assert.That(ResolutionResponse.TryRead(all.Body.Span, digestPresent: false, out var found), Is.True);
        Assert.That(found!.Values.Select(v => v.Index), Is.EqualTo([301]));
        Assert.That(hidden.Header.ResponseCode, Is.EqualTo(ResponseCode.ValuesNotFound));
        Assert.That(trusted.Header.Flags & OpFlags.Trusted, Is.EqualTo(OpFlags.None), "nothing here is trusted so");
        using var another = await ConnectAsync();
        Assert.That(reference.Header.ResponseCode, Is.EqualTo(ResponseCode.Success), "on a connection of the SDK");
        Assert.That(
            (
                await SendAsync(
                    another,
                    OpCode.Resolution,
                    new ResolutionRequest(UserHandle, [], []).Write,
                    ProtocolVersion.Current
                )
            )
                .Header
                .ResponseCode,
            Is.EqualTo(ResponseCode.AuthenticationNeeded)
        );
    }

    [Test]
    public async Task Refusals_HaveCodesThatTheClientKnows()
    {
        using var wire = await ConnectAsync();
        await wire.SendAsync(Bytes(KeyLogin));
        var challenged = Parse(await ReadOnePieceAsync(wire));

        var wrongKey = await AnswerAsync(wire, challenged, RSA.Create(2_048));
        var late = await AnswerAsync(wire, challenged);
        var elsewhere = await AskAsync(wire, OpCode.Resolution, new ResolutionRequest("99.1/x", [], []).Write);
        var deep = await AskAsync(wire, OpCode.DeleteHandle, new OneHandleRequest("99.1/x").Write);

        Assert.That(
            new[] { wrongKey, late, elsewhere, deep }.Select(a => a.Header.ResponseCode),
            Is.EqualTo([
                ResponseCode.InvalidCredential,
                ResponseCode.AuthenticationTimedOut,
                ResponseCode.Error,
                ResponseCode.NotLoggedIn,
            ])
        );
        Assert.That(
            new[] { wrongKey, late, elsewhere, deep }.Select(a =>
                ErrorResponse.TryRead(a.Body.Span, a.Header.Flags.HasFlag(OpFlags.ReturnDigest), out var error)
                && error!.Message.Length > 0
            ),
            Is.All.True
        );
    }

    [Test]
    public async Task SiteRecord_BeginsWithTcpForAll_AndHasNoByteMore()
    {
        using var wire = await ConnectAsync();

        // As its own first request has it: recursive, not of a cache, public.
        var answer = await AskAsync(wire, OpCode.GetSiteInfo, new OneHandleRequest("/").Write, (OpFlags)0x19000000);

        Assert.That(SiteRecord.TryRead(answer.Body.Span, out var site), Is.True);
        Assert.That(site!.ToData(), Is.EqualTo(answer.Body.ToArray()));
        Assert.That(
            site.Servers[0].Interfaces.Select(i => (i.Transport, i.Services)),
            Is.EqualTo([
                (SiteTransport.Tcp, SiteServices.Both),
                (SiteTransport.Udp, SiteServices.Query),
                (SiteTransport.Http, SiteServices.Both),
            ])
        );
    }

    [Test]
    public async Task Password_ThatIsWrong_Is403AndOnlyAFewAreTried()
    {
        await using var node = await TestNode.StartAsync(options => options.Access.HandlePasswords = true);
        using var wire = await HandleWire.ConnectAsync(node.HandleEndPoint);
        var codes = new List<ResponseCode>();
        for (var i = 0; i < GuessDelays.UsuallyFree + 3; i++)
        {
            codes.Add(
                (
                    await AskAsync(
                        wire,
                        OpCode.PasswordLogin,
                        new ResolutionRequest($"{TestNode.Prefix}/nobody", [], ["guess"]).Write
                    )
                )
                    .Header
                    .ResponseCode
            );
        }

        Assert.That(codes.Take(GuessDelays.UsuallyFree), Is.All.EqualTo(ResponseCode.AuthenticationFailed));
        Assert.That(codes.Skip(GuessDelays.UsuallyFree), Has.Some.EqualTo(ResponseCode.ServerBusy));
        Assert.That((await node.GetAsync("/metrics-of-nothing")).Status, Is.EqualTo(404), "the node goes on");
    }

    [Test]
    public async Task Password_UnlessSwitchedOn_IsNotTaken()
    {
        await using var node = await TestNode.StartAsync();
        using var wire = await HandleWire.ConnectAsync(node.HandleEndPoint);

        await wire.SendAsync(Bytes(PasswordLogin));

        Assert.That((await wire.ReadAsync())!.Header.ResponseCode, Is.EqualTo(ResponseCode.OperationNotSupported));
    }

    private Task<HandleWire> ConnectAsync() => HandleWire.ConnectAsync(_node.HandleEndPoint);

    private static BodyWriter Creation(string handle) =>
        new ValuesRequest(
            handle,
            [
                new HandleValue
                {
                    Index = 1,
                    Type = "URL",
                    Data = "u"u8.ToArray(),
                },
            ]
        ).Write;

    private static Task<HandleMessage> AskAsync(
        HandleWire wire,
        OpCode operation,
        BodyWriter body,
        OpFlags flags = OpFlags.None
    ) => SendAsync(wire, operation, body, s_suggested, flags);

    private static async Task<HandleMessage> SendAsync(
        HandleWire wire,
        OpCode operation,
        BodyWriter body,
        ProtocolVersion suggested,
        OpFlags flags = OpFlags.None
    )
    {
        var bytes = HandleWire.Message(operation, body, flags, version: s_written);
        bytes[3] = suggested.Minor;
        await wire.SendAsync(bytes);
        return (await wire.ReadAsync())!;
    }

    /// <summary>Answers as the SDK does, with RSA and SHA-256 over nonce and raw digest.</summary>
    private async Task<HandleMessage> AnswerAsync(HandleWire wire, HandleMessage challenged, RSA? with = null)
    {
        await wire.SendAsync(AnswerTo(challenged, with));
        return (await wire.ReadAsync())!;
    }

    private async Task<byte[]> AnswerToTheByteAsync(HandleWire wire, HandleMessage challenged)
    {
        await wire.SendAsync(AnswerTo(challenged, null));
        return await ReadOnePieceAsync(wire);
    }

    private byte[] AnswerTo(HandleMessage challenged, RSA? with)
    {
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        var signature = (with ?? _key).SignData(
            [.. challenge!.Nonce, .. challenge.Digest.Digest.Span],
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        var head = Bytes(
            """
            00000009 48535f5055424b4559 00000017 38382e3330302e31353930373534313031312f55534552 0000012d 0000010f
            00000007 5348412d323536 00000100
            """
        );
        var bytes = HandleWire.Message(
            OpCode.ChallengeAnswer,
            writer =>
            {
                writer.Bytes(head);
                writer.Bytes(signature);
            },
            OpFlags.Recursive | OpFlags.ReturnDigest,
            challenged.Envelope.SessionId,
            s_suggested,
            requestId: 0x2c
        );
        Assert.That(bytes, Has.Length.EqualTo(367));
        return bytes;
    }

    /// <summary>Gives a message the session number of the example: the node chooses its own.</summary>
    private static void Named(byte[] message, byte session)
    {
        message.AsSpan(4, 4).Clear();
        message[7] = session;
    }

    /// <summary>Reads an answer that must arrive at once: the SDK reads a short first segment wrongly.</summary>
    private static async Task<byte[]> ReadOnePieceAsync(HandleWire wire)
    {
        var buffer = new byte[4_096];
        var length = await wire.Stream.ReadAsync(buffer);
        Assert.That(Envelope.TryRead(buffer, out var envelope), Is.True);
        Assert.That(length, Is.EqualTo(MessageLimits.EnvelopeLength + (int)envelope.MessageLength));
        return buffer[..length];
    }

    private static HandleMessage Parse(byte[] bytes)
    {
        Assert.That(
            Envelope.TryRead(bytes, out var envelope)
                & HandleMessage.TryParse(envelope, bytes.AsMemory(MessageLimits.EnvelopeLength), out var message),
            Is.True
        );
        return message!;
    }

    /// <summary>The same bytes, but for the authoritative flag (byte 28) and the expiration (bytes 36 to 39).</summary>
    private static void AssertSame(byte[] answer, string expected)
    {
        Assert.That(answer[28], Is.EqualTo(0x80));
        answer[28] = 0;
        var expires = DateTimeOffset.FromUnixTimeSeconds(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(36))
        );
        Assert.That(expires, Is.GreaterThan(DateTimeOffset.UtcNow), "one that has expired is an exception there");
        Bytes("6a000000").CopyTo(answer, 36);
        Assert.That(Convert.ToHexStringLower(answer), Is.EqualTo(Convert.ToHexStringLower(Bytes(expected))));
    }

    private static byte[] Bytes(string hex) =>
        Convert.FromHexString(string.Concat(hex.Where(static c => !char.IsWhiteSpace(c))));

    private static string JsonText(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private async Task RegisterAsync(string identifier, string values)
    {
        var answer = await _node.SendAsync(
            IdResolution.Core.Access.Role.Admin,
            "POST",
            "/api/v1/identifiers",
            $$"""{"identifier":"{{identifier}}","values":[{{values}}]}"""
        );
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }
}
