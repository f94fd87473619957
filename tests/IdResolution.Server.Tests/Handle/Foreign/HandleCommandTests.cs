using System.Text.Json;
using IdResolution.HandleProtocol.Keys;
using IdResolution.HandleProtocol.Values;

namespace IdResolution.Server.Tests.Handle.Foreign;

/// <summary><c>idnode handle resolve</c> and <c>handle trace</c> against real nodes.</summary>
[TestFixture]
internal sealed class HandleCommandTests : ForeignFixture
{
    private const string Secret = "a long secret";

    private readonly KeyPair _key = KeyPair.Generate();
    private string _folder = "";
    private string _id = "";
    private string _admin = "";

    [OneTimeSetUp]
    public async Task RegisterAsync()
    {
        _folder = Directory.CreateTempSubdirectory("idnode-handle-").FullName;
        _admin = $"{PartnerPrefix}/ADMIN";
        await CreateAsync(
            Partner,
            _admin,
            Value(300, "HS_SECKEY", Secret),
            new HandleValue
            {
                Index = 301,
                Type = "HS_PUBKEY",
                Data = _key.PublicKey.ToData(),
            }
        );
        _id = await CreateAsync(
            Partner,
            $"{PartnerPrefix}/Roll-1",
            Value(1, "URL", "https://partner.example/1", ttl: 600),
            Value(2, "DESC", "膜\u001b[31m\u202e"),
            Value(3, "INTERNAL", "not for all", ValuePermissions.AdminRead | ValuePermissions.AdminWrite),
            new HandleValue
            {
                Index = 4,
                Type = "BLOB",
                Data = [0xFF, 1],
            },
            new HandleValue
            {
                Index = 100,
                Type = "HS_ADMIN",
                Data = new AdminRecord(
                    AdminPermissions.All,
                    new ValueReference($"{PartnerPrefix}/GROUP", 200)
                ).ToData(),
            }
        );
        await CreateAsync(
            Partner,
            $"{PartnerPrefix}/GROUP",
            new HandleValue
            {
                Index = 200,
                Type = "HS_VLIST",
                Data = new ValueListRecord([new(_admin, 300), new(_admin, 301)]).ToData(),
            }
        );
    }

    [OneTimeTearDown]
    public void Clean()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Resolve_AtAServer_PrintsEachValueDecoded()
    {
        var ran = await RunAsync("handle", "resolve", _id, "--server", $"{Partner.HandleEndPoint}");
        var group = await RunAsync(
            "handle",
            "resolve",
            $"{PartnerPrefix}/GROUP",
            "--server",
            $"{Partner.HandleEndPoint}"
        );
        var key = await RunAsync("handle", "resolve", _admin, "--server", $"{Partner.HandleEndPoint}");
        var site = await RunAsync(
            "handle",
            "resolve",
            PartnerPrefix,
            "--server",
            $"{Partner.HandleEndPoint}",
            "--type",
            "hs_site"
        );

        Assert.That(ran.Code, Is.Zero, ran.Error);
        var lines = ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[0], Is.EqualTo(_id));
        Assert.That(
            lines[1],
            Does.Match(
                @"^  index=1 type=URL ttl=600 rwr- \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ""https://partner\.example/1""$"
            )
        );
        Assert.That(lines[2], Does.EndWith("\"膜\\u001b[31m\\u202e\""), "nothing steers the terminal");
        Assert.That(lines[3], Does.EndWith("[2 bytes FF01]"));
        Assert.That(lines[4], Does.EndWith($"[200:{PartnerPrefix}/GROUP may everything]"));
        Assert.That(lines, Has.Length.EqualTo(5));
        Assert.That(group.Output, Does.Contain($"[300:{_admin}, 301:{_admin}]"));
        Assert.That(key.Output, Does.Contain("[RSA 2048 bits]"));
        Assert.That(
            site.Output,
            Does.Match(
                @"\[version 2\.\d+, serial 1, primary; server 1 127\.0\.0\.1 TCP \d+, UDP \d+ \(resolution\), HTTP \d+; desc=IdResolution node\]"
            )
        );
    }

    [TestCase("--tcp")]
    [TestCase("--udp")]
    public async Task Resolve_OverOneTransport_AsksForWhatIsWanted(string transport)
    {
        var ran = await RunAsync(
            "handle",
            "resolve",
            _id,
            "--server",
            $"{Partner.HandleEndPoint}",
            transport,
            "--index",
            "1",
            "--type",
            "blob",
            "--json"
        );

        Assert.That(ran.Code, Is.Zero, ran.Error);
        var json = JsonDocument.Parse(ran.Output).RootElement;
        Assert.That(
            (json.GetProperty("responseCode").GetInt32(), json.GetProperty("handle").GetString()),
            Is.EqualTo((1, _id))
        );
        Assert.That(
            json.GetProperty("values").EnumerateArray().Select(v => v.GetProperty("index").GetInt32()),
            Is.EqualTo([1, 4])
        );
    }

    [Test]
    public async Task Resolve_AsAnAdministrator_ShowsWhatIsNotPublic([Values] bool byKey)
    {
        var file = Path.Combine(_folder, byKey ? "key.pem" : "secret.txt");
        await File.WriteAllTextAsync(file, byKey ? _key.ToPem() : Secret + "\n");

        var ran = await RunAsync(
            "handle",
            "resolve",
            _id,
            "--server",
            $"{Partner.HandleEndPoint}",
            "--auth",
            $"{(byKey ? 301 : 300)}:{_admin}",
            byKey ? "--key-file" : "--secret-file",
            file
        );

        Assert.That(ran.Code, Is.Zero, ran.Error);
        Assert.That(ran.Output, Does.Contain("type=INTERNAL ttl=86400 rw-- ").And.Contain("\"not for all\""));
    }

    [Test]
    public async Task Resolve_WithoutServer_WalksFromTheRoot()
    {
        var found = await RunAsync(
            "handle",
            "resolve",
            _id,
            "--root",
            $"{Root.HandleEndPoint}",
            "--allow",
            "127.0.0.1"
        );
        var none = await RunAsync(
            "handle",
            "resolve",
            $"{PartnerPrefix}/none",
            "--root",
            $"{Root.HandleEndPoint}",
            "--allow",
            "127.0.0.1"
        );
        var refused = await RunAsync("handle", "resolve", _id, "--root", $"{Root.HandleEndPoint}");

        Assert.That((found.Code, none.Code, refused.Code), Is.EqualTo((0, 1, 1)));
        Assert.That(found.Output, Does.Contain("https://partner.example/1"));
        Assert.That(none.Error, Does.Contain("100 no such handle"));
        Assert.That(refused.Error, Does.Contain("127.0.0.1 is not public and not listed"));
    }

    [Test]
    public async Task Trace_FromTheRoot_NumbersEachStep()
    {
        var ran = await RunAsync(
            "handle",
            "trace",
            _id,
            "--root",
            $"{Root.HandleEndPoint}",
            "--allow",
            "127.0.0.1",
            "--tcp"
        );

        Assert.That(ran.Code, Is.Zero, ran.Error);
        var lines = ran.Output.Split('\n');
        Assert.That(
            lines[0],
            Does.Match($@"^1\.   0\.NA/88\.300\.2: {Root.HandleEndPoint} over TCP [\d.]+ ms: 1 value \(HS_SITE\)$")
        );
        Assert.That(
            lines[1],
            Does.Match(
                $@"^2\. {_id}: {Partner.HandleEndPoint} over TCP [\d.]+ ms: 4 values \(URL, DESC, BLOB, HS_ADMIN\)$"
            )
        );
        Assert.That(lines[2], Does.Match(@"^2 steps, [\d.]+ ms$"));
        Assert.That(lines[3], Is.EqualTo(_id));
    }

    [Test]
    public async Task Trace_AsJson_HasTheSteps()
    {
        var ran = await RunAsync("handle", "trace", _id, "--root", $"{Root.HandleEndPoint}", "--json");

        Assert.That(ran.Code, Is.EqualTo(1));
        var json = JsonDocument.Parse(ran.Output).RootElement;
        Assert.That(json.GetProperty("responseCode").GetInt32(), Is.EqualTo(601));
        Assert.That(
            json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("kind").GetString()),
            Is.EqualTo(["answered", "addressRefused"])
        );
    }

    [TestCase("There is nobody to ask")]
    [TestCase("exclude each other", "--server", "127.0.0.1:1", "--root", "127.0.0.1:1")]
    [TestCase("--server: 'here'", "--server", "here")]
    [TestCase("Foreign:Roots: 'here'", "--root", "here")]
    [TestCase("Foreign:Allowed: 'here'", "--root", "127.0.0.1:1", "--allow", "here")]
    [TestCase("--udp", "--root", "127.0.0.1:1", "--udp")]
    [TestCase("--auth needs", "--server", "127.0.0.1:1", "--auth", "300:88.1/A")]
    [TestCase("--auth: 'me'", "--server", "127.0.0.1:1", "--auth", "me", "--secret-file", "x")]
    public async Task Resolve_ThatCannotBeRun_SaysWhy(string why, params string[] args)
    {
        var ran = await RunAsync(["handle", "resolve", "88.300.2/x", .. args]);

        Assert.That((ran.Code, ran.Output), Is.EqualTo((2, "")));
        Assert.That(ran.Error, Does.Contain(why));
    }

    [Test]
    public async Task Resolve_AtAServerThatIsNotThere_Fails()
    {
        var ran = await RunAsync("handle", "resolve", "88.300.2/x", "--server", "127.0.0.1:1");

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Error, Does.Contain("601 no server reached"));
    }
}
