using System.Buffers.Binary;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using static IdResolution.Server.Tests.Handle.Http.HttpNode;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>
/// <c>POST</c> of a Handle message: what is no message is refused, and everything else goes as on a connection, one
/// request for each POST.
/// </summary>
[TestFixture]
public sealed class MessagePostTests : HttpTests
{
    private const int Chosen = 10_001;

    private static readonly ValueReference s_admin = new(Admin, SecretIndex);

    [TestCase(0)]
    [TestCase(MessageLimits.EnvelopeLength - 1)]
    [TestCase(MessageLimits.EnvelopeLength)]
    [TestCase(MessageLimits.EnvelopeLength + 1)]
    [TestCase(-1)]
    public async Task Post_BodyThatEndsTooSoon_IsAProtocolError(int length)
    {
        var message = HandleWire.Resolution(Admin);

        await AssertUndecodableAsync(message[..(length < 0 ? message.Length + length : length)]);
    }

    [TestCase(0u)]
    [TestCase(MessageLimits.HeaderLength - 1u)]
    [TestCase(MessageLimits.MaxMessageLength + 1u)]
    [TestCase(uint.MaxValue)]
    public async Task Post_LengthThatNoMessageHas_IsAProtocolError(uint claimed)
    {
        var message = HandleWire.Resolution(Admin);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(16), claimed);

        await AssertUndecodableAsync(message);
        var longer = await Posts.SendAsync(
            Server,
            [.. message, .. new byte[MessageLimits.MaxMessageLength]],
            "application/x-hdl-message"
        );
        Assert.That(longer.Status, Is.EqualTo(413), "No message is as long, so the body is not read.");
    }

    [Test]
    public async Task Post_BytesBehindTheMessage_ArePassedOver()
    {
        var answers = await Posts.SendAsync(Server, [.. HandleWire.Resolution(Admin), .. new byte[1_000]]);

        Assert.That(answers.Single().Header.ResponseCode, Is.EqualTo(ResponseCode.Success));
    }

    [TestCase(null)]
    [TestCase("application/octet-stream")]
    [TestCase("application/x-hdl-messages")]
    [TestCase("application/json")]
    public async Task Post_OfAnotherType_IsNoMessage(string? mediaType)
    {
        var answer = await Posts.SendAsync(Server, HandleWire.Resolution(Admin), mediaType, "/api/handles/");

        Assert.That(answer.Status, Is.InRange(400, 499));
        Assert.That(answer.MediaType, Is.Not.EqualTo(Posts.MediaType));
    }

    [Test]
    public async Task Post_ToAnyPathInAnySpellingOfTheType_IsAnswered()
    {
        var answer = await Posts.SendAsync(
            Server,
            HandleWire.Resolution(Admin),
            "Application/X-HDL-Message; charset=binary",
            "/api/v1/identifiers"
        );

        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, Posts.MediaType)));
    }

    [Test]
    public async Task Post_ChallengeAnsweredByAnother_RunsTheRequestOnce()
    {
        var handle = NewHandle();
        var challenged = await AskAsync(OpCode.CreateHandle, Creation(handle));
        var right = Answer(challenged);

        var created = await AskAsync(OpCode.ChallengeAnswer, right, challenged.Envelope.SessionId);
        var again = await AskAsync(OpCode.ChallengeAnswer, right, challenged.Envelope.SessionId);

        Assert.That(challenged.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationNeeded));
        Assert.That(
            (created.Header.OpCode, created.Header.ResponseCode),
            Is.EqualTo((OpCode.CreateHandle, ResponseCode.Success))
        );
        Assert.That(again.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationTimedOut));
        Assert.That(Indexes(await SendAsync("GET", $"/api/handles/{handle}")), Is.EqualTo([1]));
    }

    [Test]
    public async Task Post_ListOfManyHandles_ComesInSeveralMessages()
    {
        const string Listed = Prefix + ".8x";
        await AdminAsync("POST", $"/api/prefixes/{Listed}");
        var handles = Enumerable
            .Range(100, (2 * MessageLimits.HandlesPerList) + 20)
            .Select(i => $"{Listed}/{i}")
            .ToList();
        foreach (var handle in handles)
        {
            await KeepAsync(handle, Text(1, "URL", "u"));
        }
        var challenged = await AskAsync(OpCode.ListHandles, new OneHandleRequest($"0.NA/{Listed}").Write);

        var messages = await Posts.SendAsync(
            Server,
            HandleWire.Message(
                OpCode.ChallengeAnswer,
                Answer(challenged),
                OpFlags.ReturnDigest,
                challenged.Envelope.SessionId,
                requestId: 7
            )
        );

        Assert.That(
            messages.Select(m => (m.Header.ResponseCode, m.Envelope.RequestId)),
            Is.All.EqualTo((ResponseCode.Success, 7))
        );
        Assert.That(messages.Select(m => m.Header.Flags.HasFlag(OpFlags.Continuous)), Is.EqualTo([true, true, false]));
        Assert.That(messages.SelectMany(Handles), Is.EqualTo(handles));
    }

    /// <summary>A login is its connection's, and each POST is one of its own.</summary>
    [Test]
    public async Task Post_Login_GivesNothing()
    {
        var challenged = await AskAsync(OpCode.Login, new LoginRequest(s_admin).Write, Chosen);
        var answered = await AskAsync(OpCode.ChallengeAnswer, Answer(challenged), Chosen);
        var created = await AskAsync(OpCode.CreateHandle, Creation(NewHandle()), Chosen);

        Assert.That(
            (challenged.Header.ResponseCode, challenged.Envelope.SessionId),
            Is.EqualTo((ResponseCode.AuthenticationNeeded, Chosen))
        );
        Assert.That(answered.Header.ResponseCode, Is.EqualTo(ResponseCode.AuthenticationTimedOut));
        Assert.That(created.Header.ResponseCode, Is.EqualTo(ResponseCode.SessionTimeout));
    }

    private static async Task<HandleMessage> AskAsync(OpCode operation, BodyWriter body, int session = 0) =>
        (await Posts.SendAsync(Server, HandleWire.Message(operation, body, OpFlags.ReturnDigest, session))).Single();

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

    /// <summary>The answer of the server's administrator.</summary>
    private static BodyWriter Answer(HandleMessage challenged)
    {
        Assert.That(Challenge.TryRead(challenged.Body.Span, out var challenge), Is.True);
        return new ChallengeAnswer(
            SecretKeyProof.Type,
            s_admin,
            SecretKeyProof.Make(KeyedDigestKind.HmacSha256, Secret, challenge!.Nonce, challenge.Digest.Digest.Span)
        ).Write;
    }

    private static IReadOnlyList<string> Handles(HandleMessage message)
    {
        Assert.That(
            ListResponse.TryRead(message.Body.Span, message.Header.Flags.HasFlag(OpFlags.ReturnDigest), out var list),
            Is.True
        );
        return list!.Handles;
    }

    private static async Task AssertUndecodableAsync(byte[] body)
    {
        var answer = (await Posts.SendAsync(Server, body)).Single();
        Assert.That(
            (answer.Header.ResponseCode, answer.Envelope.RequestId),
            Is.EqualTo((ResponseCode.ProtocolError, -1))
        );
    }
}
