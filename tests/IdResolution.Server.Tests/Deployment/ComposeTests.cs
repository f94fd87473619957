using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Server.CommandLine;
using IdResolution.Server.Options;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

[TestFixture("docker-compose.yml")]
[Category(Lane.Documents)]
[TestFixture("deploy/compose/single.yml")]
public sealed partial class ComposeTests(string file)
{
    private static readonly string[] s_once = ["database", "migrate", "init"];

    private JsonElement _compose;

    [OneTimeSetUp]
    public void Read() => _compose = Yaml.Document(file);

    private IEnumerable<JsonProperty> Services => _compose.Members("services");

    private string Folder => Path.GetDirectoryName(RepositoryFolder.PathOf(file))!;

    [Test]
    public void Images_AreOfOneRelease() =>
        Assert.That(Services.Select(s => s.Value.Text("image")), Is.All.Match(@"^[^:]+:[0-9v][^:]*[0-9][^:]*$"));

    [Test]
    public void Files_Mounted_AreThere() =>
        Assert.That(
            Services
                .SelectMany(s => s.Value.Items("volumes"))
                .Select(v => v.GetString()!.Split(':')[0])
                .Where(v => v.StartsWith('.'))
                .Where(v => !Path.Exists(Path.Combine(Folder, v))),
            Is.Empty
        );

    [Test]
    public void Volumes_AndNetworks_AreDeclared() =>
        Assert.Multiple(() =>
        {
            var volumes = Services
                .SelectMany(s => s.Value.Items("volumes"))
                .Select(v => v.GetString()!.Split(':')[0])
                .Where(v => !v.StartsWith('.'))
                .Distinct();
            Assert.That(volumes, Is.EquivalentTo(_compose.Members("volumes").Select(v => v.Name)));
            Assert.That(
                Services.SelectMany(s => NetworksOf(s.Value)).Distinct(),
                Is.EquivalentTo(_compose.Members("networks").Select(n => n.Name))
            );
        });

    [Test]
    public void Dockerfile_IsWhereTheBuildLooks() =>
        Assert.That(
            Services
                .Select(s => s.Value.Text("build"))
                .OfType<string>()
                .Distinct()
                .Where(b => !File.Exists(Path.Combine(Folder, b, "Dockerfile"))),
            Is.Empty
        );

    [Test]
    public void Dependencies_AreWaitedForAsTheyCanBe() =>
        Assert.Multiple(() =>
        {
            foreach (var service in Services)
            {
                foreach (var dependency in service.Value.Members("depends_on"))
                {
                    var other = Services.Single(s => s.Name == dependency.Name).Value;
                    var once = s_once.Contains(dependency.Name);
                    Assert.That(
                        dependency.Value.Text("condition"),
                        Is.EqualTo(once ? "service_completed_successfully" : "service_healthy"),
                        $"{service.Name} → {dependency.Name}"
                    );
                    Assert.That(
                        once || other.Find("healthcheck").ValueKind == JsonValueKind.Object,
                        $"{dependency.Name} can be healthy"
                    );
                    Assert.That(other.Text("restart"), Is.EqualTo(once ? "no" : "unless-stopped"), dependency.Name);
                }
            }
        });

    [Test]
    public void Services_AreHealthChecked()
    {
        // The node's is the image's; the collector's image has nothing to ask with, as the file says.
        var unasked = Services.Where(s =>
            s.Value.Text("image")!.StartsWith("idresolution:", StringComparison.Ordinal) is false
            && s.Value.Find("healthcheck").ValueKind != JsonValueKind.Object
        );
        Assert.That(unasked.Select(s => s.Name).Except(["database", "collector"]), Is.Empty);
    }

    [Test]
    public void Services_ButSqlServer_MayDoNothingButTheirWork() =>
        Assert.Multiple(() =>
        {
            foreach (
                var service in Services.Where(s =>
                    !s.Value.Text("image")!.Contains("/mssql/", StringComparison.Ordinal)
                )
            )
            {
                Assert.That(service.Value.Find("read_only").ValueKind, Is.EqualTo(JsonValueKind.True), service.Name);
                Assert.That(
                    service.Value.Items("cap_drop").Select(c => c.GetString()),
                    Is.EqualTo(new[] { "ALL" }),
                    service.Name
                );
                Assert.That(
                    service.Value.Items("security_opt").Select(c => c.GetString()),
                    Does.Contain("no-new-privileges:true"),
                    service.Name
                );
            }
        });

    [Test]
    public void Ports_Published_AreTheProxysAndGrafanas_OrTheOneNodes()
    {
        var published = Services
            .Where(s => s.Value.Items("ports").Any())
            .ToDictionary(
                s => s.Name,
                s => s.Value.Items("ports").Select(p => p.GetString()!.Split(':')[^1]).ToArray()
            );
        var handle = Port(new NodeOptions().Handle);
        // UDP goes past the proxy, which speaks TCP alone.
        string[] node =
        [
            Port(new NodeOptions().Http),
            Port(new NodeOptions().Grpc),
            .. file == "docker-compose.yml" ? [handle] : new[] { handle + "/tcp", handle + "/udp" },
        ];

        Assert.That(
            published.Where(p => p.Key != "grafana").Select(p => p.Key),
            Is.EqualTo(new[] { file == "docker-compose.yml" ? "proxy" : "node" })
        );
        Assert.That(published.Where(p => p.Key != "grafana").Select(p => p.Value), Is.All.EqualTo(node));
    }

    [Test]
    public void Nodes_BelieveTheProxyAlone()
    {
        var nodes = Services
            .Where(s => s.Value.Text("build") is not null && !s_once.Contains(s.Name))
            .Select(s => s.Value.Find("environment").Text("IDR__ForwardedHeaders__Proxies"));
        if (file != "docker-compose.yml")
        {
            // Nothing stands before it, unless somebody says so.
            Assert.That(nodes, Is.EqualTo(["${IDR_PROXIES:-}"]));
            return;
        }
        var address = Services.Single(s => s.Name == "proxy").Value.Find("networks").Find("front").Text("ipv4_address");
        Assert.That(nodes, Is.Not.Empty.And.All.EqualTo(address));

        // No other container gets the address by chance.
        var range = _compose.Find("networks").Find("front").Find("ipam").Items("config").Single();
        IPNetwork Network(string name) => IPNetwork.Parse(Defaulted().Replace(range.Text(name)!, "$1"));
        var given = IPAddress.Parse(Defaulted().Replace(address!, "$1"));
        Assert.That(Network("subnet").Contains(given) && !Network("ip_range").Contains(given));
        Assert.That(Network("subnet").Contains(Network("ip_range").BaseAddress));
        Assert.That(
            Services
                .SelectMany(s => s.Value.Members("networks").Select(n => n.Value.Text("ipv4_address")))
                .OfType<string>(),
            Has.Exactly(1).Items
        );
    }

    [Test]
    public void Networks_OfThoseWhoAreReachedFromOutside_LeadToNothingButTheNodes()
    {
        if (file != "docker-compose.yml")
        {
            Assert.That(Services, Has.Exactly(1).Items);
            return;
        }
        foreach (var service in new[] { "proxy", "grafana" })
        {
            var networks = NetworksOf(Services.Single(s => s.Name == service).Value).ToList();
            Assert.That(networks, Does.Contain("outer"));
            var others = Services
                .Where(s => NetworksOf(s.Value).Intersect(networks.Except(["outer"])).Any())
                .Select(s => s.Name)
                .Except(["node1", "node2", service]);
            Assert.That(
                others,
                Is.EquivalentTo(service == "proxy" ? Array.Empty<string>() : ["collector", "prometheus"])
            );
        }
        Assert.That(
            Services.Where(s => NetworksOf(s.Value).Contains("outer")).Select(s => s.Name),
            Is.EquivalentTo(["proxy", "grafana"])
        );
        Assert.That(
            _compose.Members("networks").Where(n => n.Name != "outer").Select(n => n.Value.Find("internal").ValueKind),
            Is.All.EqualTo(JsonValueKind.True)
        );
        // Whom each asks: a name is known within a network alone.
        (string Who, string Whom)[] asks =
        [
            ("proxy", "node1"),
            ("proxy", "node2"),
            ("node1", "sqlserver"),
            ("node2", "redis"),
            ("node1", "collector"),
            ("database", "sqlserver"),
            ("migrate", "sqlserver"),
            ("init", "sqlserver"),
            ("prometheus", "collector"),
            ("grafana", "prometheus"),
        ];
        foreach (var (who, whom) in asks)
        {
            Assert.That(
                NetworksOf(Services.Single(s => s.Name == who).Value)
                    .Intersect(NetworksOf(Services.Single(s => s.Name == whom).Value)),
                Is.Not.Empty,
                $"{who} → {whom}"
            );
        }
    }

    [Test]
    public void Passwords_HaveNoDefault() =>
        Assert.That(
            Variable()
                .Matches(RepositoryFolder.Read(file))
                .Where(m => m.Groups[1].Value.Contains("PASSWORD", StringComparison.Ordinal))
                .Select(m => m.Value),
            Is.All.Contain(":?")
        );

    [Test]
    public void Example_OfVariables_HasThoseThatMustBeSet()
    {
        var given = Line()
            .Matches(
                RepositoryFolder.Read("deploy", "compose", file == "docker-compose.yml" ? "example.env" : "single.env")
            )
            .Select(m => m.Groups[1].Value);
        Assert.That(
            Variable()
                .Matches(RepositoryFolder.Read(file))
                .Where(m => m.Value.Contains(":?", StringComparison.Ordinal))
                .Select(m => m.Groups[1].Value)
                .Distinct(),
            Is.SubsetOf(given)
        );
    }

    [Test]
    public void Commands_OfTheNode_AreVerbs() =>
        Assert.That(
            Services
                .Where(s => s.Value.Text("build") is not null)
                .SelectMany(s => s.Value.Items("command"))
                .Select(c => c.GetString()),
            Is.SubsetOf(IdnodeCommand.Create().Subcommands.Select(c => c.Name))
        );

    [Test]
    public void Compose_ItsOwnProgram_ReadsIt()
    {
        string[] variables =
        [
            .. Variable()
                .Matches(RepositoryFolder.Read(file))
                .Where(m => m.Value.Contains(":?", StringComparison.Ordinal))
                .Select(m => $"{m.Groups[1].Value}=x")
                .Distinct(),
        ];
        string[] compose = Compose();
        Programs.Require(compose[0]);

        var read = Programs.Run("env", [.. variables, .. compose, "-f", RepositoryFolder.PathOf(file), "config"]);

        Assert.That(read, Does.Contain("IDR__Prefixes: x"));
    }

    [Test]
    public void Nodes_SayAtWhichAddressTheyAreReached() =>
        Assert.That(
            Services
                .Where(s =>
                    s.Value.Text("build") is not null && s.Value.Items("command").All(c => c.ToString() == "serve")
                )
                .Select(s => s.Value.Find("environment").Text("IDR__Site__Address")),
            Is.Not.Empty.And.All.StartsWith("${IDR_SITE_ADDRESS:?")
        );

    [Test]
    public void Documented_Commands_RunWithTheVariablesOfTheDocumentedFile()
    {
        var commands = Documented()
            .Matches(RepositoryFolder.Read("docs", "deployment.md") + RepositoryFolder.Read("docker-compose.yml"))
            .Where(m => (m.Groups["file"].Success ? m.Groups["file"].Value : "docker-compose.yml") == file)
            .Select(m => m.Groups["rest"].Value.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        Assert.That(commands.Select(c => c[0]), Is.SupersetOf(new[] { "up", "logs", "exec" }));
        foreach (var command in commands.Where(c => c[0] is "exec" or "logs"))
        {
            Assert.That(Services.Select(s => s.Name), Does.Contain(command[1]), string.Join(' ', command));
        }
        foreach (var command in commands.Where(c => c[0] == "exec"))
        {
            Assert.That(command[2], Is.EqualTo("idnode"));
            Assert.That(IdnodeCommand.Create().Parse(command[3..]).Errors, Is.Empty, string.Join(' ', command));
        }

        // A new shell, as it is the day after: what the file needs comes from .env alone.
        using var folder = new TemporaryDirectory();
        var (example, place) =
            file == "docker-compose.yml" ? ("example.env", ".env") : ("single.env", "deploy/compose/.env");
        var copy = folder.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(RepositoryFolder.PathOf(file), copy);
        File.WriteAllText(
            folder.File(place),
            FilledIn().Replace(RepositoryFolder.Read("deploy", "compose", example), "$1=x")
        );
        Assert.That(
            RepositoryFolder.Read("docs", "deployment.md"),
            Does.Contain($"install -m 0600 deploy/compose/{example} {place} ")
        );
        string[] compose = Compose();
        Programs.Require(compose[0]);
        var read = Programs.Run("env", ["-C", folder.Path, .. compose, "-f", file, "config"]);
        Assert.That(read, Does.Contain("IDR__Prefixes: 88.300.15907541011"));
    }

    private static IEnumerable<string> NetworksOf(JsonElement service) =>
        service.Items("networks").Select(n => n.GetString()!).Concat(service.Members("networks").Select(n => n.Name));

    private static string[] Compose() =>
        Tool.Exists("docker") && Tool.Run("docker", "compose", "version").ExitCode == 0
            ? ["docker", "compose"]
            : ["docker-compose"];

    private static string Port(string endPoint) => endPoint.Split(':')[^1];

    [GeneratedRegex(@"(?<!\$)\$\{([A-Z_]+)[^}]*\}")]
    private static partial Regex Variable();

    // A variable that has a default, which is taken.
    [GeneratedRegex(@"\$\{[A-Z_]+:-([^}]*)\}")]
    private static partial Regex Defaulted();

    [GeneratedRegex("^([A-Z_]+)=", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("^([A-Z_]+)=$", RegexOptions.Multiline)]
    private static partial Regex FilledIn();

    [GeneratedRegex(@"^#? *docker compose (?:-f (?<file>\S+) )?(?<rest>.*)$", RegexOptions.Multiline)]
    private static partial Regex Documented();
}
