using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IdResolution.Core.Errors;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Grpc;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Handle.Foreign;

/// <summary>
/// A node that asks a recursive node, here the partner's own, in place of the roots; and what happens where that one is
/// away or silent.
/// </summary>
[TestFixture]
internal sealed class ForeignRecursiveTests : ForeignFixture
{
    private string _id = "";
    private TestNode _asking = null!;

    [OneTimeSetUp]
    public async Task RegisterAsync()
    {
        _id = await CreateAsync(
            Partner,
            $"{PartnerPrefix}/Roll-1",
            Value(1, "URL", "https://partner.example/1", ttl: 600),
            Value(3, "INTERNAL", "not for you", ValuePermissions.AdminRead | ValuePermissions.AdminWrite)
        );
        _asking = await StartAsync(TestNode.Prefix, options => AskRecursive(options, Partner.HandleEndPoint));
    }

    [Test]
    public async Task EveryFrontEnd_ForeignIdentifier_ShowsItsPublicValues()
    {
        using var client = new RawGrpc(_asking.GrpcEndPoint);

        var json = await GetAsync(_asking, _id);
        var page = await _asking.GetAsync("/" + _id, headers: ("Accept", "text/html"));
        var record = await client.CallAsync(
            "idresolution.v1.Resolver/Resolve",
            new V1.ResolveRequest { Identifier = _id },
            V1.Record.Parser
        );
        var ran = await RunAsync("handle", "resolve", _id, "--recursive", $"{Partner.HandleEndPoint}");

        Assert.That(
            (json.Status, page.Status, record.Foreign, ran.Code),
            Is.EqualTo((200, 200, true, 0)),
            $"{json} {ran.Error}"
        );
        Assert.That(
            json.Json.GetProperty("values").EnumerateArray().Select(v => v.GetProperty("index").GetInt32()),
            Is.EqualTo([1])
        );
        Assert.That(record.Values.Single().Data.ToStringUtf8(), Is.EqualTo("https://partner.example/1"));
        Assert.That(
            new[] { json.Text, page.Text, ran.Output },
            Has.All.Contains("https://partner.example/1").And.All.Not.Contains("not for you")
        );
    }

    [Test]
    public async Task AbsoluteTtl_OfAForeignValue_IsShownAsATime()
    {
        var handle = $"{PartnerPrefix}/Until";
        await Partner.SendAsync(
            Core.Access.Role.Admin,
            "POST",
            "/api/v1/identifiers",
            $$"""{"identifier":"{{handle}}","values":[{"index":1,"type":"URL","data":"u","expires":"2040-01-01T00:00:00Z"}]}"""
        );

        Assert.That(
            (await GetAsync(_asking, handle)).Json.GetProperty("values")[0].GetProperty("expires").GetString(),
            Is.EqualTo("2040-01-01T00:00:00.000000Z")
        );
        Assert.That(
            (await RunAsync("handle", "resolve", handle, "--recursive", $"{Partner.HandleEndPoint}")).Output,
            Does.Contain("ttl=until 2040-01-01T00:00:00Z")
        );
    }

    [Test]
    public async Task ForeignIdentifier_ThatIsNotThere_Is404()
    {
        var answer = await GetAsync(_asking, $"{PartnerPrefix}/none");
        var ran = await RunAsync(
            "handle",
            "resolve",
            $"{PartnerPrefix}/none",
            "--recursive",
            $"{Partner.HandleEndPoint}",
            "--allow",
            "127.0.0.1"
        );

        Assert.That(
            (answer.Status, answer.Code, ran.Code),
            Is.EqualTo((404, nameof(ErrorCode.NotFound), 1)),
            $"{answer} {ran.Error}"
        );
        Assert.That(ran.Error, Does.Contain("100 no such handle"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task RecursiveNode_ThatIsAwayOrSilent_IsSaidInBoundedTime(bool isSilent)
    {
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        var endPoint = (IPEndPoint)tcp.LocalEndpoint;
        // A silent one takes connections and packets, and never says a word.
        using var udp = isSilent ? new UdpClient(endPoint) : null;
        if (!isSilent)
        {
            tcp.Stop();
        }
        var impatient = await StartAsync(
            TestNode.Prefix,
            options =>
            {
                AskRecursive(options, endPoint);
                options.Foreign.TimeoutSeconds = 1;
            }
        );
        using var client = new RawGrpc(impatient.GrpcEndPoint);
        var began = Stopwatch.GetTimestamp();

        var answer = await GetAsync(impatient, _id);
        var page = await impatient.GetAsync("/" + _id, headers: ("Accept", "text/html"));
        using var call = await client.SendAsync(
            "idresolution.v1.Resolver/Resolve",
            new V1.ResolveRequest { Identifier = _id }
        );

        Assert.That(
            (answer.Status, answer.Code, page.Status, RawGrpc.StatusOf(call)),
            Is.EqualTo((503, nameof(ErrorCode.Unavailable), 503, "14"))
        );
        Assert.That(answer.Text, Does.Contain(isSilent ? "did not answer within 1 s" : "cannot be reached"));
        // At most three walks of a second; the rest is for a machine that is busy with other things.
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(15)));
    }

    [Test]
    public async Task HandleResolve_AtARecursiveNodeThatIsAway_SaysSo()
    {
        var ran = await RunAsync("handle", "resolve", _id, "--recursive", "127.0.0.1:1");

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Error, Does.Contain("601 no server reached"));
    }

    private static void AskRecursive(NodeOptions options, IPEndPoint node)
    {
        options.Foreign.Recursive = node.ToString();
        options.Foreign.Allowed = ["127.0.0.1"];
    }
}
