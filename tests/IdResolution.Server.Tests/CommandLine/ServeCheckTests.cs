using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdResolution.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class ServeCheckTests : CommandLineFixture
{
    [Test]
    public async Task Check_GoodNode_ReadsAllOfItAndChangesNothing()
    {
        await InitAsync();
        WriteCertificate();
        var before = State();

        var ran = await CheckAsync();

        Assert.That(ran.Code, Is.Zero, ran.Error);
        Assert.That(
            ran.Output,
            Does.Contain("store: ").And.Contain("key file: ").And.Contain("templates: 49").And.Contain("would do")
        );
        Assert.That(State(), Is.EqualTo(before));
    }

    [Test]
    public async Task Check_WhileTheNodeIsOpen_ReadsWhatWasWritten()
    {
        await InitAsync();
        using var node = await OpenAsync();
        await MakeTemplateAsync("part", """[{"code":"name","type":"text"}]""");

        Assert.That((await CheckAsync()).Output, Does.Contain("templates: 50"));
    }

    [Test]
    public async Task Check_NothingThereYet_TellsWhatTheStartWouldMake()
    {
        var ran = await CheckAsync("--prefix", Prefix);

        Assert.That(ran.Code, Is.Zero, ran.Error);
        Assert.That(ran.Output, Does.Contain("the first start makes it"));
        Assert.That(Directory.Exists(Data), Is.False);
    }

    [Test]
    public async Task Check_NothingThereAndNoPrefix_SaysWhatIsMissing()
    {
        var ran = await CheckAsync();

        Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain("--prefix"));
    }

    [Test]
    public async Task Check_PortThatIsTaken_IsNotTried()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        var ran = await CheckAsync("--prefix", Prefix, "--http", other.LocalEndpoint.ToString()!);

        Assert.That(ran.Code, Is.Zero, ran.Error);
    }

    [Test]
    public async Task Check_ManyFaults_NamesThemAll()
    {
        await InitAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "appsettings.json"), """{"Htp":"x"}""");
        Variables["IDR__Cache__Bytes"] = "-1";
        Variables["IDR__Kestrel__Endpoints__A__Url"] = "https://127.0.0.1:0";
        Variables["IDR__Kestrel__Endpoints__B__Url"] = "https://127.0.0.1:0";
        Variables["IDR__Kestrel__Endpoints__B__Certificate__Path"] = "/nowhere/tls.crt";
        Variables["IDR__Secrets__KeyFile"] = Path.Combine(Root, "no.key");

        var ran = await CheckAsync();

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(
            ran.Error,
            Does.Contain("Htp in appsettings.json")
                .And.Contain("nearest is Http")
                .And.Contain("Cache:Bytes")
                .And.Contain("Kestrel:Endpoints:A: ")
                .And.Contain("Kestrel:Endpoints:B:Certificate: /nowhere/tls.crt")
                .And.Contain("Secrets:KeyFile: ")
        );
        Assert.That(ran.Output, Does.Contain("faults: 5"));
    }

    [TestCase("UPDATE schema_migrations SET checksum = 'x' WHERE version = 1", "Schema version 1")]
    [TestCase("INSERT INTO schema_migrations VALUES (99, 'later', 'x', 1)", "newer")]
    [TestCase("UPDATE documents SET json = '{' WHERE kind = 2", "templates")]
    [TestCase("UPDATE settings SET value = 'other' WHERE name LIKE '%key%'", "Secrets:KeyFile")]
    public async Task Check_StoreThatCannotBeServed_SaysWhy(string damage, string expected)
    {
        await InitAsync();
        var file = Path.Combine(Data, SqliteDatabase.FileName);
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = damage;
            Assert.That(await command.ExecuteNonQueryAsync(), Is.Positive);
        }

        var ran = await CheckAsync();

        Assert.That((ran.Code, ran.Error), Is.EqualTo((2, ran.Error)));
        Assert.That(ran.Error, Does.Contain(expected).And.Not.Contain("   at "));
    }

    [Test]
    public async Task Check_Upstream_IsNamedAndItsSecretRead()
    {
        await InitAsync();
        string[] options = ["--upstream-url", "http://snms.example.com:8000", "--upstream-user", "factory"];

        var good = await CheckAsync([.. options, "--upstream-secret-file", Write("secret", "hush-hush\n")]);
        var empty = await CheckAsync([.. options, "--upstream-secret-file", Write("empty", "\n")]);
        var none = await CheckAsync([.. options, "--upstream-secret-file", Path.Combine(Root, "none")]);

        Assert.That(good.Code, Is.Zero, good.Error);
        Assert.That(good.Output, Does.Contain("upstream: http://snms.example.com:8000, user factory"));
        Assert.That(good.Error, Does.Contain("in the clear to snms.example.com:8000 (Upstream:Url)"));
        Assert.That(good.Output + good.Error, Does.Not.Contain("hush"));
        Assert.That((empty.Code, empty.Error), Is.EqualTo((2, empty.Error)));
        Assert.That(empty.Error, Does.Match("Upstream:SecretFile: .*empty is empty"));
        Assert.That((none.Code, none.Error), Is.EqualTo((2, none.Error)));
        Assert.That(none.Error, Does.Contain("--upstream-secret-file"));
    }

    [Test]
    public async Task Check_UpstreamOfWhatTheNodeDoesNotHave_WarnsOfIt()
    {
        await InitAsync();
        string[] options =
        [
            "--upstream-url",
            "http://127.0.0.1:8000",
            "--upstream-user",
            "factory",
            "--upstream-secret-file",
            Write("secret", "hush-hush"),
        ];
        Variables["IDR__Upstream__Templates__mea"] = "nothing";
        var good = await CheckAsync(options);
        Variables["IDR__Upstream__Templates__mea_"] = "nothing";
        Variables["IDR__Upstream__Prefix"] = "88.300.9";

        var odd = await CheckAsync(options);

        Assert.That(good.Code, Is.Zero, good.Error);
        Assert.That(good.Error, Does.Not.Contain("Upstream"));
        Assert.That(odd.Code, Is.Zero, odd.Error);
        Assert.That(
            odd.Error,
            Does.Contain("Upstream:Prefix: this node homes no prefix that is 88.300.9 or below it: nothing goes up.")
                .And.Contain("Upstream:Templates: there is no template mea_.")
        );
    }

    [Test]
    public async Task Check_ValuesOfAnotherForm_AreAllNamedWithWhatTheyMayBe()
    {
        await InitAsync();
        Variables["IDR__Upstream__Share"] = "publik";
        Variables["IDR__Upstream__Templates__mea"] = "none";
        Variables["IDR__Limits__BodyBytes"] = "1 MB";
        Variables["IDR__Upstream__Statistics"] = "yes";

        var ran = await CheckAsync();
        Variables["LC_ALL"] = "zh_CN.UTF-8";
        var chinese = await CheckAsync();

        Assert.That((ran.Code, chinese.Code), Is.EqualTo((2, 2)));
        Assert.That(
            ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Is.EquivalentTo(
                new[]
                {
                    "Upstream:Share: 'publik' must be one of identifier, nothing, public, all.",
                    "Upstream:Templates:mea: 'none' must be one of identifier, nothing, public, all.",
                    "Limits:BodyBytes: '1 MB' must be a whole number.",
                    "Upstream:Statistics: 'yes' must be true or false.",
                }
            )
        );
        Assert.That(chinese.Error, Does.Contain("Limits:BodyBytes：'1 MB' 应为整数。").And.Not.Contain("Failed"));
    }

    [Test]
    public async Task Check_NotADatabase_SaysSo()
    {
        await InitAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, SqliteDatabase.FileName), new string('x', 5000));

        var ran = await CheckAsync();

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(ran.Error, Does.Contain("idnode.db").And.Not.Contain("   at "));
    }

    private Task<Ran> CheckAsync(params string[] options) => RunAsync(["serve", "--check", "--data", Data, .. options]);

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        const string Section = "IDR__Kestrel__Endpoints__Https__";
        Variables[Section + "Url"] = "https://127.0.0.1:0";
        Variables[Section + "Certificate__Path"] = Write("tls.crt", certificate.ExportCertificatePem());
        Variables[Section + "Certificate__KeyPath"] = Write("tls.key", key.ExportPkcs8PrivateKeyPem());
    }

    private List<(string, DateTime, long)> State() =>
        [
            .. new DirectoryInfo(Data)
                .EnumerateFiles()
                .OrderBy(f => f.Name, StringComparer.Ordinal)
                .Select(f => (f.Name, f.LastWriteTimeUtc, f.Length)),
        ];
}
