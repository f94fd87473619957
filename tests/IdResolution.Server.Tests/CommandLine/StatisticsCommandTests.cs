using System.Text.Json;
using IdResolution.Core.Primitives;
using IdResolution.Core.Statistics;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>statistics</c> on a node that does not serve.</summary>
[TestFixture]
public sealed class StatisticsCommandTests : CommandLineFixture
{
    private const string Below = Prefix + ".7";

    [SetUp]
    public async Task MakeNodeAsync()
    {
        await InitAsync();
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", Prefix + "/B1");
    }

    [Test]
    public async Task Statistics_OfAPrefix_ShowsWhatWasDoneAndReportedThere()
    {
        using (var node = await OpenAsync())
        {
            var day = DateOnly.FromDateTime(node.Get<PlantClock>().Now.DateTime);
            var key = new StatisticKey(day, "", "plant-1", ReportedCount.RegisterOperation, Below);
            await node.Get<IStatisticStore>().SetAsync([new Statistic(key, 12)], CancellationToken.None);
        }

        var all = await DoAsync("statistics", "--data", Data);
        var json = JsonDocument.Parse(await DoAsync("statistics", "--data", Data, "--prefix", Below, "--json"));

        Assert.That(all, Does.Match(@"bolt +register +1\b").And.Match(@"plant-1 +reported-register +12\b"));
        var row = json.RootElement.EnumerateArray().Single();
        Assert.That(
            (row.GetProperty("source").GetString(), row.GetProperty("count").GetInt64()),
            Is.EqualTo(("plant-1", 12))
        );
    }

    [TestCase(2, "--from", "yesterday")]
    [TestCase(1, "--from", "2026-02-01", "--to", "2026-01-01")]
    [TestCase(1, "--prefix", "no prefix")]
    public async Task Statistics_OfNoDayOrPrefix_IsRefused(int code, params string[] options)
    {
        var ran = await RunAsync(["statistics", "--data", Data, .. options]);

        Assert.That((ran.Code, ran.Output), Is.EqualTo((code, "")), ran.Error);
        Assert.That(ran.Error, Does.Contain(options[0].TrimStart('-')));
    }
}
