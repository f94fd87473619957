using System.Buffers;
using System.Security.Cryptography;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Messages;

/// <summary>Messages that the CNRI library reads and writes byte for byte.</summary>
[TestFixture]
public sealed class WorkedExampleTests
{
    private const string Handle = "88.300.15907541011/0001";
    private const uint Expiration = 0x6A000000;
    private const uint Time = 0x66800000;
    private const OpFlags Usual = OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly;

    private const string Resolution = """
        020a 02 0b 00000000 00000001 00000000 0000003f
        00000001 00000000 19000000 ffff 00 00 6a000000 00000023
        00000017 38382e3330302e31353930373534313031312f30303031
        00000000 00000000
        00000000
        """;

    private const string Response = """
        020b 02 0b 00000000 00000001 00000000 000000b3
        00000001 00000001 99000000 0001 00 00 6a000000 00000097
        00000017 38382e3330302e31353930373534313031312f30303031
        00000002
        00000001 66800000 00 00015180 0e 00000003 55524c
          00000019 68747470733a2f2f6578616d706c652e636e2f702f30303031 00000000
        00000064 66800000 00 00015180 0e 00000008 48535f41444d494e
          00000020 0fff 00000016 38382e3330302e31353930373534313031312f302e30 000000c8 00000000
        00000000
        """;

    private const string NotFound = """
        020b020b 00000000 00000001 00000000 00000020
        00000001 00000064 99000000 0001 00 00 6a000000 00000004
        00000000 00000000
        """;

    private const string Create = """
        020a020b00000000000000020000000000000071000000640000000019800000ffff00006a000000000000550000001738382e33
        30302e31353930373534313031312f3030303200000001000000010000000000000151800e0000000355524c0000001968747470
        733a2f2f6578616d706c652e636e2f702f303030320000000000000000
        """;

    private const string ChallengeMessage = """
        020b020b00000007000000020000000000000051000000640000019299800000000100006a0000000000003503
        22cc200d157906548b3fe471988c4e5c899b4a42bc29bcb65c71915fa510415f
        00000010 101112131415161718191a1b1c1d1e1f 00000000
        """;

    private const string Answer = """
        020a020b00000007000000030000000000000081000000c80000000019800000ffff00006a00000000000065
        00000009 48535f5345434b4559 00000017 38382e3330302e31353930373534313031312f55534552 0000012c
        00000035 22 00000010 000102030405060708090a0b0c0d0e0f 00002710 000000a0
        00000014 9db5bcaf1d5818f151fe7cbc381b1a263f377b98 00000000
        """;

    private const string Site = """
        0001 020b 0001 80 02 00000000 00000001 00000004 64657363 00000006 6e6f64652041
        00000001 00000001 000000000000000000000000cb00710a 00000000 00000003
        03 01 00000a51  02 00 00000a51  03 02 00001f91
        """;

    [Test]
    public void Resolution_AllPublicValues_IsTheExample()
    {
        var body = new ResolutionRequest(Handle, [], []);

        Assert.That(Request(1, 0, OpCode.Resolution, Usual, body.Write), Is.EqualTo(Hex.Of(Resolution)));
        var message = Parsed(Resolution);
        Assert.That(message.Header.Flags, Is.EqualTo(Usual));
        Assert.That(message.Header.SiteSerial, Is.EqualTo(MessageHeader.UnknownSiteSerial));
        Assert.That(ResolutionRequest.TryRead(message.Body.Span, out var read), Is.True);
        Assert.That(read!.Handle, Is.EqualTo(Handle));
    }

    [Test]
    public void Resolution_WithTheAuthTextOfTeleinfo_IsRead()
    {
        var bytes = Hex.Of(
            Resolution
                .Replace("0000003f", "00000043", StringComparison.Ordinal)
                .Replace("00000023", "00000027", StringComparison.Ordinal) + "00000000"
        );

        Assert.That(Envelope.TryRead(bytes, out var envelope) && envelope.MessageLength == bytes.Length - 20, Is.True);
        Assert.That(HandleMessage.TryParse(envelope, bytes.AsMemory(20), out var message), Is.True);
        Assert.That(message!.Body.Length, Is.EqualTo(0x27));
        Assert.That(ResolutionRequest.TryRead(message.Body.Span, out var read) && read.Handle == Handle, Is.True);
        Assert.That(ResolutionRequestView.TryRead(message.Body.Span, out var view) && view.WantsAll, Is.True);
    }

    [Test]
    public void Resolution_Found_IsTheExample()
    {
        var body = new ResolutionResponse(
            null,
            Handle,
            [
                new HandleValue
                {
                    Index = 1,
                    Timestamp = Time,
                    Type = "URL",
                    Data = "https://example.cn/p/0001"u8.ToArray(),
                },
                new HandleValue
                {
                    Index = 100,
                    Timestamp = Time,
                    Type = "HS_ADMIN",
                    Data = new AdminRecord(
                        AdminPermissions.All,
                        new ValueReference("88.300.15907541011/0.0", 200)
                    ).ToData(),
                },
            ]
        );

        Assert.That(Reply(OpCode.Resolution, ResponseCode.Success, body.Write), Is.EqualTo(Hex.Of(Response)));
        Assert.That(ResolutionResponse.TryRead(Parsed(Response).Body.Span, false, out var read), Is.True);
        Assert.That(read!.Values[0].Text, Is.EqualTo("https://example.cn/p/0001"));
        Assert.That(read.Values[1].Data, Is.EqualTo(body.Values[1].Data));
    }

    [Test]
    public void Resolution_NotFound_IsTheExample() =>
        Assert.That(
            Reply(OpCode.Resolution, ResponseCode.HandleNotFound, new ErrorResponse(null, "").Write),
            Is.EqualTo(Hex.Of(NotFound))
        );

    [Test]
    public void Creation_Challenged_IsTheExample()
    {
        const OpFlags Flags = OpFlags.Recursive | OpFlags.CacheCertify | OpFlags.PublicOnly | OpFlags.ReturnDigest;
        var create = new ValuesRequest(
            "88.300.15907541011/0002",
            [
                new HandleValue
                {
                    Index = 1,
                    Type = "URL",
                    Data = "https://example.cn/p/0002"u8.ToArray(),
                },
            ]
        );
        Assert.That(Request(2, 0, OpCode.CreateHandle, Flags, create.Write), Is.EqualTo(Hex.Of(Create)));

        var digest = new DigestField(DigestField.Sha256, SHA256.HashData(Parsed(Create).Content.Span));
        Assert.That(Challenge.TryRead(Parsed(ChallengeMessage).Body.Span, out var challenge), Is.True);
        Assert.That(challenge!.Digest, Is.EqualTo(digest));
        Assert.That(challenge.Nonce, Is.EqualTo(Hex.Of("101112131415161718191a1b1c1d1e1f")));
        Assert.That(
            Written(
                new Envelope
                {
                    Version = new ProtocolVersion(2, 11),
                    Suggested = ProtocolVersion.Current,
                    SessionId = 7,
                    RequestId = 2,
                },
                new MessageHeader
                {
                    OpCode = OpCode.CreateHandle,
                    ResponseCode = ResponseCode.AuthenticationNeeded,
                    Flags = Flags | OpFlags.Authoritative,
                    SiteSerial = 1,
                    Expiration = Expiration,
                },
                challenge.Write
            ),
            Is.EqualTo(Hex.Of(ChallengeMessage))
        );

        Assert.That(ChallengeAnswer.TryRead(Parsed(Answer).Body.Span, out var answer), Is.True);
        Assert.That(answer!.AuthType, Is.EqualTo("HS_SECKEY"));
        Assert.That(answer.User, Is.EqualTo(new ValueReference("88.300.15907541011/USER", 300)));
        Assert.That(Request(3, 7, OpCode.ChallengeAnswer, Flags, answer.Write), Is.EqualTo(Hex.Of(Answer)));
    }

    [Test]
    public void Site_OfTheExample_IsReadAndWritten()
    {
        var site = new SiteRecord
        {
            IsPrimary = true,
            Attributes = [new SiteAttribute("desc", "node A")],
            Servers =
            [
                new SiteServer(
                    1,
                    System.Net.IPAddress.Parse("203.0.113.10"),
                    [],
                    [
                        new SiteInterface(SiteServices.Both, SiteTransport.Tcp, 2641),
                        new SiteInterface(SiteServices.Query, SiteTransport.Udp, 2641),
                        new SiteInterface(SiteServices.Both, SiteTransport.Http, 8081),
                    ]
                ),
            ],
        };

        Assert.That(site.ToData(), Is.EqualTo(Hex.Of(Site)));
        Assert.That(SiteRecord.TryRead(Hex.Of(Site), out var read), Is.True);
        Assert.That(read!.Servers[0].Address, Is.EqualTo(site.Servers[0].Address));
        Assert.That(read.Servers[0].Interfaces, Is.EqualTo(site.Servers[0].Interfaces));
    }

    [Test]
    public void ValueList_OfTheExample_IsReadAndWritten()
    {
        var data = Hex.Of("00000001 00000017 38382e3330302e31353930373534313031312f55534552 0000012c");
        ValueReference[] members = [new("88.300.15907541011/USER", 300)];

        Assert.That(new ValueListRecord(members).ToData(), Is.EqualTo(data));
        Assert.That(ValueListRecord.TryRead(data, out var read), Is.True);
        Assert.That(read!.Members, Is.EqualTo(members));
    }

    // CAICT's ID-SDK, which writes 2.3 or 2.10 and suggests 2.10.
    private const string PasswordLogin = """
        0203 020a 00000000 0000002a 00000000 0000003b  000007d0 00000000 00000000 ffff 00 00 6a000000 0000001f
        00000006 6c696e652d33 00000000 00000001 00000009 4e6f64652332303234  00000000
        """;

    private const string PasswordSuccess = """
        020a 020a 00000000 0000002a 00000000 0000002a  000007d0 00000001 00000000 0001 00 00 6a000000 0000000e
        00000006 6c696e652d33 00000000  00000000
        """;

    private const string KeyLogin = """
        0203 020a 00000000 0000002b 00000000 0000003b  000007d1 00000000 00800000 ffff 00 00 6a000000 0000001f
        00000017 38382e3330302e31353930373534313031312f55534552 0000012d  00000000
        """;

    private const string KeyChallenge = """
        020a 020a 00000007 0000002b 00000000 00000051  000007d1 00000192 00800000 0001 00 00 6a000000 00000035
        03 56878f2c1315fee2be8a7d86f7d523e678f1e410e82b09815062fabbc1225012 00000010 101112131415161718191a1b1c1d1e1f
        00000000
        """;

    private const string KeyAnswer = """
        020a 020a 00000007 0000002c 00000000 0000015b  000000c8 00000000 10800000 ffff 00 00 6a000000 0000013f
        00000009 48535f5055424b4559 00000017 38382e3330302e31353930373534313031312f55534552 0000012d 0000010f
        00000007 5348412d323536 00000100
        """;

    private const string KeySuccess = """
        020a 020a 00000007 0000002c 00000000 0000001c  000007d1 00000001 00000000 0001 00 00 6a000000 00000000  00000000
        """;

    private const string NotLoggedIn = """
        020a 020a 00000000 0000002d 00000000 0000002c  00000064 00000198 00000000 0001 00 00 6a000000 00000010
        0000000c e8afb7e58588e799bbe5bd95  00000000
        """;

    private static readonly ValueReference s_user = new("88.300.15907541011/USER", 301);

    [Test]
    public void Caict_PasswordLogin_IsTheExample()
    {
        var asked = new ResolutionRequest("line-3", [], ["Node#2024"]);
        // The name is echoed, with no values: the client reads an empty body wrongly.
        var done = new ResolutionResponse(null, "line-3", []);

        Assert.That(Caict(3, 0, 0x2a, OpCode.PasswordLogin, asked.Write), Is.EqualTo(Hex.Of(PasswordLogin)));
        Assert.That(
            Caict(10, 0, 0x2a, OpCode.PasswordLogin, done.Write, ResponseCode.Success),
            Is.EqualTo(Hex.Of(PasswordSuccess))
        );
        Assert.That(ResolutionRequest.TryRead(Parsed(PasswordLogin).Body.Span, out var read), Is.True);
        Assert.That((read!.Handle, read.Types), Is.EqualTo(("line-3", new[] { "Node#2024" })));
        Assert.That(ResolutionResponse.TryRead(Parsed(PasswordSuccess).Body.Span, false, out var echoed), Is.True);
        Assert.That((echoed!.Handle, echoed.Values.Count), Is.EqualTo(("line-3", 0)));
    }

    [Test]
    public void Caict_KeyLogin_IsTheExample()
    {
        Assert.That(
            Caict(3, 0, 0x2b, OpCode.Login, new LoginRequest(s_user).Write, flags: OpFlags.ReturnDigest),
            Is.EqualTo(Hex.Of(KeyLogin))
        );
        Assert.That(LoginRequest.TryRead(Parsed(KeyLogin).Body.Span, out var read), Is.True);
        Assert.That(read!.User, Is.EqualTo(s_user));
        Assert.That(Challenge.TryRead(Parsed(KeyChallenge).Body.Span, out var challenge), Is.True);
        Assert.That(
            challenge!.Digest,
            Is.EqualTo(new DigestField(DigestField.Sha256, SHA256.HashData(Parsed(KeyLogin).Content.Span)))
        );
        Assert.That(challenge.Nonce, Is.EqualTo(Hex.Of("101112131415161718191a1b1c1d1e1f")));
        Assert.That(
            Caict(10, 7, 0x2b, OpCode.Login, challenge.Write, ResponseCode.AuthenticationNeeded, OpFlags.ReturnDigest),
            Is.EqualTo(Hex.Of(KeyChallenge))
        );
    }

    [Test]
    public void Caict_AnswerToTheChallenge_IsTheExample()
    {
        // The signature is left out in the example.
        var hex = KeyAnswer + string.Concat(Enumerable.Repeat("5a", 256)) + "00000000";

        Assert.That(ChallengeAnswer.TryRead(Parsed(hex).Body.Span, out var answer), Is.True);

        Assert.That((answer!.AuthType, answer.User), Is.EqualTo(("HS_PUBKEY", s_user)));
        Assert.That(answer.SignedResponse.Length, Is.EqualTo(0x10f));
        const OpFlags Flags = OpFlags.Recursive | OpFlags.ReturnDigest;
        Assert.That(Caict(10, 7, 0x2c, OpCode.ChallengeAnswer, answer.Write, flags: Flags), Is.EqualTo(Hex.Of(hex)));
        Assert.That(
            Caict(10, 7, 0x2c, OpCode.Login, static _ => { }, ResponseCode.Success),
            Is.EqualTo(Hex.Of(KeySuccess))
        );
        Assert.That(Parsed(KeySuccess).Body.Length, Is.Zero);
    }

    [Test]
    public void Caict_NotLoggedIn_IsTheExample()
    {
        Assert.That(
            Caict(
                10,
                0,
                0x2d,
                OpCode.CreateHandle,
                new ErrorResponse(null, "请先登录").Write,
                ResponseCode.NotLoggedIn
            ),
            Is.EqualTo(Hex.Of(NotLoggedIn))
        );
        Assert.That(ErrorResponse.TryRead(Parsed(NotLoggedIn).Body.Span, false, out var error), Is.True);
        Assert.That(error!.Message, Is.EqualTo("请先登录"));
    }

    private static byte[] Caict(
        byte minor,
        int session,
        int request,
        OpCode op,
        Writing body,
        ResponseCode code = ResponseCode.None,
        OpFlags flags = OpFlags.None
    ) =>
        Written(
            new Envelope
            {
                Version = new ProtocolVersion(2, minor),
                Suggested = new ProtocolVersion(2, 10),
                SessionId = session,
                RequestId = request,
            },
            new MessageHeader
            {
                OpCode = op,
                ResponseCode = code,
                Flags = flags,
                SiteSerial = code == ResponseCode.None ? MessageHeader.UnknownSiteSerial : (ushort)1,
                Expiration = Expiration,
            },
            body
        );

    private delegate void Writing(WireWriter writer);

    private static HandleMessage Parsed(string hex)
    {
        var bytes = Hex.Of(hex);
        Assert.That(Envelope.TryRead(bytes, out var envelope), Is.True);
        Assert.That(envelope.MessageLength, Is.EqualTo(bytes.Length - MessageLimits.EnvelopeLength));
        Assert.That(
            HandleMessage.TryParse(envelope, bytes.AsMemory(MessageLimits.EnvelopeLength), out var message),
            Is.True
        );
        return message!;
    }

    private static byte[] Request(int request, int session, OpCode op, OpFlags flags, Writing body) =>
        Written(
            new Envelope
            {
                Version = new ProtocolVersion(2, 10),
                Suggested = ProtocolVersion.Current,
                SessionId = session,
                RequestId = request,
            },
            new MessageHeader
            {
                OpCode = op,
                Flags = flags,
                SiteSerial = MessageHeader.UnknownSiteSerial,
                Expiration = Expiration,
            },
            body
        );

    private static byte[] Reply(OpCode op, ResponseCode code, Writing body) =>
        Written(
            new Envelope
            {
                Version = new ProtocolVersion(2, 11),
                Suggested = ProtocolVersion.Current,
                RequestId = 1,
            },
            new MessageHeader
            {
                OpCode = op,
                ResponseCode = code,
                Flags = Usual | OpFlags.Authoritative,
                SiteSerial = 1,
                Expiration = Expiration,
            },
            body
        );

    private static byte[] Written(Envelope envelope, MessageHeader header, Writing body)
    {
        var output = new ArrayBufferWriter<byte>();
        HandleMessage.Write(output, envelope, header, Body(body));
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Body(Writing body)
    {
        var output = new ArrayBufferWriter<byte>();
        body(new WireWriter(output));
        return output.WrittenSpan.ToArray();
    }
}
