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
