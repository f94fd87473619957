using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed partial class DemoCommandTests : CommandLineFixture
{
    [Test]
    public async Task Demo_Twice_AddsNothingTheSecondTime()
    {
        await InitAsync();

        var first = await DoAsync("demo", "--data", Data, "--stacks", "2");
        var count = int.Parse(Counts().Match(first).Groups[1].Value);
        long head;
        using (var node = await OpenAsync())
        {
            head = await node.Get<NodeStore>().Log.HeadAsync(default);
        }
        var second = await DoAsync("demo", "--data", Data, "--stacks", "2");

        using var after = await OpenAsync();
        Assert.That(count, Is.GreaterThan(100));
        Assert.That(second, Does.Contain($"registered 0, there before {count}"));
        Assert.That(await after.Get<IdResolution.Storage.Sql.NodeStore>().Log.HeadAsync(default), Is.EqualTo(head));
        Assert.That(
            await RecordsAsync("membrane-roll"),
            Has.One.Matches<JsonElement>(r => r.GetProperty("version").GetInt64() == 2)
        );
    }

    [Test]
    public async Task Demo_Genealogy_LeadsFromEveryVehicleToItsRollsAndBack()
    {
        await InitAsync();
        await DoAsync("demo", "--data", Data, "--stacks", "20");
        var rolls = (await RecordsAsync("membrane-roll")).Select(Id).ToList();

        var reached = new HashSet<string>();
        foreach (var roll in rolls)
        {
            var forward = await TraceAsync(roll, "forward");
            reached.UnionWith(Of(forward, "vehicle"));
            // One piece is revoked; the bad roll is held, with all made from it.
            Assert.That(Findings(forward), Is.SubsetOf(new[] { "revoked", "held" }));
        }
        var vehicles = (await RecordsAsync("vehicle")).Select(Id).ToList();
        Assert.That(reached, Is.EquivalentTo(vehicles));
        foreach (var vehicle in vehicles)
        {
            var backward = await TraceAsync(vehicle, "backward");
            Assert.That(Of(backward, "membrane-roll"), Is.Not.Empty.And.SubsetOf(rolls));
            Assert.That(Of(backward, "stack").Count(), Is.EqualTo(2));
            Assert.That(Of(backward, "mea").Count(), Is.GreaterThanOrEqualTo(90));
            Assert.That(Of(backward, "bipolar-plate").Count(), Is.GreaterThanOrEqualTo(92));
            string[] others =
            [
                "catalyst-lot",
                "ionomer-lot",
                "gdl-lot",
                "ink-batch",
                "ccm-batch",
                "mea-batch",
                "end-plate",
                "gasket",
                "air-compressor",
                "hydrogen-pump",
                "controller",
                "fc-system",
            ];
            Assert.That(others.Where(template => !Of(backward, template).Any()), Is.Empty);
            Assert.That(Findings(backward), Is.SubsetOf(new[] { "held" }));
        }
    }

    [Test]
    public async Task Demo_Orders_TellWhatBecameOfThem()
    {
        await InitAsync();
        await DoAsync("demo", "--data", Data, "--stacks", "6");

        var types = new HashSet<string?>();
        foreach (var order in await RecordsAsync("order"))
        {
            var attributes = order.GetProperty("attributes");
            var type = attributes.GetProperty("orderType").GetString();
            types.Add(type);
            var said = await FulfilmentAsync(order);
            Assert.That(
                attributes.GetProperty("state").GetString() == "completed",
                Is.EqualTo(said.GetProperty("complete").GetBoolean()),
                $"its state is what became of it: {said}"
            );
            if (type == "purchase")
            {
                var line = said.GetProperty("lines").EnumerateArray().Single();
                Assert.That(Sum(line, "planned"), Is.Positive.And.EqualTo(Sum(line, "received")), line.ToString());
            }
        }
        Assert.That(types, Is.EquivalentTo(new[] { "purchase", "production", "sales" }));
        foreach (var order in await RecordsAsync("logistics-order"))
        {
            var line = (await FulfilmentAsync(order)).GetProperty("lines").EnumerateArray().Single();
            var left = order.GetProperty("sourceKey").GetString()!.StartsWith("SH", StringComparison.Ordinal);
            string[] done = left ? ["picked", "shipped"] : ["received"];
            foreach (var column in done)
            {
                Assert.That(Sum(line, column), Is.Positive.And.EqualTo(Sum(line, "planned")), line.ToString());
            }
        }

        static decimal Sum(JsonElement line, string column) => line.GetProperty(column).GetDecimal();
    }

    private async Task<JsonElement> FulfilmentAsync(JsonElement order) =>
        // Ends with 1 where the order is not complete.
        JsonDocument.Parse((await RunAsync("fulfilment", "--data", Data, Id(order))).Output).RootElement;

    private static string Id(JsonElement record) => record.GetProperty("identifier").GetString()!;

    private static IEnumerable<string> Of(JsonElement trace, string template) =>
        trace
            .GetProperty("nodes")
            .EnumerateArray()
            .Where(n => n.TryGetProperty("template", out var code) && code.GetString() == template)
            .Select(Id);

    private static IEnumerable<string?> Findings(JsonElement trace) =>
        trace.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("code").GetString());

    private async Task<JsonElement> TraceAsync(string id, string direction) =>
        JsonDocument.Parse(await DoAsync("trace", "--data", Data, id, "--direction", direction)).RootElement;

    [GeneratedRegex(@"registered (\d+), there before 0")]
    private static partial Regex Counts();
}
