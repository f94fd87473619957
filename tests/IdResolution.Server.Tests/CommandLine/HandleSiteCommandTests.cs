using System.Text.Json;
using IdResolution.HandleProtocol.Json;
using IdResolution.HandleProtocol.Keys;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class HandleSiteCommandTests : CommandLineFixture
{
    private string Folder => Path.Combine(Root, "site");

    [SetUp]
    public Task MakeNode() => InitAsync();

    [Test]
    public async Task Site_FirstTime_MakesTheKeyThatTheNodeThenHas()
    {
        Variables["IDR__Site__Address"] = "9.9.9.9";

        var ran = await SiteAsync("--handle", "0.0.0.0:2642");

        Assert.That(ran.Code, Is.Zero, ran.Error);
        Assert.That(ran.Error, Is.Empty);
        Assert.That(
            ran.Output,
            Does.Contain("prefix: 88.300.1\n")
                .And.Contain("address: 9.9.9.9\n")
                .And.Contain("ports: TCP 2642, UDP 2642, HTTP 8080\n")
                .And.Contain("serial number: 1\n")
        );
        Assert.That(ran.Output, Does.Contain("二级节点").And.Contain("端口：TCP 2642"));
        using var json = JsonDocument.Parse(await ReadAsync("siteinfo.json"));
        Assert.That(
            SiteRecordJson.TryRead(json.RootElement, "", out var site, out var problem),
            Is.True,
            problem?.Message
        );
        var data = Convert.FromBase64String((await ReadAsync("pubkey.base64")).Trim());
        Assert.That(
            PublicKey.TryRead(data, out var key)
                && PublicKey.TryRead(System.Text.Encoding.ASCII.GetBytes(await ReadAsync("pubkey.pem")), out var pem)
                && pem.Equals(key),
            Is.True
        );
        Assert.That(site!.Servers.Single().PublicKey, Is.EqualTo(data));
        using var node = await OpenAsync();
        var served = new IdResolution.Server.Handle.Operations.HandleSite(
            node.Get<IdResolution.Server.Options.NodeOptions>(),
            node.Get<IdResolution.Core.Documents.StoredSecrets>()
        );
        await served.LoadAsync(default);
        Assert.That(served.KeyPair.PublicKey, Is.EqualTo(key));
    }

    [Test]
    public async Task Site_Again_HasTheSameKeyAndNeverShowsThePrivateOne()
    {
        var first = await SiteAsync();
        var key = await ReadAsync("pubkey.pem");
        var second = await SiteAsync();

        Assert.That(await ReadAsync("pubkey.pem"), Is.EqualTo(key));
        var all =
            first.Output
            + first.Error
            + second.Output
            + second.Error
            + string.Concat(Directory.GetFiles(Folder).Select(File.ReadAllText));
        Assert.That(all, Does.Not.Contain("PRIVATE"));
        Assert.That(
            Directory.GetFiles(Folder).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "siteinfo.json", "pubkey.pem", "pubkey.base64" })
        );
    }

    [TestCase("127.0.0.1:2641")]
    [TestCase("10.1.2.3:2641")]
    public async Task Site_AddressOfTheCompanysOwnNetwork_IsWarnedOf(string handle)
    {
        var ran = await SiteAsync("--handle", handle);

        Assert.That(ran.Code, Is.Zero);
        Assert.That(ran.Error, Does.Contain(handle.Split(':')[0]).And.Contain("Set Site:Address (IDR__Site__Address)"));
    }

    [TestCase("--handle")]
    [TestCase("--http")]
    public async Task Site_PortThatChanges_IsRefused(string option)
    {
        var ran = await SiteAsync(option, "127.0.0.1:0");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain($"{option} ADDR:PORT"));
        Assert.That(Directory.Exists(Folder), Is.False);
    }

    private Task<Ran> SiteAsync(params string[] more) =>
        RunAsync(["handle", "site", "--data", Data, "--out", Folder, .. more]);

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(Folder, file));
}
