using IdResolution.Server.Hosting;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.CommandLine;
using Microsoft.Extensions.Configuration;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>What somebody on the network can listen to is named at the start, with how to mend it.</summary>
[TestFixture]
public sealed class ClearListenerTests : CommandLineFixture
{
    [TestCase("0.0.0.0:8080", "0.0.0.0:8081", "Http 0.0.0.0:8080, Grpc 0.0.0.0:8081")]
    [TestCase("[::]:8080", "127.0.0.1:8081", "Http [::]:8080")]
    [TestCase("127.0.0.1:8080", "10.1.2.3:8081", "Grpc 10.1.2.3:8081")]
    [TestCase("127.0.0.1:8080", "[::1]:8081", null)]
    [TestCase("localhost:8080", "127.0.0.2:8081", null)]
    public void Warning_OfPlainListeners_NamesThoseThatOthersReach(string http, string grpc, string? named)
    {
        var warning = ClearListeners.Warning(new NodeOptions { Http = http, Grpc = grpc }, Settings());

        Assert.That(warning is null, Is.EqualTo(named is null));
        if (named is not null)
        {
            Assert.That(warning!.Value.En, Does.Contain($"reach {named}.").And.Contain("127.0.0.1"));
            Assert.That(warning.Value.Zh, Does.Contain($"：{named}。"));
        }
    }

    [TestCase("0.0.0.0:3000", true)]
    [TestCase("127.0.0.1:3000", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void Warning_OfTheSnmsListener_NamesIt(string? snms, bool named)
    {
        var options = new NodeOptions
        {
            Http = "127.0.0.1:0",
            Grpc = "127.0.0.1:0",
            Snms = new SnmsOptions { Http = snms },
        };

        Assert.That(
            ClearListeners.Warning(options, Settings())?.En.Contains("Snms:Http 0.0.0.0:3000") is true,
            Is.EqualTo(named)
        );
    }

    [TestCase("http://0.0.0.0:9090", true)]
    [TestCase("http://*:9090", true)]
    [TestCase("http://+:9090", true)]
    [TestCase("https://0.0.0.0:9090", false)]
    [TestCase("http://127.0.0.1:9090", false)]
    public void Warning_OfAnEndpointOfKestrel_NamesItWithoutTls(string url, bool named)
    {
        var options = new NodeOptions { Http = "127.0.0.1:0", Grpc = "127.0.0.1:0" };
        var warning = ClearListeners.Warning(options, Settings(("Kestrel:Endpoints:A:Url", url)));

        Assert.That(warning is not null, Is.EqualTo(named));
    }

    [TestCase("10.0.0.1", false)]
    [TestCase("127.0.0.1,10.0.0.0/24", false)]
    // It comes to 127.0.0.1: who else comes to the other addresses is not known.
    [TestCase("127.0.0.1", true)]
    [TestCase("127.0.0.0/8,::1", true)]
    public void Warning_WithNamedProxies_IsNoneIfTheyComeFromOtherMachines(string proxies, bool named)
    {
        var settings = Settings(("ForwardedHeaders:Proxies", proxies), ("Prefixes", Prefix));
        Assert.That(ClearListeners.Warning(NodeOptions.From(settings), settings) is not null, Is.EqualTo(named));
    }

    [TestCase("en", "Keys and records go in the clear")]
    [TestCase("zh", "密钥和记录以明文传输")]
    public async Task Check_WithTheDefaults_SaysIt(string language, string text)
    {
        string[] check = ["serve", "--check", "--data", Data, "--prefix", Prefix, "--lang", language];

        Assert.That((await RunAsync(check)).Error, Does.Contain(text));
        Assert.That(
            (await RunAsync([.. check, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"])).Error,
            Does.Not.Contain(text)
        );
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)))
            .Build();
}
