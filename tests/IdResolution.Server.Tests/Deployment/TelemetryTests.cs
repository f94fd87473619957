using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Deployment;

/// <summary>Collector, Prometheus and Grafana: their files fit each other and the metrics that the node has.</summary>
[TestFixture]
public sealed partial class TelemetryTests
{
    private static readonly string s_operations = RepositoryFolder.Read("docs", "operations.md");

    private static IEnumerable<string> Alerts =>
        Yaml.Document("deploy/prometheus/alerts.yml")
            .Items("groups")
            .SelectMany(group => group.Items("rules"))
            .Select(rule => rule.Text("expr")!);

    private static IEnumerable<string> Expressions => Panels.Concat(Alerts)!;

    private static IEnumerable<string?> Panels =>
        from panel in JsonDocument
            .Parse(RepositoryFolder.Read("deploy", "grafana", "dashboards", "idnode.json"))
            .RootElement.Items("panels")
        from target in panel.Items("targets")
        select target.Text("expr");

    [Test]
    public async Task Dashboard_Metrics_AreTheNodesAsPrometheusNamesThem()
    {
        await using var node = await TestNode.StartAsync();
        await node.GetAsync($"/api/v1/identifiers/{await node.RegisterAsync()}", Role.Reader);
        var names = new HashSet<string>();
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = (instrument, _) =>
            {
                // Other tests' nodes may start meanwhile.
                lock (names)
                {
                    names.UnionWith(Names(instrument.Name, instrument.Unit, Kind(instrument)));
                }
            };
            listener.Start();
        }
        // Those of what this node does not use, such as Redis: documented, of a kind that the document does not tell.
        names.UnionWith(
            Row()
                .Matches(s_operations)
                .SelectMany(m =>
                    new[] { "", "Counter", "Histogram" }.SelectMany(kind =>
                        Names(m.Groups[1].Value, m.Groups[2].Value, kind)
                    )
                )
        );

        var asked = Expressions.SelectMany(e => Metric().Matches(e)).Select(m => m.Groups[1].Value).Distinct().ToList();

        Assert.That(asked, Has.Count.GreaterThan(20));
        Assert.That(asked.Except(names), Is.Empty);
    }

    [Test]
    public void Dashboard_Attributes_AreDocumented()
    {
        var documented = Attribute().Matches(s_operations).Select(m => m.Value.Replace('.', '_')).ToHashSet();
        var asked = Expressions.SelectMany(e => Label().Matches(e)).Select(m => m.Value).Distinct();
        Assert.That(asked.Except(documented), Is.Empty);
    }

    [Test]
    public void Dashboard_Panels_StandBesideEachOther()
    {
        var places = new HashSet<(int, int)>();
        var panels = JsonDocument
            .Parse(RepositoryFolder.Read("deploy", "grafana", "dashboards", "idnode.json"))
            .RootElement.Items("panels")
            .ToList();
        Assert.That(panels.Select(p => p.Find("id").GetInt32()), Is.Unique);
        foreach (var place in panels.Select(p => p.Find("gridPos")))
        {
            int Of(string name) => place.Find(name).GetInt32();
            Assert.That(
                Enumerable
                    .Range(Of("x"), Of("w"))
                    .SelectMany(x => Enumerable.Range(Of("y"), Of("h")).Select(y => (x, y)))
                    .Where(p => p.x >= 24 || !places.Add(p)),
                Is.Empty
            );
        }
    }

    [Test]
    public void Grafana_DatasourceOfTheDashboard_IsProvisioned()
    {
        var source = Yaml.Document("deploy/grafana/provisioning/datasources/prometheus.yaml")
            .Items("datasources")
            .Single();
        Assert.That(
            SourceId()
                .Matches(RepositoryFolder.Read("deploy", "grafana", "dashboards", "idnode.json"))
                .Select(m => m.Groups[1].Value)
                .Distinct(),
            Is.EqualTo(new[] { source.Text("uid") })
        );
        Assert.That(source.Text("url"), Is.EqualTo("http://prometheus:9090"));

        var provider = Yaml.Document("deploy/grafana/provisioning/dashboards/idnode.yaml").Items("providers").Single();
        var compose = Yaml.Document("docker-compose.yml").Find("services").Find("grafana");
        Assert.That(
            compose.Items("volumes").Select(v => v.GetString()),
            Does.Contain($"./deploy/grafana/dashboards:{provider.Find("options").Text("path")}:ro")
        );
    }

    [Test]
    public void Collector_Pipelines_NameWhatIsThere() =>
        Assert.Multiple(() =>
        {
            var collector = Yaml.Document("deploy/otel/collector.yaml");
            var pipelines = collector.Find("service").Members("pipelines").ToList();
            Assert.That(pipelines.Select(p => p.Name), Is.EquivalentTo(new[] { "metrics", "traces", "logs" }));
            foreach (var part in new[] { "receivers", "processors", "exporters" })
            {
                Assert.That(
                    pipelines.SelectMany(p => p.Value.Items(part)).Select(p => p.GetString()).Distinct(),
                    Is.EquivalentTo(collector.Members(part).Select(m => m.Name)),
                    part
                );
            }
            var node = Yaml.Document("docker-compose.yml").Find("services").Find("node1").Find("environment");
            Assert.That(
                Port(node.Text("IDR__Telemetry__OtlpEndpoint")),
                Is.EqualTo(
                    Port(collector.Find("receivers").Find("otlp").Find("protocols").Find("grpc").Text("endpoint"))
                )
            );
            var scraped = Yaml.Document("deploy/prometheus/prometheus.yml")
                .Items("scrape_configs")
                .Single()
                .Items("static_configs")
                .Single()
                .Items("targets")
                .Single()
                .GetString();
            Assert.That(
                Port(scraped),
                Is.EqualTo(Port(collector.Find("exporters").Find("prometheus").Text("endpoint")))
            );
        });

    [Test]
    [Category(Lane.Documents)]
    public void Prometheus_ItsOwnProgram_TakesItsFileAndTheAlerts()
    {
        Programs.Require("promtool");
        var folder = RepositoryFolder.PathOf("deploy", "prometheus");

        Assert.That(
            Programs.Run("promtool", "check", "config", Path.Combine(folder, "prometheus.yml")),
            Does.Contain("rules found")
        );

        // Three series of a node, and what is to be seen of them after ten minutes.
        using var tests = new TemporaryDirectory();
        File.WriteAllText(
            tests.File("test.yml"),
            $$"""
            rule_files: [{{folder}}/alerts.yml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - { series: 'up{job="collector"}', values: '1x20' }
                  - { series: 'idresolution_log_head{job="idnode",instance="a"}', values: '5x20' }
                  - { series: 'idresolution_log_age_seconds{job="idnode",instance="a"}', values: '9x20' }
                  - { series: 'idresolution_log_restored{job="idnode",instance="a"}', values: '0x20' }
                  - { series: 'idresolution_requests_total{job="idnode",instance="a",idresolution_outcome="Unavailable"}', values: '0+3x20' }
                  - { series: 'idresolution_requests_total{job="idnode",instance="a",idresolution_outcome="ok"}', values: '0+9x20' }
                  - { series: 'idresolution_requests_total{job="idnode",instance="a",idresolution_outcome="Forbidden"}', values: '0+90x20' }
                  - { series: 'idresolution_requests_total{job="idnode",instance="a",idresolution_outcome="TooMany"}', values: '0+30x20' }
                alert_rule_test:
                  - { eval_time: 10m, alertname: IdnodeCollectorDown, exp_alerts: [] }
                  - { eval_time: 10m, alertname: IdnodeAbsent, exp_alerts: [] }
                  - { eval_time: 10m, alertname: IdnodeStoreRestored, exp_alerts: [] }
                  - eval_time: 10m
                    alertname: IdnodeStale
                    exp_alerts:
                      - exp_labels: { severity: critical, instance: a }
                        exp_annotations: { summary: "a cannot follow the log: its answers may be old, or it answers 503." }
                  - eval_time: 10m
                    alertname: IdnodeRequestsFail
                    exp_alerts:
                      - exp_labels: { severity: critical, instance: a, idresolution_outcome: Unavailable }
                        exp_annotations: { summary: a answers Unavailable. }
                  - eval_time: 15m
                    alertname: IdnodeRefusals
                    exp_alerts:
                      - exp_labels: { severity: warning, instance: a, idresolution_outcome: Forbidden }
                        exp_annotations: { summary: a refuses more than one request a second (Forbidden); the audit says whose. }
              - interval: 1m
                input_series:
                  - { series: 'up{job="collector"}', values: '0x20' }
                alert_rule_test:
                  - eval_time: 10m
                    alertname: IdnodeAbsent
                    exp_alerts:
                      - exp_labels: { severity: critical, job: idnode }
                        exp_annotations: { summary: No node has sent metrics for minutes. }
            """
        );
        Programs.Run("promtool", "test", "rules", tests.File("test.yml"));
    }

    [Test]
    public void Prometheus_Alerts_AreReadByItAndMounted()
    {
        var named = Yaml.Document("deploy/prometheus/prometheus.yml").Items("rule_files").Select(f => f.GetString());
        Assert.That(named, Is.EqualTo(new[] { "alerts.yml" }));
        Assert.That(
            Yaml.Document("docker-compose.yml")
                .Find("services")
                .Find("prometheus")
                .Items("volumes")
                .Select(v => v.GetString()),
            Does.Contain("./deploy/prometheus:/etc/prometheus:ro")
        );
        Assert.That(Alerts.Count(), Is.GreaterThan(5));
    }

    [Test]
    public void Prometheus_Alerts_NameOutcomesThereAre()
    {
        var named = Alerts.SelectMany(a => Outcomes().Matches(a)).SelectMany(m => m.Groups[1].Value.Split('|'));

        Assert.That(named, Is.Not.Empty.And.SubsetOf(Enum.GetNames<ErrorCode>()));
    }

    private static string Port(string? address) => address!.Split(':')[^1];

    private static string Kind(Instrument instrument)
    {
        var name = instrument.GetType().Name;
        return name.StartsWith("Histogram", StringComparison.Ordinal) ? "Histogram"
            : name.StartsWith("Counter", StringComparison.Ordinal)
            || name.StartsWith("ObservableCounter", StringComparison.Ordinal)
                ? "Counter"
            : "";
    }

    /// <summary>As the collector's Prometheus exporter names an instrument's series.</summary>
    private static string[] Names(string name, string? unit, string kind)
    {
        var named =
            name.Replace('.', '_')
            + unit switch
            {
                "s" => "_seconds",
                "By" => "_bytes",
                _ => "",
            };
        return kind switch
        {
            "Counter" => [$"{named}_total"],
            "Histogram" => [$"{named}_bucket", $"{named}_sum", $"{named}_count"],
            _ => [named],
        };
    }

    [GeneratedRegex(@"\b([a-z]+(?:_[a-z]+)+)\{")]
    private static partial Regex Metric();

    [GeneratedRegex("idresolution_outcome=~\"([^\"]+)\"")]
    private static partial Regex Outcomes();

    [GeneratedRegex(@"\b(idresolution|db|rpc)_[a-z_]+\b(?!\{)")]
    private static partial Regex Label();

    [GeneratedRegex(@"\b(idresolution|db|rpc)\.[a-z_.]+")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^\| `([a-z_.]+)` \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("\"type\": \"prometheus\",\\s+\"uid\": \"([^\"]+)\"")]
    private static partial Regex SourceId();
}
