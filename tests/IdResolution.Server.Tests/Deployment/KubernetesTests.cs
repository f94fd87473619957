using System.Text.Json;
using IdResolution.Server.CommandLine;
using IdResolution.Server.Options;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>The manifests, as far as they can be held to each other and to the node without a cluster.</summary>
[TestFixture]
[Category(Lane.Documents)]
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes";

    private List<JsonElement> _manifests = [];

    private IEnumerable<JsonElement> Pods =>
        _manifests.Where(m => m.Text("kind") is "Deployment" or "Job").Select(m => m.Find("spec").Find("template"));

    private IEnumerable<JsonElement> Containers =>
        Pods.SelectMany(p => p.Find("spec").Items("initContainers").Concat(p.Find("spec").Items("containers")));

    [OneTimeSetUp]
    public void Read() =>
        _manifests = [
            .. new[] { Folder, $"{Folder}/migrate" }.SelectMany(folder =>
                Yaml.Document($"{folder}/kustomization.yaml")
                    .Items("resources")
                    .SelectMany(file => Yaml.Documents($"{folder}/{file.GetString()}"))
            ),
        ];

    [Test]
    public void Manifests_AreWhole()
    {
        Assert.That(
            _manifests.Select(m => m.Text("kind")),
            Is.EquivalentTo(
                new[] { "Deployment", "Service", "Service", "Service", "PodDisruptionBudget", "NetworkPolicy", "Job" }
            )
        );
        Assert.That(_manifests.Select(m => m.Text("apiVersion")), Is.All.Match("^([a-z0-9.]+/)?v1$"));
    }

    [Test]
    public void Selectors_FindTheNodesAlone() =>
        Assert.Multiple(() =>
        {
            foreach (
                var manifest in _manifests.Where(m =>
                    m.Text("kind") is "Deployment" or "Service" or "PodDisruptionBudget"
                )
            )
            {
                var selector = manifest.Find("spec").Find("selector");
                var labels = selector.Find("matchLabels") is { ValueKind: JsonValueKind.Object } match
                    ? match
                    : selector;
                Assert.That(
                    labels.GetRawText(),
                    Is.EqualTo("""{"app.kubernetes.io/name": "idnode"}"""),
                    manifest.Text("kind")
                );
            }
            Assert.That(
                Pods.Select(p => p.Find("metadata").Find("labels").Text("app.kubernetes.io/name")),
                Is.EqualTo(new[] { "idnode", "idnode-migrate" })
            );
        });

    [Test]
    public void Ports_AreTheNodes()
    {
        var options = new NodeOptions();
        Dictionary<string, int> ports = new()
        {
            ["http"] = Port(options.Http),
            ["grpc"] = Port(options.Grpc),
            ["handle"] = Port(options.Handle),
            ["handle-udp"] = Port(options.Handle),
        };

        var container = Containers.Single(c => c.Items("ports").Any());
        Assert.That(
            container.Items("ports").ToDictionary(p => p.Text("name")!, p => p.Find("containerPort").GetInt32()),
            Is.EquivalentTo(ports)
        );
        foreach (
            var port in _manifests
                .Where(m => m.Text("kind") == "Service")
                .SelectMany(s => s.Find("spec").Items("ports"))
        )
        {
            Assert.That(
                (port.Text("targetPort"), port.Find("port").GetInt32()),
                Is.EqualTo((port.Text("name"), ports[port.Text("name")!]))
            );
        }
        var admitted = _manifests
            .Single(m => m.Text("kind") == "NetworkPolicy")
            .Find("spec")
            .Items("ingress")
            .SelectMany(i => i.Items("ports"))
            .Select(p => p.Find("port").GetInt32());
        Assert.That(admitted, Is.EquivalentTo(ports.Values));
    }

    [Test]
    public void Probes_AskWhatTheyAreFor()
    {
        var node = Containers.Single(c => c.Items("ports").Any());
        Assert.That(
            new[] { "startupProbe", "livenessProbe", "readinessProbe" }
                .Select(p => node.Find(p).Find("httpGet"))
                .Select(g => (g.Text("path"), g.Text("port"))),
            Is.EqualTo(new (string?, string?)[] { ("/healthz", "http"), ("/healthz", "http"), ("/readyz", "http") })
        );
    }

    [Test]
    public void Termination_IsWaitedFor()
    {
        var drain = RepositoryFolder
            .Read("deploy", "kubernetes", "settings.env")
            .Split('\n')
            .Single(l => l.StartsWith("IDR__Drain__Seconds=", StringComparison.Ordinal))
            .Split('=')[1];
        var probe = Containers.Single(c => c.Items("ports").Any()).Find("readinessProbe");
        var noticed = probe.Find("periodSeconds").GetInt32() * probe.Find("failureThreshold").GetInt32();
        var grace = Pods.First().Find("spec").Find("terminationGracePeriodSeconds").GetInt32();

        Assert.That(
            int.Parse(drain, System.Globalization.CultureInfo.InvariantCulture),
            Is.GreaterThan(noticed).And.LessThan(grace - 10)
        );
    }

    [Test]
    public void Containers_MayDoNothingButTheirWork() =>
        Assert.Multiple(() =>
        {
            foreach (var pod in Pods.Select(p => p.Find("spec")))
            {
                Assert.That(pod.Find("securityContext").Find("runAsNonRoot").ValueKind, Is.EqualTo(JsonValueKind.True));
                Assert.That(
                    pod.Find("securityContext").Find("seccompProfile").Text("type"),
                    Is.EqualTo("RuntimeDefault")
                );
                Assert.That(pod.Find("automountServiceAccountToken").ValueKind, Is.EqualTo(JsonValueKind.False));
            }
            foreach (var container in Containers)
            {
                Assert.That(
                    container.Find("securityContext").GetRawText(),
                    Is.EqualTo(
                        """{"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}}"""
                    ),
                    container.Text("name")
                );
                Assert.That(
                    container.Find("resources").Find("limits").Text("memory"),
                    Is.Not.Null,
                    container.Text("name")
                );
            }
        });

    [Test]
    public void Commands_OfTheNode_AreVerbs() =>
        Assert.That(
            Containers
                .Where(c => c.Text("image") == "idresolution")
                .SelectMany(c => c.Items("args"))
                .Select(a => a.GetString()),
            Is.SubsetOf(IdnodeCommand.Create().Subcommands.Select(c => c.Name))
        );

    [Test]
    public void Images_AreOfOneRelease()
    {
        Assert.That(Containers.Select(c => c.Text("image")).Where(i => i != "idresolution"), Is.All.Match(":[0-9]"));
        Assert.That(
            new[] { Folder, $"{Folder}/migrate" }
                .Select(f => Yaml.Document($"{f}/kustomization.yaml").Items("images").Single())
                .Select(i => (i.Text("name"), i.Text("newName"), i.Text("newTag")))
                .Distinct()
                .Count(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public void Mounts_AndSecrets_AreThere() =>
        Assert.Multiple(() =>
        {
            var secrets = Yaml.Documents($"{Folder}/secrets.example.yaml")
                .ToDictionary(
                    s => s.Find("metadata").Text("name")!,
                    s => s.Members("stringData").Select(m => m.Name).ToList()
                );
            foreach (var pod in Pods.Select(p => p.Find("spec")))
            {
                var volumes = pod.Items("volumes").Select(v => v.Text("name")).ToList();
                var containers = pod.Items("initContainers").Concat(pod.Items("containers")).ToList();
                Assert.That(
                    containers.SelectMany(c => c.Items("volumeMounts")).Select(m => m.Text("name")).Distinct(),
                    Is.EquivalentTo(volumes)
                );
                foreach (
                    var reference in containers
                        .SelectMany(c => c.Items("env"))
                        .Select(e => e.Find("valueFrom").Find("secretKeyRef"))
                        .Where(r => r.ValueKind == JsonValueKind.Object)
                )
                {
                    Assert.That(secrets[reference.Text("name")!], Does.Contain(reference.Text("key")));
                }
                foreach (
                    var volume in pod.Items("volumes")
                        .Select(v => v.Find("secret"))
                        .Where(v => v.ValueKind == JsonValueKind.Object)
                )
                {
                    Assert.That(
                        volume.Items("items").Select(i => i.Text("key")),
                        Is.SubsetOf(secrets[volume.Text("secretName")!])
                    );
                }
            }
        });

    [Test]
    public void Prefixes_OfTheMigration_AreTheNodes()
    {
        var settings = RepositoryFolder.Read("deploy", "kubernetes", "settings.env").Split('\n');
        var prefixes = Containers
            .SelectMany(c => c.Items("env"))
            .Single(e => e.Text("name") == "IDR__Prefixes")
            .Text("value");
        Assert.That(settings, Does.Contain($"IDR__Prefixes={prefixes}"));
    }

    [TestCase("")]
    [TestCase("/migrate")]
    public void Kustomize_ItsOwnProgram_Builds(string part)
    {
        Programs.Require("kubectl");
        Assert.That(
            Programs.Run("kubectl", "kustomize", RepositoryFolder.PathOf(Folder + part)),
            Does.Contain("namespace: idnode")
        );
    }

    [Test]
    public void Egress_LetsTheNodeReachWhatItsSettingsMayName()
    {
        var policy = _manifests.Single(m => m.Text("kind") == "NetworkPolicy");
        var let = policy
            .Find("spec")
            .Items("egress")
            .SelectMany(e => e.Items("ports"))
            .Select(p => $"{p.Text("protocol")} {p.Find("port").GetInt32()}");
        // Names, the stores, both forms of OTLP, and other companies' nodes.
        string[] needed = ["UDP 53", "TCP 53", "TCP 1433", "TCP 6379", "TCP 4317", "TCP 4318", "TCP 2641", "UDP 2641"];
        Assert.That(let, Is.EquivalentTo(needed));
    }

    [Test]
    public void Ingress_ComesFromThoseWhoAreBelieved_OrFromOutside()
    {
        var listed = RepositoryFolder
            .Read("deploy", "kubernetes", "settings.env")
            .Split('\n')
            .Single(l => l.StartsWith("IDR__ForwardedHeaders__Proxies=", StringComparison.Ordinal))
            .Split('=')[1];
        var rules = _manifests.Single(m => m.Text("kind") == "NetworkPolicy").Find("spec").Items("ingress").ToList();
        foreach (var rule in rules)
        {
            var from = rule.Items("from").Single();
            if (rule.Items("ports").Any(p => p.Find("port").GetInt32() == Port(new NodeOptions().Handle)))
            {
                // Pods would be believed.
                Assert.That(from.Find("ipBlock").Items("except").Select(e => e.GetString()), Is.EqualTo([listed]));
            }
            else
            {
                Assert.That(from.Find("namespaceSelector").Members("matchLabels"), Is.Not.Empty);
            }
        }
        // From outside it comes without a proxy, and must not get an address of the cluster on the way.
        Assert.That(
            _manifests
                .Where(m => m.Find("spec").Text("type") is "LoadBalancer" or "NodePort")
                .Select(m => (m.Find("metadata").Text("name"), m.Find("spec").Text("externalTrafficPolicy"))),
            Is.EqualTo(new (string?, string?)[] { ("idnode-handle", "Local") })
        );
    }

    [Test]
    public void Documented_Verbs_ParseWithTheirArguments() =>
        Assert.That(
            Containers
                .Where(c => c.Text("image") == "idresolution")
                .SelectMany(c => IdnodeCommand.Create().Parse([.. c.Items("args").Select(a => a.GetString()!)]).Errors),
            Is.Empty
        );

    private static int Port(string endPoint) =>
        int.Parse(endPoint.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
}
