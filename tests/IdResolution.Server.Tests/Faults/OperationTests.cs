using System.Net;
using System.Text;
using System.Text.Json;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Faults;

/// <summary>What operators do to a running node.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class OperationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task ChangedLimits_AreTakenOverWithoutRestart_AndBadOnesRefused()
    {
        using var data = new TemporaryDirectory();
        var settings = data.File("appsettings.json");
        await File.WriteAllTextAsync(settings, "{}");
        using var node = await NodeProcess.StartAsync(data.Path);
        Assert.That(await PostAsync(node), Is.EqualTo(HttpStatusCode.Created));

        await File.WriteAllTextAsync(settings, """{"Limits": {"BodyBytes": 1024}}""");
        await ProcessFaultTests.WaitUntilAsync(
            async () => await PostAsync(node) == HttpStatusCode.RequestEntityTooLarge,
            Patience
        );

        await File.WriteAllTextAsync(settings, """{"Limits": {"BodyBytes": 1}}""");
        node.Signal("HUP");
        await ProcessFaultTests.WaitUntilAsync(
            () => node.Errors.Contains("Limits:BodyBytes: 1 must be", StringComparison.Ordinal),
            Patience
        );
        Assert.That(await PostAsync(node), Is.EqualTo(HttpStatusCode.RequestEntityTooLarge), "the old ones hold");

        await File.WriteAllTextAsync(settings, """{"Limits": {"BodyBytes": 65536}}""");
        node.Signal("HUP");
        await ProcessFaultTests.WaitUntilAsync(async () => await PostAsync(node) == HttpStatusCode.Created, Patience);
    }

    [Test]
    public async Task Logs_AsJson_HaveTheFieldsOfEachEventApart()
    {
        using var data = new TemporaryDirectory();
        using var node = await NodeProcess.StartAsync(
            data.Path,
            null,
            start => start.Environment["IDR__Logging__Console__FormatterName"] = "json"
        );

        await ProcessFaultTests.WaitUntilAsync(
            () => node.Errors.Contains("\"Lease\":", StringComparison.Ordinal),
            Patience
        );

        var lines = node
            .Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement)
            .ToList();
        var lease = lines.First(l => l.GetProperty("EventId").GetInt32() == 6);
        Assert.That(
            lease.GetProperty("State").GetProperty("Lease").GetString(),
            Is.AnyOf("quality", "statistics", "stock", "unregistered")
        );
        Assert.That(
            lines.Select(l => l.GetProperty("Timestamp").GetString()),
            Has.All.Match(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        );
    }

    /// <summary>Registers with a body of 2 KiB.</summary>
    private static async Task<HttpStatusCode> PostAsync(NodeProcess node)
    {
        using var content = new StringContent(
            """{"template":"mea-batch","attributes":{"remark":"x"}}""".PadRight(2_048),
            Encoding.UTF8,
            "application/json"
        );
        using var response = await node.Http.PostAsync("/api/v1/identifiers", content);
        return response.StatusCode;
    }
}
