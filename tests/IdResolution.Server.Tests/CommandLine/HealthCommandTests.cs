using System.Net;
using System.Net.Sockets;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class HealthCommandTests : CommandLineFixture
{
    [Test]
    public async Task Health_NodeServes_IsZeroWithItsAnswer()
    {
        await using var node = await TestNode.StartAsync();

        Assert.That(await DoAsync("health", "--url", $"http://{node.EndPoint}/readyz"), Does.StartWith("ok"));
        Assert.That(
            await DoAsync("health", "--url", $"http://{node.EndPoint}"),
            Does.StartWith("ok"),
            "not the home page"
        );
    }

    [Test]
    public async Task Health_NotReady_IsOneWithTheReason()
    {
        await using var node = await TestNode.StartAsync();

        var ran = await RunAsync("health", "--url", $"http://{node.EndPoint}/api/v1/keys");

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Output, Does.Contain("Unauthenticated"));
    }

    [Test]
    public async Task Health_NobodyListens_IsOne()
    {
        var ran = await RunAsync("health", "--url", $"http://127.0.0.1:{FreePort()}/readyz");

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Error, Does.Contain("does not answer"));
    }

    [Test]
    public async Task Health_NotAUrl_IsTwo() =>
        Assert.That((await RunAsync("health", "--url", "127.0.0.1:8080")).Code, Is.EqualTo(2));

    [TestCase("0.0.0.0:{0}", "http://127.0.0.1:{0}/readyz")]
    [TestCase("[::]:{0}", "http://[::1]:{0}/readyz")]
    [TestCase("127.0.0.1:{0}", "http://127.0.0.1:{0}/readyz")]
    public async Task Health_NoUrl_AsksTheNodeOfThisMachine(string http, string asked)
    {
        var port = FreePort();
        Variables["IDR__Http"] = string.Format(null, http, port);

        Assert.That(
            (await RunAsync("health")).Error,
            Does.StartWith($"{string.Format(null, asked, port)} does not answer")
        );
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
