using IdResolution.Core.Upstream;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;
using Microsoft.Extensions.Configuration;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class SettingsTests
{
    private readonly Dictionary<string, string> _variables = [];
    private string _directory = "";

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Directory.CreateTempSubdirectory("idnode-settings-").FullName;
        _variables.Clear();
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void Read_AllThree_TheNearerWins()
    {
        File.WriteAllText(
            Path.Combine(_directory, "appsettings.json"),
            """{"Http":"127.0.0.1:1","Grpc":"127.0.0.1:1","Handle":"127.0.0.1:1","Prefixes":["88.1","88.2"],"Cache":{"Bytes":7}}"""
        );
        _variables["IDR__Grpc"] = "127.0.0.1:2";
        _variables["IDR__Handle"] = "127.0.0.1:2";
        _variables["IDR__Access__AnonymousReads"] = "false";

        var (options, configuration) = Read([new("Handle", "127.0.0.1:3"), new("Http", null)], ["88.9"]);

        Assert.That(
            (options.Http, options.Grpc, options.Handle),
            Is.EqualTo(("127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"))
        );
        Assert.That(options.Prefixes, Is.EqualTo(new[] { "88.9" }));
        Assert.That((options.Access.AnonymousReads, options.Cache.Bytes), Is.EqualTo((false, 7)));
        Assert.That(configuration["Handle"], Is.EqualTo("127.0.0.1:3"));
    }

    [Test]
    public void Read_Nothing_GivesTheDefaults()
    {
        var (options, _) = Read([new("Http", null)], []);

        Assert.That((options.Http, options.Data, options.Prefixes.Count), Is.EqualTo(("0.0.0.0:8080", "data", 0)));
    }

    [Test]
    public void Read_PrefixesInOneVariable_AreAllTaken()
    {
        _variables["IDR__Prefixes"] = "88.1, 88.2";

        Assert.That(Read([]).Options.Prefixes, Is.EqualTo(new[] { "88.1", "88.2" }));
    }

    [Test]
    public void Read_AdministratorsInOneVariable_AreAllTaken()
    {
        _variables["IDR__HandleAdmins"] = "300:88.1/A, 301:88.1/B";

        Assert.That(Read([]).Options.HandleAdmins, Is.EqualTo(new[] { "300:88.1/A", "301:88.1/B" }));
    }

    [Test]
    public void Read_OriginsInOneVariable_AreAllTaken()
    {
        _variables["IDR__Cors__Origins"] = "https://a.example.com, http://10.1.0.5:8000";

        Assert.That(
            Read([]).Options.Cors.Origins,
            Is.EqualTo(new[] { "https://a.example.com", "http://10.1.0.5:8000" })
        );
    }

    [Test]
    public void Read_AdministratorWhoseHandleHasCommaOrSpace_IsTakenAsItIs()
    {
        string[] admins = ["300:88.1/A, B", "301:88.1/C,302:88.1/D"];
        _variables["IDR__HandleAdmins__0"] = admins[0];
        _variables["IDR__HandleAdmins__1"] = admins[1];

        Assert.That(Read([]).Options.HandleAdmins, Is.EqualTo(admins));
        Assert.That(
            Read([], handleAdmins: ["303:88.1/E F"]).Options.HandleAdmins,
            Is.EqualTo(new[] { "303:88.1/E F" }),
            "the command line wins whole"
        );
    }

    [TestCase("300:88.1/A B")]
    [TestCase("300:88.1/A,B")]
    public void Read_AdministratorThatIsTornApart_SaysHowToNameIt(string text)
    {
        _variables["IDR__HandleAdmins"] = text;

        Assert.That(
            () => Read([]),
            Throws
                .InstanceOf<OperatorException>()
                .With.Message.Contains("HandleAdmins (--handle-admin): 'B'")
                .And.Message.Contains("IDR__HandleAdmins__0")
        );
    }

    [Test]
    public void Read_SeveralWrong_NamesThemAll()
    {
        _variables["IDR__Cache__Bytes"] = "-1";

        Assert.That(
            () => Read([new("Http", "here")]),
            Throws
                .InstanceOf<OperatorException>()
                .With.Message.Contains("Http: 'here'")
                .And.Message.Contains("Cache:Bytes")
        );
    }

    [TestCase("IDR__Cache__Bytes", "many", "Cache:Bytes")]
    [TestCase("IDR__Access__AnonymousReads", "perhaps", "AnonymousReads")]
    public void Read_OfTheWrongType_NamesTheSetting(string variable, string value, string expected)
    {
        _variables[variable] = value;

        Assert.That(() => Read([]), Throws.InstanceOf<OperatorException>().With.Message.Contains(expected));
    }

    [Test]
    public void Read_BrokenFile_NamesIt()
    {
        File.WriteAllText(Path.Combine(_directory, "appsettings.json"), "{");

        Assert.That(() => Read([]), Throws.InstanceOf<OperatorException>().With.Message.Contains("appsettings.json"));
    }

    [TestCase("""{"Htp":"x"}""", "Htp in appsettings.json", "Http")]
    [TestCase("""{"Site":{"Adress":"x","Serial":2}}""", "Site:Adress", "Site:Address")]
    [TestCase("""{"Foreign":{"Root":["10.0.0.1:2641"]}}""", "Foreign:Root:0", "Foreign:Roots")]
    [TestCase("""{"Redis":"redis:6379"}""", "Redis in", "Redis:Configuration")]
    [TestCase("""{"Limits":{"BodyByte":1}}""", "Limits:BodyByte", "Limits:BodyBytes")]
    public void Read_UnknownNameInAFile_IsRefusedWithTheNearest(string json, string name, string nearest)
    {
        File.WriteAllText(Path.Combine(_directory, "appsettings.json"), json);

        Assert.That(
            () => Read([]),
            Throws.InstanceOf<OperatorException>().With.Message.Contains(name).And.Message.Contains($"is {nearest}.")
        );
    }

    [Test]
    public void Read_UnknownNameInAFileThatChangesWhileTheNodeRuns_IsFoundInTheHostsConfiguration()
    {
        File.WriteAllText(Path.Combine(_directory, "appsettings.json"), """{"Limits":{"BodyBytes":2000}}""");
        var (_, configuration) = Read([]);
        using var host = new ConfigurationManager();
        host.AddConfiguration(configuration);
        File.WriteAllText(Path.Combine(_directory, "appsettings.json"), """{"Limits":{"BodyByte":2000}}""");

        ((IConfigurationRoot)configuration).Reload();

        Assert.That(() => NodeOptions.From(host), Throws.InstanceOf<OperatorException>());
    }

    [Test]
    public void Read_NamesOfTheFrameworkAndOfAllSettings_AreTaken()
    {
        File.WriteAllText(
            Path.Combine(_directory, "appsettings.json"),
            """
            {"$schema":"x","AllowedHosts":"*","Logging":{"LogLevel":{"Default":"Warning"}},
             "Kestrel":{"Limits":{"MaxConcurrentConnections":9}},"Site":{},"redis":{"namespace":"n"},
             "Prefixes":["88.1"],"Foreign":{"Allowed":["10.0.0.0/8"]}}
            """
        );
        _variables["IDR__Logging__LogLevel__Default"] = "Warning";
        _variables["IDR__HandleAdmins__0"] = "300:88.1/A";

        Assert.That(Read([]).Options.UnknownVariables, Is.Empty);
        var all = RestDocumentTests
            .Settings(typeof(NodeOptions), "")
            .Select(v => KeyValuePair.Create(v[5..].Replace("__", ":", StringComparison.Ordinal), (string?)"x"));
        Assert.That(SettingNames.FaultsIn(all), Is.Empty);
    }

    [Test]
    public void Read_NamesOfTemplatesInTheUpstream_AreTheOperators()
    {
        File.WriteAllText(
            Path.Combine(_directory, "appsettings.json"),
            """{"Upstream":{"Share":"public","Templates":{"membrane-roll":"nothing"}}}"""
        );
        _variables["IDR__Upstream__Templates__bolt"] = "all";

        var options = Read([]).Options;

        Assert.That(options.UnknownVariables, Is.Empty);
        Assert.That(
            options.Upstream.Templates,
            Is.EquivalentTo(
                new Dictionary<string, UpstreamShare>
                {
                    ["membrane-roll"] = UpstreamShare.Nothing,
                    ["bolt"] = UpstreamShare.All,
                }
            )
        );
        Assert.That(options.Upstream.Share, Is.EqualTo(UpstreamShare.Public));
    }

    [TestCase("IDR__Upstream__Templates__bolt__more", "IDR__Upstream__Templates")]
    [TestCase("IDR__Site__Adress", "IDR__Site__Address")]
    [TestCase("IDR__Prefix", "IDR__Prefixes")]
    [TestCase("IDR__Later__Setting", "IDR__")]
    public void Read_UnknownNameInTheEnvironment_IsIgnoredAndTold(string variable, string nearest)
    {
        _variables[variable] = "x";

        Assert.That(
            Read([]).Options.UnknownVariables.Single().En,
            Does.StartWith(variable + ": ").And.Contain(nearest)
        );
    }

    private (NodeOptions Options, IConfiguration Configuration) Read(
        IEnumerable<KeyValuePair<string, string?>> given,
        string[]? prefixes = null,
        string[]? handleAdmins = null
    )
    {
        var file = Path.Combine(_directory, "appsettings.json");
        var environment = new CommandEnvironment(_directory, _variables) { Config = File.Exists(file) ? file : null };
        return Settings.Read(environment, given, prefixes, handleAdmins: handleAdmins);
    }
}
