using IdResolution.Core.Identifiers;
using IdResolution.Core.Resolution;
using IdResolution.Server.Tests.CommandLine;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>A supplier sends a file of parts that makes the supplier an administrator, or shows what is private.</summary>
[TestFixture]
public sealed class SupplierFileTests : CommandLineFixture
{
    private const string Secret =
        """{"identifier":"88.300.1/SUPPLIER","values":[{"index":300,"type":"HS_SECKEY","data":"theirs and theirs"}]}""";

    private const string Admin =
        """{"identifier":"0.NA/88.300.1","values":[{"index":100,"type":"HS_VLIST","data":"theirs and theirs"}]}""";

    private const string Part = """{"identifier":"88.300.1/PART","template":"part","attributes":{"name":"bolt"}}""";

    [SetUp]
    public async Task MakeNode()
    {
        await InitAsync();
        await MakeTemplateAsync("part", """[{"code":"name","type":"text"},{"code":"price","type":"text"}]""");
    }

    [Test]
    public async Task Lines_ThatGrantRights_AreBadUnlessTheOperatorLendsTheirOwn()
    {
        var file = Write("parts.jsonl", string.Join('\n', Part, Secret, Admin));

        var dry = await RunAsync("import", file, "--data", Data, "--dry-run");
        var real = await RunAsync("import", file, "--data", Data);

        foreach (var ran in new[] { dry, real })
        {
            Assert.That(ran.Code, Is.EqualTo(1), ran.Error);
            Assert.That(ran.Output, Does.Contain("registered 1, updated 0, same 0, bad 2"));
            Assert.That(ran.Error, Does.Match("line 2: .*HS_SECKEY at index 300.*--with-rights"));
            Assert.That(ran.Error, Does.Match("line 3: .*--with-rights"));
        }
        Assert.That(await IsThereAsync("88.300.1/SUPPLIER"), Is.False);
        Assert.That(await IsThereAsync("0.NA/88.300.1"), Is.False);

        var lentDry = await RunAsync("import", file, "--data", Data, "--with-rights", "--dry-run");
        var lent = await RunAsync("import", file, "--data", Data, "--with-rights");

        foreach (var ran in new[] { lentDry, lent })
        {
            Assert.That(ran.Code, Is.Zero, ran.Error);
            Assert.That(ran.Output, Does.Contain("registered 2, updated 0, same 1, bad 0"));
            Assert.That(ran.Error, Does.Contain("line 2 says who may do what: HS_SECKEY at index 300"));
            Assert.That(
                ran.Error,
                Does.Contain(
                    "line 3 says who may do what: 0.NA/88.300.1 is the record of a prefix, HS_VLIST at index 100"
                )
            );
            Assert.That(ran.Error, Does.Not.Contain("line 1"));
        }
        Assert.That(await IsThereAsync("0.NA/88.300.1"), Is.True);
        var audit = await DoAsync("audit", "list", "--data", Data, "--caller", "command-line");
        Assert.That(audit, Does.Match("import +.*parts.jsonl").And.Contain("import --with-rights"));
    }

    [TestCase("""[{"index":300,"type":"HS_PUBKEY","data":"another"},{"index":7,"type":"NOTE","data":"a"}]""")]
    [TestCase("""[{"index":7,"type":"NOTE","data":"b"}]""")]
    public async Task Update_OfARecordThatGrantsRights_IsBadToo(string values)
    {
        await DoAsync("import", "--with-rights", Write("own.jsonl", Line("mine and mine")), "--data", Data);
        var file = Write("parts.jsonl", $$"""{"identifier":"88.300.1/KEY","values":{{values}}}""");

        var dry = await RunAsync("import", file, "--data", Data, "--update", "--dry-run");
        var real = await RunAsync("import", file, "--data", Data, "--update");
        var lent = await RunAsync("import", file, "--data", Data, "--update", "--with-rights");

        Assert.That(dry.Output, Does.Contain("updated 0, same 0, bad 1"), dry.Error);
        Assert.That(real.Output, Does.Contain("updated 0, same 0, bad 1"), real.Error);
        Assert.That(dry.Error, Does.Contain("HS_PUBKEY").And.Contain("--with-rights"));
        Assert.That(lent.Output, Does.Contain("updated 1, same 0, bad 0"), lent.Error);

        static string Line(string key) =>
            $$"""{"identifier":"88.300.1/KEY","values":[{"index":300,"type":"HS_PUBKEY","data":"{{key}}"},{"index":7,"type":"NOTE","data":"a"}]}""";
    }

    [Test]
    public async Task Rows_OfPrefixRecords_AreBad()
    {
        var file = Write("parts.csv", "identifier,name\n88.300.1/A,bolt\n0.NA/88.300.1,nut\n");

        var dry = await RunAsync("import", file, "--data", Data, "--template", "part", "--dry-run");
        var real = await RunAsync("import", file, "--data", Data, "--template", "part");
        var reasons = await File.ReadAllTextAsync(file + ".bad.csv");
        var lent = await RunAsync("import", file, "--data", Data, "--template", "part", "--with-rights");

        Assert.That(dry.Output, Does.Contain("new 1, same 0, differing 0, bad 1"), dry.Error);
        Assert.That(real.Output, Does.StartWith("registered 1, same 0, bad 1"), real.Error);
        Assert.That(dry.Error, Does.Contain("--with-rights"));
        Assert.That(reasons, Does.Contain("--with-rights"));
        Assert.That(lent.Output, Does.StartWith("registered 1, same 1, bad 0"), lent.Error);
        Assert.That(lent.Error, Does.Contain("row 2 says who may do what: 0.NA/88.300.1"));
    }

    [Test]
    public async Task Pack_ThatShowsMoreThanBefore_IsToldOfBeforeAndAfter()
    {
        var file = Write(
            "pack.json",
            """{"templates":[{"code":"part","codingRule":"part","attributes":[{"code":"name","type":"text","visibility":"partner"},{"code":"price","type":"text","visibility":"public"},{"code":"new","type":"text","visibility":"public"}]}]}"""
        );

        var dry = await RunAsync("template", "import", file, "--data", Data, "--dry-run");
        var real = await RunAsync("template", "import", file, "--data", Data);
        var again = await RunAsync("template", "import", file, "--data", Data);

        Assert.That(dry.Output, Does.StartWith("nothing written: 1 "), dry.Error);
        Assert.That(real.Output, Does.StartWith("1 templates"), "the dry run wrote nothing");
        const string Widened =
            "More people than before see: part.name (private, now partner), part.price (private, now public).";
        Assert.That(dry.Error, Does.Contain(Widened));
        Assert.That(real.Error, Does.Contain(Widened));
        Assert.That(again.Error, Does.Not.Contain("More people"));
    }

    private async Task<bool> IsThereAsync(string identifier)
    {
        using var node = await OpenAsync();
        return (await node.Get<Resolver>().ResolveAsync(LookupKey.Of(identifier), default)).Record is not null;
    }
}
