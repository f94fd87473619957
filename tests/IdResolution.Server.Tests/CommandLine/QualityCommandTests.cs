using System.Text.Json;

namespace IdResolution.Server.Tests.CommandLine;

/// <summary><c>quality</c> on a node that does not serve.</summary>
[TestFixture]
public sealed class QualityCommandTests : CommandLineFixture
{
    [SetUp]
    public async Task MakeNodeAsync()
    {
        await InitAsync();
        var file = Path.Combine(Data, "events.jsonl");
        await File.WriteAllTextAsync(
            file,
            $$$"""
            {"type":"inspect","time":"2026-03-01T08:00:00Z","items":"{{{Prefix}}}/S1","step":"leak","equipment":"bench 1","measurements":{"characteristic":"leak","value":2,"low":0,"high":3,"unit":"MLT"}}
            {"type":"inspect","time":"2026-03-01T09:00:00Z","items":"{{{Prefix}}}/S2","step":"leak","equipment":"bench 1","measurements":{"characteristic":"leak","value":4,"low":0,"high":3,"unit":"MLT"},"defects":{"code":"leak"}}

            """
        );
        await DoAsync("events", "import", file, "--data", Data);
    }

    [Test]
    public async Task Quality_ByMachine_IsATable_OrTheAnswerOfTheCall()
    {
        string[] asked = ["quality", "--data", Data, "--from", "2026-03-01T00:00:00Z", "--by", "machine"];

        var table = await DoAsync([.. asked]);
        var values = await DoAsync([.. asked, "--characteristic", "leak"]);
        var json = JsonDocument.Parse(await DoAsync([.. asked, "--by", "step", "--format", "json"])).RootElement;

        var chinese = await DoAsync([.. asked, "--lang", "zh"]);
        Assert.That(chinese, Does.StartWith("设备").And.Contain("一次合格率").And.Contain("缺陷"));
        Assert.That(table, Does.StartWith("MACHINE").And.Match(@"bench 1 +2 +1 +0.5 +0 +2 +1 +leak 1\b"));
        Assert.That(values, Does.Match(@"bench 1 +2 +1 +2 +3 +2 +4 +1.41421 +0.353553 +0\b"));
        Assert.That(
            json.GetProperty("rows")[0].GetProperty("key").EnumerateArray().Select(k => k.GetString()),
            Is.EqualTo(new[] { "bench 1", "leak" })
        );
    }

    [Test]
    public async Task Completeness_OfATemplate_IsTheAnswerOfTheCall()
    {
        await MakeTemplateAsync("bolt", """[{"code":"certificate","type":"text"}]""");
        await DoAsync("register", "--data", Data, "--template", "bolt", "--identifier", Prefix + "/S1");

        var json = JsonDocument.Parse(
            await DoAsync("completeness", "--data", Data, "--template", "bolt", "--from", "2026-03-01T00:00:00Z")
        );
        var ran = await RunAsync("completeness", "--data", Data, "--template", "none");

        Assert.That(json.RootElement.GetProperty("uncertified").GetProperty("count").GetInt32(), Is.EqualTo(1));
        Assert.That(
            json.RootElement.GetProperty("steps")[0].GetProperty("step").GetString(),
            Is.EqualTo("leak"),
            json.RootElement.ToString()
        );
        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Error, Does.Contain("template"));
    }

    [TestCase("--by", "hour")]
    [TestCase("--by", "day", "--from", "yesterday")]
    [TestCase("--by", "day", "--limit", "0")]
    public async Task Quality_OfABadQuestion_IsRefused(params string[] options)
    {
        var ran = await RunAsync(["quality", "--data", Data, .. options]);

        Assert.That((ran.Code, ran.Output), Is.EqualTo((1, "")), ran.Error);
        Assert.That(ran.Error, Does.Contain(options[^2].TrimStart('-')));
    }
}
