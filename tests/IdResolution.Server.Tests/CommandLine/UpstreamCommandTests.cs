using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Upstream;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Tests.CommandLine;

[TestFixture]
public sealed class UpstreamCommandTests : CommandLineFixture
{
    private string _secret = "";
    private List<long> _sequences = [];

    [SetUp]
    public async Task MakeNode()
    {
        await InitAsync();
        _secret = Write("secret", "none\n");
        await MakeTemplateAsync("bolt", """[{"code":"size","type":"text"}]""");
        foreach (var size in new[] { "M4", "M5", "M6" })
        {
            await DoAsync("register", "--data", Data, "--template", "bolt", "--attribute", $"size={size}");
        }
        using var node = await OpenAsync();
        var head = await node.Get<IChangeLog>().HeadAsync(default);
        _sequences = [head - 2, head - 1, head];
        var at = new DateTimeOffset(2026, 3, 1, 20, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000;
        var letters = _sequences.Select(s => new DeadLetter(UpstreamReader.ReaderName, s, "模板\n不存在", at));
        await node.Get<NodeStore>().Upstream.ChangeAsync(new LetterChange([.. letters], [], []), default);
    }

    [Test]
    public async Task Status_Configured_TellsItWithoutTheSecret()
    {
        var table = await UpstreamAsync("status");
        var json = JsonDocument.Parse(await UpstreamAsync("status", "--json")).RootElement;

        Assert.That(
            Cells(table)[..3],
            Is.EqualTo(new[] { "WHAT VALUE", "url https://snms.example.com", "user factory" })
        );
        Assert.That(Cells(table), Has.Some.EqualTo("refused 3").And.Some.EqualTo("cursor 0"));
        Assert.That(json.GetProperty("refused").GetInt64(), Is.EqualTo(3));
        Assert.That(json.GetProperty("lag").GetInt64(), Is.EqualTo(_sequences[2]));
        Assert.That(json.GetProperty("lagSeconds").GetDouble(), Is.Positive);
        Assert.That(table + json, Does.Not.Contain("none").And.Not.Contain(_secret));
    }

    [Test]
    public async Task Status_NoUpstream_SaysSo()
    {
        var said = await DoAsync("upstream", "status", "--data", Data);

        Assert.That(
            Cells(said),
            Is.EqualTo(
                new[] { "No secondary node is set: Upstream:Url (--upstream-url).", "WHAT VALUE", "refused 3", "due 0" }
            )
        );
    }

    [Test]
    public async Task Options_ThatCannotBe_AreNamed()
    {
        var ran = await RunAsync("upstream", "status", "--data", Data, "--upstream-url", "snms.example.com");

        Assert.That(ran.Code, Is.EqualTo(2));
        Assert.That(
            ran.Error,
            Does.Contain("--upstream-url").And.Contain("--upstream-user").And.Contain("--upstream-secret-file")
        );
    }

    [Test]
    public async Task Letters_Some_AreListedInPages()
    {
        var all = await UpstreamAsync("letters");
        var page = await UpstreamAsync("letters", "--limit", "2");
        var rest = await UpstreamAsync("letters", "--after", $"{_sequences[1]}");

        Assert.That(
            Cells(all),
            Is.EqualTo(
                new[] { "SEQUENCE IDENTIFIER REFUSED NEXT REASON" }.Concat(
                    _sequences.Select((s, i) => $"{s} 88.300.1/BOLT-00000{i + 1} 2026-03-01 20:00Z waits 模板 不存在")
                )
            )
        );
        Assert.That(Cells(page)[^1], Is.EqualTo($"There may be more: --after {_sequences[1]}"));
        Assert.That(Cells(rest)[1], Does.StartWith($"{_sequences[2]} "));
    }

    [Test]
    public async Task Retry_SomeThenAll_AreDueAndAudited()
    {
        var one = await UpstreamAsync("retry", $"{_sequences[0]}");
        var listed = await UpstreamAsync("letters");
        var all = await UpstreamAsync("retry", "--all");

        Assert.That((one.Trim(), all.Trim()), Is.EqualTo(("Sent again: 1.", "Sent again: 2.")));
        Assert.That(Cells(listed)[1], Does.Contain(" again "));
        Assert.That(
            await ActsAsync(),
            Is.EqualTo(new[] { $"upstream.retry {_sequences[0]} 1", "upstream.retry all 2" })
        );
    }

    [Test]
    public async Task Drop_NumbersOfNone_AreNamedAndTheOthersDropped()
    {
        var ran = await RunAsync(
            "upstream",
            "drop",
            "--data",
            Data,
            "99999",
            $"{_sequences[1]}",
            $"{_sequences[0]}",
            $"{_sequences[0]}"
        );

        Assert.That(ran.Code, Is.EqualTo(1));
        Assert.That(ran.Output.Trim(), Is.EqualTo($"Dropped: {_sequences[0]}, {_sequences[1]}."));
        Assert.That(ran.Error.Trim(), Is.EqualTo("There are no letters with these numbers: 99999."));
        Assert.That((await UpstreamAsync("drop", "--all")).Trim(), Is.EqualTo("Dropped: 1 letters."));
        Assert.That((await UpstreamAsync("letters")).Trim(), Is.EqualTo("The secondary node refused nothing."));
        Assert.That(
            await ActsAsync(),
            Is.EqualTo(new[] { $"upstream.drop {_sequences[0]}, {_sequences[1]} 2", "upstream.drop all 1" })
        );
    }

    [TestCase("retry")]
    [TestCase("drop")]
    [TestCase("drop", "--all", "1")]
    public async Task Choice_OfNothingOrBoth_ChangesNothing(params string[] args)
    {
        var ran = await RunAsync(["upstream", .. args, "--data", Data]);

        Assert.That((ran.Code, ran.Output), Is.EqualTo((2, "")));
        Assert.That(ran.Error, Does.StartWith("Name letters by their numbers, or give --all"));
        Assert.That(Cells(await UpstreamAsync("letters")), Has.Length.EqualTo(4));
    }

    private Task<string> UpstreamAsync(string verb, params string[] options) =>
        DoAsync([
            "upstream",
            verb,
            "--data",
            Data,
            "--upstream-url",
            "https://snms.example.com",
            "--upstream-user",
            "factory",
            "--upstream-secret-file",
            _secret,
            .. options,
        ]);

    /// <summary>Action, target and count of what was done about letters, oldest first.</summary>
    private async Task<IEnumerable<string>> ActsAsync()
    {
        using var node = await OpenAsync();
        return (await node.Get<IAuditStore>().ReadAsync(0, 100, default))
            .Where(l => l.Action.StartsWith("upstream.", StringComparison.Ordinal))
            .Select(l => $"{l.Action} {l.Target} {l.Count}")
            .Reverse();
    }

    private static string[] Cells(string table) =>
        [
            .. table
                .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
        ];
}
