using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class EnterpriseCommandTests : CommandLineFixture
{
    private const string Own = Prefix + ".7";

    [SetUp]
    public async Task MakeNodeAsync()
    {
        await InitAsync();
        await DoAsync("key", "create", "--data", Data, "--role", "registrar", "--name", "line", "--prefix", Own);
    }

    [Test]
    public async Task List_OfEnterprises_ShowsKeysAndRoutes()
    {
        await DoAsync("enterprise", "route", Own, "--data", Data, "--address", "203.0.113.10", "--tcp", "2641");

        var table = await DoAsync("enterprise", "list", "--data", Data);
        var json = JsonDocument.Parse(await DoAsync("enterprise", "list", "--data", Data, "--json")).RootElement[0];

        Assert.That(table, Does.Match(@"88\.300\.1\.7 +line +0 +203\.0\.113\.10, tcp 2641"));
        Assert.That(
            (json.GetProperty("prefix").GetString(), json.GetProperty("keys")[0].GetString()),
            Is.EqualTo((Own, "line"))
        );
        Assert.That(json.GetProperty("identifiers").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task Route_WhileANodeIsOpen_IsInForceThere()
    {
        using var serving = await OpenAsync();

        var set = await DoAsync("enterprise", "route", Own, "--data", Data, "--url", "https://id.example.com/");
        await serving.Get<LogFollower>().CatchUpAsync(default);
        var there = serving.Get<PrefixRoutes>().Find(Own)?.RedirectBase;
        var none = await DoAsync("enterprise", "route", Own, "--data", Data, "--none");
        await serving.Get<LogFollower>().CatchUpAsync(default);

        Assert.That(set, Is.EqualTo($"Resolvers of {Own} are sent on to: https://id.example.com\n"));
        Assert.That(there, Is.EqualTo("https://id.example.com"));
        Assert.That(none, Is.EqualTo($"This node answers for {Own}.\n"));
        Assert.That(serving.Get<PrefixRoutes>().Find(Own), Is.Null);
    }

    [TestCase(2, "--none")]
    [TestCase(2, "--none", "--url", "https://id.example.com")]
    [TestCase(2, "--tcp", "1")]
    [TestCase(1, "--url", "https://id.example.com/path")]
    [TestCase(1, "--address", "203.0.113.10")]
    [TestCase(1, "--address", "host", "--tcp", "1")]
    public async Task Route_ThatSaysNothingOrTooMuch_IsRefused(int code, params string[] options)
    {
        var prefix = options.Length == 1 ? [] : new[] { Own };

        var ran = await RunAsync(["enterprise", "route", .. prefix, "--data", Data, .. options]);

        Assert.That((ran.Code, ran.Output), Is.EqualTo((code, "")), ran.Error);
        Assert.That(ran.Error, Is.Not.Empty);
    }
}
