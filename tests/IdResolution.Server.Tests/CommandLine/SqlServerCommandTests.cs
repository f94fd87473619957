using IdResolution.Tds;
using Microsoft.Data.SqlClient;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary>The verbs on a node whose database is a SQL server's.</summary>
[TestFixture]
public sealed class SqlServerCommandTests : CommandLineFixture
{
    private const string Variable = "IDR__Store__SqlServer";
    private const string Patience = "IDR__Store__TimeoutSeconds";

    private TdsServer _server = null!;

    [SetUp]
    public void StartServer()
    {
        _server = new TdsServer().Start();
        using var connection = new SqlConnection(_server.ConnectionString());
        connection.Open();
        using var command = new SqlCommand("CREATE DATABASE registry", connection);
        command.ExecuteNonQuery();
        Variables[Variable] = _server.ConnectionString("registry");
        // The double shares a busy machine with the tests.
        Variables[Patience] = "30";
    }

    [TearDown]
    public async Task StopServerAsync()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            await TestContext.Out.WriteLineAsync(_server.Describe());
        }
        SqlConnection.ClearAllPools();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Verbs_OnASqlServer_WorkAsOnTheEmbeddedStore()
    {
        Assert.That(await InitAsync(), Does.Contain("ready for 88.300.1"));
        Assert.That(await InitAsync(), Does.Contain("nothing to do"));
        await MakeTemplateAsync("part", """[{"code":"name","type":"text","searchable":true}]""");

        await DoAsync("register", "--data", Data, "--template", "part", "--attribute", "name=垫片");
        Assert.That(await DoAsync("resolve", $"{Prefix}/PART-000001", "--data", Data), Does.Contain("垫片"));
        Assert.That(await DoAsync("key", "create", "--data", Data, "--role", "reader"), Does.StartWith("idr_"));
        var file = Path.Combine(Root, "out.jsonl");
        await DoAsync("export", "--output", file, "--data", Data, "--template", "part");
        Assert.That(await File.ReadAllTextAsync(file), Does.Contain("PART-000001"));
        Assert.That(
            Directory.GetFiles(Data).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "idnode.lock", "log.head", "secrets.key" }),
            "nothing else is kept beside the server"
        );
    }

    [Test]
    public async Task Doctor_OnASqlServer_ExaminesIt()
    {
        await InitAsync();

        var found = await DoAsync("doctor", "--data", Data);

        Assert.That(found, Does.Contain("DBCC CHECKDB").And.Contain("log readers").And.Not.Contain("FAILED"));
    }

    [TestCase("backup", "BACKUP DATABASE")]
    [TestCase("restore", "RESTORE DATABASE")]
    public async Task Verbs_OfTheEmbeddedFile_SayWhatToDoInstead(string verb, string instead)
    {
        var ran = await RunAsync(verb, Path.Combine(Root, "FILE"), "--data", Data);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("Store:SqlServer").And.Contain(instead));
    }

    [Test]
    public async Task Resolve_BeforeInit_SaysWhatIsMissing()
    {
        Directory.CreateDirectory(Data);

        var ran = await RunAsync("resolve", $"{Prefix}/A", "--data", Data);

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("idnode init"));
    }

    [Test]
    public async Task Migrate_MakesTheSchemaAndThenHasNothingToDo()
    {
        Assert.That(await DoAsync("migrate", "--script"), Does.Contain("CREATE TABLE records"));
        Assert.That(await DoAsync("migrate"), Does.Contain("has this node's schema"));
        Assert.That(await DoAsync("migrate", "--script"), Does.Contain("nothing to do"));
    }

    [Test]
    public async Task Migrate_Embedded_MigratesTheFile()
    {
        Variables.Remove(Variable);
        Assert.That((await RunAsync("migrate", "--data", Data)).Code, Is.EqualTo(2), "there is none yet");
        await InitAsync();

        Assert.That(await DoAsync("migrate", "--data", Data), Does.Contain("has this node's schema"));
        Assert.That(
            await DoAsync("migrate", "--script"),
            Does.Contain("CREATE TABLE records"),
            "the whole schema of a server"
        );
    }

    [Test]
    public async Task Setting_ThatIsNoConnectionString_IsNamedAndNotRepeated()
    {
        Variables[Variable] = "Server=db;Password=hush;Nonsense=1";

        var ran = await RunAsync("migrate");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("Store:SqlServer").And.Not.Contain("hush"));
    }
}
