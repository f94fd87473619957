using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class InitCommandTests : CommandLineFixture
{
    [Test]
    public async Task Init_NewDirectory_PrintsAnAdminKeyAloneOnTheLastLine()
    {
        var ran = await RunAsync("init", "--data", Data, "--prefix", Prefix);

        using var node = await OpenAsync();
        Assert.That(ran.Code, Is.Zero, ran.Error);
        Assert.That(ran.Output, Does.Contain("only once"));
        Assert.That(
            node.Get<CatalogHolder>().Current.KeyTable.Authenticate(Encoding.UTF8.GetBytes(ran.LastLine)).Value?.Role,
            Is.EqualTo(Role.Admin)
        );
        Assert.That(node.Get<CatalogHolder>().Current.TemplateCodes, Has.Count.EqualTo(49));
    }

    [Test]
    public async Task Init_Again_ChangesNothing()
    {
        await InitAsync();
        long before;
        using (var node = await OpenAsync())
        {
            before = await node.Get<NodeStore>().Log.HeadAsync(default);
        }

        var again = await InitAsync();

        using var after = await OpenAsync();
        Assert.That(again, Does.Contain("nothing to do").And.Not.Contain("idr_"));
        Assert.That(await after.Get<IdResolution.Storage.Sql.NodeStore>().Log.HeadAsync(default), Is.EqualTo(before));
    }

    [Test]
    public async Task Init_FurtherPrefix_HomesIt()
    {
        await InitAsync();

        var again = await DoAsync("init", "--data", Data, "--prefix", "88.300.2", "--prefix", Prefix);

        using var node = await OpenAsync();
        Assert.That(again, Does.Contain("88.300.2").And.Not.Contain(Prefix));
        Assert.That(node.Get<CatalogHolder>().Current.IsHomed("88.300.2"));
    }

    [Test]
    public async Task Init_WithoutPrefix_SaysWhatIsMissing()
    {
        var ran = await RunAsync("init", "--data", Data);

        Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain("--prefix"));
    }

    [Test]
    public async Task Init_WrongPrefix_NamesSettingAndRule()
    {
        var ran = await RunAsync("init", "--data", Data, "--prefix", "abc");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.StartWith("Prefixes: 'abc'"));
        Assert.That(Directory.Exists(Data), Is.False);
    }

    [TestCase("key", "list")]
    [TestCase("export")]
    public async Task OfflineVerb_NoDirectory_SaysHowToMakeOne(params string[] verb)
    {
        var ran = await RunAsync([.. verb, "--data", Data]);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("idnode init"));
    }

    [Test]
    public async Task OfflineVerb_TruncatedDatabase_SaysWhatToDoWithoutStackTrace()
    {
        await InitAsync();
        using (var file = File.OpenWrite(Path.Combine(Data, "idnode.db")))
        {
            file.SetLength(file.Length / 2);
        }

        var ran = await RunAsync("key", "list", "--data", Data);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("idnode restore").And.Not.Contain("   at "));
    }
}
