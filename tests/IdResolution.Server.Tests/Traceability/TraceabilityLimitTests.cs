using System.Diagnostics.Metrics;
using IdResolution.Core.Access;
using IdResolution.Core.Events;
using IdResolution.Server.Hosting.Telemetry;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Limits on the calls about events and traces, what is counted of them, and what readiness tells.</summary>
[TestFixture]
public sealed class TraceabilityLimitTests : NodeFixture
{
    private const string Time = "2026-03-01T08:00:00Z";

    [TestCase("/api/v1/events", 1 << 20)]
    [TestCase("/api/v1/events:batch", 32 << 20)]
    [TestCase("/api/v1/links", 1 << 16)]
    [TestCase("/api/v1/links:batch", 32 << 20)]
    [TestCase("/api/v1/identifiers", 1 << 20)]
    public async Task Body_ThatIsTooLong_IsRefused(string path, int limit)
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            path,
            $$"""{"reason":"{{new string('x', limit)}}"}"""
        );

        Assert.That((answer.Status, answer.Code), Is.EqualTo((413, "TooLarge")));
    }

    [TestCase(1, 10_001, 200)]
    [TestCase(20, 10_000, 200)]
    [TestCase(21, 10_000, 413)]
    public async Task Batch_OfManyElements_IsRefusedBeforeItIsRead(int events, int things, int status)
    {
        var one = $$"""{"type":"observe","items":[{{string.Join(',', Enumerable.Repeat("{}", things))}}]}""";

        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events:batch",
            $$"""{"items":[{{string.Join(',', Enumerable.Repeat(one, events))}}]}"""
        );

        Assert.That(answer.Status, Is.EqualTo(status));
        if (events == 1)
        {
            Assert.That(answer.Text, Does.Contain("TooLarge"));
        }
    }

    [TestCase("POST", "/api/v1/events")]
    [TestCase("POST", "/api/v1/events:batch")]
    [TestCase("POST", "/api/v1/links")]
    [TestCase("POST", "/api/v1/links:batch")]
    [TestCase("POST", "/api/v1/identifiers")]
    [TestCase("GET", "/api/v1/events")]
    [TestCase("GET", "/api/v1/status/88.300.1/none")]
    [TestCase("GET", "/api/v1/trace/88.300.1/none")]
    public async Task Key_OverItsRate_Gets429(string method, string path)
    {
        var key = await Server.KeyAsync(Role.Registrar, rateLimit: 1);
        var body = method == "POST" ? "{}" : null;

        var answers = new List<Answer>();
        while (answers.Count < 50 && (answers.Count == 0 || answers[^1].Status != 429))
        {
            answers.Add(await Server.SendAsync(key, method, path, body));
        }

        Assert.That((answers[^1].Status, answers[^1].Code), Is.EqualTo((429, "TooMany")));
        Assert.That(answers[^1].Header("Retry-After"), Is.Not.Null);
    }

    [Test]
    public async Task Metrics_CountEventsAndTraces()
    {
        await using var node = await TestNode.StartAsync();
        var counted = new List<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Meter == node.Node.Telemetry.Meter)
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (counted)
            {
                counted.Add((instrument.Name, value, string.Join(' ', tags.ToArray().Select(t => t.Value))));
            }
        }
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
        var (roll, piece) = (node.NewId("roll"), node.NewId("piece"));
        Task SendAsync(string path, string body) => node.SendAsync(Role.Registrar, "POST", "/api/v1/" + path, body);
        var made = $$"""{"type":"transform","time":"{{Time}}","inputs":["{{roll}}"],"outputs":["{{piece}}"]}""";

        await SendAsync("events:batch", $$"""{"items":[{{made}},{{made}},{"type":"fly"},{"type":"hold"},5]}""");
        await SendAsync(
            "identifiers",
            $$"""{"template":"part","attributes":{"name":"x"},"links":[{"type":"contains","to":"{{piece}}"}]}"""
        );
        await node.GetAsync($"/api/v1/trace/{roll}?direction=forward", Role.Reader);
        await node.GetAsync($"/api/v1/trace/{roll}?direction=forward&budget=1", Role.Reader);

        List<string> Of(string name)
        {
            lock (counted)
            {
                return [.. counted.Where(c => c.Name == name).Select(c => c.Tags).Order(StringComparer.Ordinal)];
            }
        }
        Assert.That(
            Of("idresolution.events"),
            Is.EqualTo([
                "assemble created",
                "hold InvalidValue",
                "transform created",
                "transform same",
                "unknown InvalidValue",
                "unknown InvalidValue",
            ])
        );
        Assert.That(Of("idresolution.trace.duration"), Is.EqualTo(["forward complete", "forward cut"]));
        Assert.That(
            counted.Where(c => c.Name == "idresolution.trace.items").Select(c => c.Value),
            Is.EqualTo(new[] { 3.0, 1.0 })
        );
    }

    [Test]
    public async Task Readyz_HoldThatSpreads_IsTold_AndIsNoFault()
    {
        await using var node = await TestNode.StartAsync();
        // Nothing goes on with it then, as where the node that took it was killed.
        await node.StopWorkerAsync();
        var hold = EventWrites.Hold("spreads", HoldScope.MadeFrom, 0, node.NewId("roll"));
        await node.Node.Store.Events.WriteAsync([hold], CancellationToken.None);

        await node.Services.GetRequiredService<HoldGauges>().ReadAsync(CancellationToken.None);

        var answer = await node.GetAsync("/readyz");
        Assert.That(
            answer.Text,
            Does.EndWith("\nholds: 1 did not reach yet everything made from their items; they go on by themselves\n")
        );
    }
}
