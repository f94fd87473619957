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
            Has.One.Matches<System.Text.Json.JsonElement>(r => r.GetProperty("version").GetInt64() == 2)
        );
    }

    [GeneratedRegex(@"registered (\d+), there before 0")]
    private static partial Regex Counts();
}
