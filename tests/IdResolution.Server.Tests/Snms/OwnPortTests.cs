using System.Net;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Snms;

/// <summary>The port of its own, which serves the protocol alone.</summary>
[TestFixture]
public sealed class OwnPortTests : SnmsFixture
{
    private protected override void Configure(NodeOptions options) => options.Snms.Http = "127.0.0.1:0";

    private IPEndPoint Own => Server.Services.GetRequiredService<BoundAddresses>().Find(Listener.Snms)!;

    [Test]
    public async Task Calls_AreServedOnBothPorts()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{Own}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token);

        var own = await client.GetStringAsync(
            new Uri("/identityv2/data/detail?handle=88.300.1/none", UriKind.Relative)
        );

        Assert.That(Own.Port, Is.Not.EqualTo(Server.EndPoint.Port));
        Assert.That(own, Is.EqualTo((await DetailAsync("88.300.1/none")).Http.Text));
        Assert.That(own, Does.Contain("没有找到标识"));
    }

    [TestCase("/")]
    [TestCase("/healthz")]
    [TestCase("/api/v1/identifiers/88.300.1/x")]
    [TestCase("/api/handles/88.300.1/x")]
    [TestCase("/openapi/v1.json")]
    [TestCase("/docs/index.html")]
    [TestCase("/88.300.1/x")]
    [TestCase("/identityv2/data/other")]
    public async Task NothingElse_IsServedThere(string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{Own}") };

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
    }

    [Test]
    public async Task Port_IsOffUnlessItIsSet()
    {
        await using var node = await TestNode.StartAsync();

        Assert.That(node.Services.GetRequiredService<BoundAddresses>().Find(Listener.Snms), Is.Null);
    }
}
