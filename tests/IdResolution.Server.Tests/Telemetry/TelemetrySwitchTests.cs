using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Faults;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace IdResolution.Server.Tests.Telemetry;

/// <summary>When telemetry is on, and that a node is none the worse for a collector that is not well.</summary>
[TestFixture]
public sealed class TelemetrySwitchTests
{
    [Test]
    public async Task Nothing_Configured_ListensAndExportsNothing()
    {
        await using var node = await TestNode.StartAsync();
        await node.RegisterAsync();

        Assert.That(node.Node.Requests.Enabled, Is.False);
        Assert.That(
            new object?[]
            {
                node.Services.GetService<TracerProvider>(),
                node.Services.GetService<MeterProvider>(),
                node.Services.GetService<LoggerProvider>(),
            },
            Is.All.Null
        );
    }

    [Test]
    [Category(Lane.Process)]
    public async Task StandardVariables_AreHonoured()
    {
        await using var collector = await Collector.StartAsync();
        using var directory = new TemporaryDirectory();

        using (
            var node = await NodeProcess.StartAsync(
                directory.Path,
                null,
                start =>
                {
                    start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
                    start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
                    start.Environment["OTEL_SERVICE_NAME"] = "plant-7";
                    start.Environment["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=trial";
                    start.Environment["OTEL_TRACES_SAMPLER"] = "always_off";
                }
            )
        )
        {
            using var answer = await node.RegisterAsync("A");
            await node.TerminateAsync();
        }

        Assert.That(collector.Resource["service.name"], Is.EqualTo("plant-7"));
        Assert.That(collector.Resource["deployment.environment.name"], Is.EqualTo("trial"));
        Assert.That(collector.Spans, Is.Empty);
        Assert.That(collector.Points, Is.Not.Empty, "What is left is exported when the node stops.");
    }

    [Test]
    public async Task Protocol_Unset_IsGrpc()
    {
        await using var collector = await Collector.StartAsync(HttpProtocols.Http2);
        await using (var node = await TestNode.StartAsync(o => o.Telemetry.OtlpEndpoint = collector.Url))
        {
            await node.RegisterAsync();
        }

        Assert.That(collector.Spans.Select(s => s.Name), Does.Contain("POST /api/v1/identifiers"));
        Assert.That(collector.Points, Is.Not.Empty);
        Assert.That(collector.Logs, Is.Not.Empty);
    }

    [Test]
    public async Task Collector_Hanging_DelaysNeitherRequestsNorTheEnd(
        [Values("grpc", "http/protobuf")] string protocol
    )
    {
        using var hanging = new TcpListener(IPAddress.Loopback, 0);
        hanging.Start();

        await AssertServesAndEndsAsync($"http://{hanging.LocalEndpoint}", protocol);
    }

    [Test]
    public async Task Collector_Away_DelaysNeitherRequestsNorTheEnd([Values("grpc", "http/protobuf")] string protocol)
    {
        string url;
        using (var closed = new TcpListener(IPAddress.Loopback, 0))
        {
            closed.Start();
            url = $"http://{closed.LocalEndpoint}";
        }

        await AssertServesAndEndsAsync(url, protocol);
    }

    [TestCase(
        "OtlpEndpoint",
        "collector:4317",
        "Telemetry:OtlpEndpoint: 'collector:4317' must be an http or https URL, such as http://127.0.0.1:4317."
    )]
    [TestCase(
        "OtlpEndpoint",
        "",
        "Telemetry:OtlpEndpoint: '' must be an http or https URL, such as http://127.0.0.1:4317."
    )]
    [TestCase("Protocol", "http/json", "Telemetry:Protocol: 'http/json' must be grpc or http/protobuf.")]
    public void Settings_Wrong_AreNamedWithWhatTheyMayBe(string setting, string value, string message)
    {
        Assert.That(
            () =>
                Settings.Read(
                    new CommandEnvironment(".", new Dictionary<string, string>()),
                    [new($"Telemetry:{setting}", value)]
                ),
            Throws.InstanceOf<OperatorException>().With.Message.EqualTo(message)
        );
    }

    private static async Task AssertServesAndEndsAsync(string url, string protocol)
    {
        var node = await TestNode.StartAsync(o => (o.Telemetry.OtlpEndpoint, o.Telemetry.Protocol) = (url, protocol));
        // An export is under way while requests come.
        var export = Task.Run(() => node.Services.GetRequiredService<TracerProvider>().ForceFlush());
        var id = await node.RegisterAsync();
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100; i++)
        {
            Assert.That((await node.GetAsync($"/api/v1/identifiers/{id}")).Status, Is.EqualTo(200));
        }
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(3)));
        node.Log.AssertQuiet();

        began = Stopwatch.GetTimestamp();
        await node.DisposeAsync();
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(8)));
        await export.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
