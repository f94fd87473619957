using IdResolution.Core.Access;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Wire;

namespace IdResolution.Server.Tests.Handle;

/// <summary>Responses of every kind that a client asks the site to sign.</summary>
[TestFixture]
internal sealed class SignedResponseTests : HandleFixture
{
    protected override bool IsLegacy => true;

    private const OpFlags Signed = OpFlags.PublicOnly | OpFlags.Certify;

    private PublicKey _key = null!;

    [OneTimeSetUp]
    public async Task ReadKeyAsync()
    {
        Assert.That(
            PublicKey.TryRead((await Anonymous.SiteInfoAsync(Stop)).Data!.Servers[0].PublicKey, out var key),
            Is.True
        );
        _key = key!;
    }

    [Test]
    public async Task Response_OfEachKind_IsSigned([Values(1, 5, 6, 7, 8, 10, 11)] byte minor)
    {
        var handle = await CreateAsync(Value(1, "URL", "x"));
        using var wire = await ConnectAsync();
        var version = new ProtocolVersion(2, minor);

        var found = await wire.AskAsync(
            OpCode.Resolution,
            new ResolutionRequest(handle, [], []).Write,
            Signed,
            version: version
        );
        var missing = await wire.AskAsync(
            OpCode.Resolution,
            new ResolutionRequest($"{Prefix}/nothing", [], []).Write,
            Signed,
            version: version
        );
        var challenged = await wire.AskAsync(
            OpCode.DeleteHandle,
            new OneHandleRequest(handle).Write,
            Signed,
            version: version
        );
        var refused = await wire.AskAsync(
            OpCode.ChallengeAnswer,
            Answer(challenged, Stranger).Write,
            Signed,
            challenged.Envelope.SessionId,
            version
        );
        var site = await wire.AskAsync(OpCode.GetSiteInfo, new OneHandleRequest("/").Write, Signed, version: version);

        Assert.That(
            new[] { found, missing, challenged, refused, site }.Select(a => a.Header.ResponseCode),
            Is.EqualTo([
                ResponseCode.Success,
                ResponseCode.HandleNotFound,
                ResponseCode.AuthenticationNeeded,
                ResponseCode.InvalidAdministrator,
                ResponseCode.Success,
            ])
        );
        Assert.That(new[] { found, missing, challenged, refused, site }.Select(IsSigned), Is.All.True);
        Assert.That(
            IsSigned(await wire.AskAsync(OpCode.GetSiteInfo, new OneHandleRequest("/").Write, version: version)),
            Is.False,
            "nobody asked"
        );
    }

    [Test]
    public async Task List_OfSeveralMessages_IsSignedInEach()
    {
        const string Own = "88.300.82";
        Assert.That((await Client.HomeAsync($"0.NA/{Own}", Stop)).Code, Is.EqualTo(ResponseCode.Success));
        var items = string.Join(
            ',',
            Enumerable
                .Range(0, 120)
                .Select(i => $$"""{"identifier":"{{Own}}/h{{i:D3}}","values":[{"index":1,"type":"URL","data":"x"}]}""")
        );
        Assert.That(
            (
                await Node.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers:batch", $$"""{"items":[{{items}}]}""")
            ).Status,
            Is.EqualTo(200)
        );
        using var wire = await ConnectAsync();
        var challenged = await wire.AskAsync(OpCode.ListHandles, new OneHandleRequest($"0.NA/{Own}").Write, Signed);

        var messages = new List<HandleMessage>
        {
            await wire.AskAsync(
                OpCode.ChallengeAnswer,
                Answer(challenged, Admin).Write,
                Signed,
                challenged.Envelope.SessionId
            ),
        };
        while (messages[^1].Header.Flags.HasFlag(OpFlags.Continuous))
        {
            messages.Add((await wire.ReadAsync())!);
        }

        Assert.That(messages, Has.Count.EqualTo(3));
        Assert.That(messages.Select(IsSigned), Is.All.True);
    }

    [Test]
    public async Task Response_OverUdp_IsSigned()
    {
        var handle = await CreateAsync(Value(1, "DATA", new string('x', 1_000)));
        using var packets = Packets();

        var answers = new[] { handle, $"{Prefix}/nothing" }
            .Select(asked => packets.Ask(HandleWire.Resolution(asked, flags: Signed)))
            .ToList();

        Assert.That(
            answers.Select(a => a.Header.ResponseCode),
            Is.EqualTo([ResponseCode.Success, ResponseCode.HandleNotFound])
        );
        Assert.That(answers.Select(IsSigned), Is.All.True);
    }

    private bool IsSigned(HandleMessage answer) =>
        Credential.TryRead(answer.Credential.Span, out var credential)
        // No session: clients of CAICT check with counter 0, whatever is sent.
        && credential.SessionCounter == 0
        && credential.Verify(answer, _key) == ProofResult.Right;
}
