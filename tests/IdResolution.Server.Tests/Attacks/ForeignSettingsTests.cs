using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.CommandLine;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Verbs that are run in a directory where somebody else has put a file of settings.</summary>
[TestFixture]
public sealed class ForeignSettingsTests : CommandLineFixture
{
    private static readonly string[] s_traps =
    [
        """{"Store":{"SqlServer":"Server=tcp:192.0.2.1;Database=x;User ID=x;Password=x"}}""",
        """{"Secrets":{"KeyFile":"theirs.key"}}""",
        """{"Redis":{"Configuration":"192.0.2.1:6379"}}""",
        """{"Telemetry":{"OtlpEndpoint":"http://192.0.2.1:4317"}}""",
        """{"Cache":{"Bytes":-1}}""",
        "{",
    ];

    private string Trap => Path.Combine(Root, "appsettings.json");

    [TestCaseSource(nameof(s_traps))]
    public async Task Verb_WithAFileInTheCurrentDirectory_DoesNotReadItAndSaysSo(string trap)
    {
        await InitAsync();
        await File.WriteAllTextAsync(Trap, trap);
        foreach (
            var verb in new string[][]
            {
                ["key", "list", "--data", Data],
                ["template", "export", "--data", Data],
                ["doctor", "--data", Data],
                ["serve", "--check", "--data", Data],
            }
        )
        {
            var ran = await RunAsync(verb);
            Assert.That(ran.Code, Is.Zero, $"{verb[0]}: {ran.Error}");
            Assert.That(ran.Error.Split($"Not read: {Trap}."), Has.Length.EqualTo(2), "once");
            Assert.That(ran.Error, Does.Contain("--config FILE"));
        }
    }

    [Test]
    public async Task Verb_InChinese_SaysItInChinese()
    {
        await InitAsync();
        await File.WriteAllTextAsync(Trap, "{}");
        Assert.That((await RunAsync("key", "list", "--data", Data, "--lang", "zh")).Error, Does.Contain("未读取："));
    }

    [Test]
    public void Data_ThatNothingNames_IsNotLookedIn()
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, "appsettings.json"), """{"Cache":{"Bytes":-1}}""");
        Assert.That(Read([]).Options.Cache.Bytes, Is.GreaterThan(0));
        var environment = new CommandEnvironment(Root, Variables);
        Assert.That(SettingsFiles.Unread(environment, null), Is.EqualTo(Path.Combine(Data, "appsettings.json")));
        Assert.That(SettingsFiles.Unread(environment, "data"), Is.Null);
    }

    [TestCase("option")]
    [TestCase("variable")]
    [TestCase("config")]
    public void Data_HoweverItIsNamed_HasSettings(string by)
    {
        var data = Directory.CreateDirectory(Path.Combine(Root, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(data, "appsettings.json"), """{"Http":"127.0.0.1:7"}""");
        string? config = null;
        switch (by)
        {
            case "variable":
                Variables["IDR__Data"] = data;
                break;
            case "config":
                config = Path.Combine(Root, "node.json");
                File.WriteAllText(config, """{"Data":"elsewhere"}""");
                break;
        }
        Assert.That(Read(by == "option" ? [new("Data", data)] : [], config).Options.Http, Is.EqualTo("127.0.0.1:7"));
    }

    [Test]
    public void Config_WinsOverTheDataDirectory_AndItsRelativePathsAreItsOwn()
    {
        var data = Directory.CreateDirectory(Path.Combine(Root, "elsewhere")).FullName;
        File.WriteAllText(
            Path.Combine(data, "appsettings.json"),
            """{"Http":"127.0.0.1:7","Grpc":"127.0.0.1:7","Secrets":{"KeyFile":"a.key"},"Backup":{"Directory":"b"}}"""
        );
        var config = Path.Combine(Root, "conf", "node.json");
        Directory.CreateDirectory(Path.Combine(Root, "conf"));
        File.WriteAllText(config, """{"Http":"127.0.0.1:8","Secrets":{"KeyFile":"c.key"}}""");

        var options = Read([new("Data", data)], config).Options;

        Assert.That((options.Http, options.Grpc), Is.EqualTo(("127.0.0.1:8", "127.0.0.1:7")));
        Assert.That(options.Secrets.KeyFile, Is.EqualTo(Path.Combine(Root, "conf", "c.key")));
        Assert.That(options.Backup.Directory, Is.EqualTo(Path.Combine(data, "b")));
    }

    [Test]
    public async Task Config_OfAVerb_IsReadAndAMissingOneNamed()
    {
        await InitAsync();
        await File.WriteAllTextAsync(Trap, """{"Cache":{"Bytes":-1}}""");
        var named = await RunAsync("key", "list", "--data", Data, "--config", Trap);
        Assert.That((named.Code, named.Error), Is.EqualTo((2, named.Error)));
        Assert.That(named.Error, Does.Contain("Cache:Bytes").And.Not.Contain("Not read"));

        var missing = await RunAsync("key", "list", "--data", Data, "--config", "nowhere.json");
        Assert.That(missing.Code, Is.EqualTo(2));
        Assert.That(missing.Error, Does.Contain($"--config: there is no file {Path.Combine(Root, "nowhere.json")}"));
    }

    private (NodeOptions Options, Microsoft.Extensions.Configuration.IConfiguration) Read(
        IEnumerable<KeyValuePair<string, string?>> given,
        string? config = null
    ) => Settings.Read(new CommandEnvironment(Root, Variables) { Config = config }, given);
}
