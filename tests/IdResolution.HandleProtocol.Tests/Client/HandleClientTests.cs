using System.Security.Cryptography;
using IdResolution.HandleProtocol.Client;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.HandleProtocol.Tests.Client;

[TestFixture]
[CancelAfter(20_000)]
public sealed class HandleClientTests
{
    private static readonly ValueReference s_user = new("0.NA/88.300", 300);
    private static readonly HandleValue s_value = new()
    {
        Index = 1,
        Type = "URL",
        Data = "https://example.cn"u8.ToArray(),
    };

    private readonly HandleTransport _transport = new(
        new TransportSettings { FirstUdpTimeout = TimeSpan.FromSeconds(1), RequestTimeout = TimeSpan.FromSeconds(10) }
    );

    [OneTimeTearDown]
    public void CloseTransport() => _transport.Dispose();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Create_Challenged_IsAnsweredAndDone(bool publicKey, CancellationToken cancel)
    {
        using var pair = KeyPair.Generate();
        IChallengeSigner signer = publicKey
            ? new PublicKeySigner(s_user, pair)
            : new SecretKeySigner(s_user, "topsecret"u8.ToArray());
        ProofResult proof = default;
        await using var server = new FakeHandleServer { CloseAfterResponse = true };
        var nonce = RandomNumberGenerator.GetBytes(16);
        DigestField digest = default;
        server.Answers = message =>
        {
            if (message.Header.OpCode == OpCode.CreateHandle)
            {
                digest = RequestDigest.Of(message.Content.Span, message.Envelope.Answered);
                return
                [
                    new FakeReply(ResponseCode.AuthenticationNeeded, new Challenge(digest, nonce).Write)
                    {
                        SessionId = 7,
                        Flags = OpFlags.ReturnDigest,
                    },
                ];
            }
            Assert.That(message.Envelope.SessionId, Is.EqualTo(7));
            Assert.That(ChallengeAnswer.TryRead(message.Body.Span, out var answer), Is.True);
            Assert.That(answer!.User, Is.EqualTo(s_user));
            proof = publicKey
                ? PublicKeyProof.Verify(answer.SignedResponse, pair.PublicKey, nonce, digest.Digest.Span)
                : SecretKeyProof.Verify(answer.SignedResponse, "topsecret"u8, nonce, digest.Digest.Span);
            return
            [
                new FakeReply(ResponseCode.Success, new CreateResponse(digest, "88.300/minted").Write)
                {
                    OpCode = OpCode.CreateHandle,
                    Flags = OpFlags.ReturnDigest,
                },
            ];
        };

        var result = await new HandleClient(_transport, server.Server, signer).CreateAsync(
            "88.300/",
            [s_value],
            overwrite: false,
            mint: true,
            cancel
        );

        Assert.That((result.Code, result.Data), Is.EqualTo((ResponseCode.Success, "88.300/minted")), result.Message);
        Assert.That(proof, Is.EqualTo(ProofResult.Right));
        Assert.That(server.Requests.First().Message.Header.Flags.HasFlag(OpFlags.MintSuffix), Is.True);
    }

    [Test]
    public async Task Challenge_OverAnotherRequest_IsNotAnswered(CancellationToken cancel)
    {
        var digest = new DigestField(DigestField.Sha256, new byte[32]);
        await using var server = new FakeHandleServer(_ =>
            [
                new FakeReply(ResponseCode.AuthenticationNeeded, new Challenge(digest, new byte[16]).Write)
                {
                    SessionId = 7,
                    Flags = OpFlags.ReturnDigest,
                },
            ]
        );
        var result = await new HandleClient(
            _transport,
            server.Server,
            new SecretKeySigner(s_user, "s"u8.ToArray())
        ).DeleteAsync("88.300/1", cancel);

        Assert.That(result.Code, Is.EqualTo(ResponseCode.ClientChannelError));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Challenge_WithoutSigner_IsReported(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(message =>
            [
                new FakeReply(
                    ResponseCode.AuthenticationNeeded,
                    new Challenge(RequestDigest.Of(message.Content.Span, ProtocolVersion.Current), new byte[16]).Write
                )
                {
                    Flags = OpFlags.ReturnDigest,
                },
            ]
        );
        Assert.That(
            (await new HandleClient(_transport, server.Server).HomeAsync("0.NA/88", cancel)).Code,
            Is.EqualTo(ResponseCode.AuthenticationNeeded)
        );
    }

    [Test]
    public async Task List_InManyMessages_IsWhole(CancellationToken cancel)
    {
        var handles = Enumerable.Range(0, 120).Select(i => $"88.300/{i}").ToArray();
        await using var server = new FakeHandleServer(_ =>
            handles
                .Chunk(50)
                .Select(
                    (part, i) =>
                        new FakeReply(ResponseCode.Success, new ListResponse(null, part).Write)
                        {
                            Flags = i < 2 ? OpFlags.Continuous : 0,
                        }
                )
        );
        var client = new HandleClient(_transport, server.Server);

        Assert.That((await client.ListAsync("0.NA/88.300", cancel)).Data, Is.EqualTo(handles));
        Assert.That((await client.ListHomedAsync(cancel)).Data, Is.EqualTo(handles));
        Assert.That(
            server.Requests.Select(request => request.Message.Header.OpCode),
            Is.EqualTo((OpCode[])[OpCode.ListHandles, OpCode.ListHomedPrefixes])
        );
    }

    [Test]
    public async Task EveryOperation_SendsItsBody(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(_ => [new FakeReply(ResponseCode.Success, _ => { })]);
        var client = new HandleClient(_transport, server.Server);
        HandleResult[] results =
        [
            await client.CreateAsync("88/1", [s_value], overwrite: true, mint: false, cancel),
            await client.DeleteAsync("88/1", cancel),
            await client.AddAsync("88/1", [s_value], overwrite: true, cancel),
            await client.ModifyAsync("88/1", [s_value], cancel),
            await client.RemoveAsync("88/1", [1], cancel),
            await client.HomeAsync("0.NA/88", cancel),
            await client.UnhomeAsync("0.NA/88", cancel),
        ];

        Assert.That(results.Select(result => result.Code), Is.All.EqualTo(ResponseCode.Success));
        var messages = server.Requests.Select(request => request.Message).ToArray();
        Assert.That(
            messages.Select(message => (int)message.Header.OpCode),
            Is.EqualTo((int[])[100, 101, 102, 104, 103, 300, 301])
        );
        Assert.That(
            messages.Select(message => message.Header.Flags.HasFlag(OpFlags.Overwrite)),
            Is.EqualTo((bool[])[true, false, true, false, false, false, false])
        );
        Assert.That(
            ValuesRequest.TryRead(messages[0].Body.Span, out var create)
                && create.Handle == "88/1"
                && create.Values.Count == 1,
            Is.True
        );
        Assert.That(
            RemoveValuesRequest.TryRead(messages[4].Body.Span, out var remove) && remove.Indexes[0] == 1,
            Is.True
        );
        Assert.That(
            OneHandleRequest.TryRead(messages[6].Body.Span, out var unhome) && unhome.Handle == "0.NA/88",
            Is.True
        );
    }

    [Test]
    public async Task Resolve_ByIndexAndType_GivesTheseAndTheFlags(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(
            FakeHandleServer.Holding(handle =>
                handle == "88/1" ? [s_value, s_value with { Index = 2, Type = "EMAIL" }] : null
            )
        );
        var client = new HandleClient(_transport, server.Server);

        Assert.That(
            (await client.ResolveAsync("88/1", new HandleQuery { Types = ["EMAIL"] }, cancel)).Data!.Single().Index,
            Is.EqualTo(2)
        );
        Assert.That((
                await client.ResolveAsync(
                    "88/1",
                    new HandleQuery
                    {
                        Indexes = [1],
                        Authoritative = true,
                        PublicOnly = false,
                    },
                    cancel
                )
            ).Data!.Single().Index, Is.EqualTo(1));
        Assert.That(
            (await client.ResolveAsync("88/1", new HandleQuery { Indexes = [9] }, cancel)).Code,
            Is.EqualTo(ResponseCode.ValuesNotFound)
        );
        Assert.That(
            (await client.ResolveAsync("88/2", HandleQuery.All, cancel)).Code,
            Is.EqualTo(ResponseCode.HandleNotFound)
        );
        var flags = server.Requests.Select(request => request.Message.Header.Flags & ~OpFlags.KeepAlive).ToArray();
        Assert.That(flags[0], Is.EqualTo(OpFlags.PublicOnly | OpFlags.CacheCertify));
        Assert.That(flags[1], Is.EqualTo(OpFlags.Authoritative));
    }

    [Test]
    public async Task Resolve_ResponseForAnotherHandle_IsRefused(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(_ =>
            [new FakeReply(ResponseCode.Success, new ResolutionResponse(null, "88/other", [s_value]).Write)]
        );
        Assert.That(
            (await new HandleClient(_transport, server.Server).ResolveAsync("88/1", HandleQuery.All, cancel)).Code,
            Is.EqualTo(ResponseCode.ClientChannelError)
        );
    }

    [Test]
    public async Task SiteInfo_IsRead(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer();
        server.Answers = _ => [new FakeReply(ResponseCode.Success, new SiteInfoResponse(null, server.Site).Write)];
        var result = await new HandleClient(_transport, server.Server).SiteInfoAsync(cancel);
        Assert.That(result.Data!.ToData(), Is.EqualTo(server.Site.ToData()));
    }

    [Test]
    public async Task Refusal_CarriesItsCodeAndMessage(CancellationToken cancel)
    {
        await using var server = new FakeHandleServer(_ =>
            [new FakeReply(ResponseCode.InsufficientPermissions, new ErrorResponse(null, "不允许").Write)]
        );
        var result = await new HandleClient(_transport, server.Server).DeleteAsync("88/1", cancel);
        Assert.That((result.Code, result.Message), Is.EqualTo((ResponseCode.InsufficientPermissions, "不允许")));
    }
}
