using System.Globalization;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Simulation;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Upstream;

/// <summary>What callers see of the sending, and do about what was refused.</summary>
[TestFixture]
public sealed class UpstreamCallTests : UpstreamFixture
{
    private const string Route = "/api/v1/upstream";
    private const string Letters = Route + "/letters";

    [Test]
    public async Task Status_AllWentUp_TellsItWithoutTheSecret()
    {
        await StartNodeAsync(o => o.Prefix = TestNode.Prefix);
        await Node.RegisterAsync($$""" "attributes":{"name":"{{new string('x', 300)}}"} """);
        await InStepAsync();

        // The node writes what it sent within some seconds.
        Assert.That(async () => Long(await StatusAsync(), "sent"), Is.Positive.After(10_000, 100));
        var status = await StatusAsync();

        Assert.Multiple(() =>
        {
            Assert.That(status.GetProperty("configured").GetBoolean(), Is.True);
            Assert.That(status.GetProperty("url").GetString(), Is.EqualTo(Server.Address.ToString()));
            Assert.That(status.GetProperty("user").GetString(), Is.EqualTo(User));
            Assert.That(status.GetProperty("prefix").GetString(), Is.EqualTo(TestNode.Prefix));
            Assert.That((Long(status, "lag"), Long(status, "refused"), Long(status, "due")), Is.EqualTo((0, 0, 0)));
            Assert.That(Long(status, "cursor"), Is.EqualTo(Long(status, "head")).And.Positive);
            Assert.That((Long(status, "sent"), Long(status, "kept")), Is.EqualTo((1, 1)));
            Assert.That(status.GetProperty("lagSeconds").GetDouble(), Is.Zero);
            Assert.That(status.GetProperty("sentAt").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UnixEpoch));
            Assert.That(status.TryGetProperty("error", out _), Is.False);
            Assert.That(status.GetRawText(), Does.Not.Contain(Secret));
        });
    }

    [Test]
    public async Task Status_SecondaryNodeAway_TellsTheLagAndWhyAndTheNodeStaysReady()
    {
        await StartNodeAsync();
        await InStepAsync();
        await WithoutUpperAsync(async () =>
        {
            await Node.RegisterAsync();

            Assert.That(async () => Tells(await StatusAsync(), "error"), Is.True.After(20_000, 50));
            var status = await StatusAsync();
            var ready = await Node.GetAsync("/readyz");

            Assert.Multiple(() =>
            {
                Assert.That(Long(status, "lag"), Is.EqualTo(1));
                Assert.That(status.GetProperty("error").GetString(), Does.StartWith("No answer from "));
                Assert.That(Tells(status, "failedAt"), Is.True);
                Assert.That(ready.Status, Is.EqualTo(200));
                Assert.That(
                    ready.Text,
                    Does.Match(
                        @"\Adegraded\nupstream: no answer, or a failure, since \d{4}-\d\d-\d\d [\d:]{8}Z; registrations go "
                            + @"on; entries that wait: 1; idnode upstream status says why\n\z"
                    )
                );
            });
        });
        await InStepAsync();
        Assert.That(async () => (await Node.GetAsync("/readyz")).Text, Is.EqualTo("ok\n").After(10_000, 50));
        Assert.That(Tells(await StatusAsync(), "error"), Is.False);
    }

    [Test]
    public async Task Status_NoUpstream_SaysSo()
    {
        await using var node = await TestNode.StartAsync();

        var answer = await node.GetAsync(Route, Role.Reader);

        Assert.That(answer.Text, Is.EqualTo("""{"configured":false,"refused":0,"due":0}"""));
        Assert.That((await node.GetAsync(Letters, Role.Reader)).Items, Is.Empty);
    }

    [Test]
    public async Task Letters_Refused_ArePagedAndNamedByReadiness()
    {
        var ids = await RefusedAsync(3);

        var first = await Node.GetAsync(Letters + "?limit=2", Role.Reader);
        var next = first.Json.GetProperty("next").GetInt64();
        var second = await Node.GetAsync($"{Letters}?limit=2&after={next}", Role.Reader);

        Assert.That(second.Json.TryGetProperty("next", out _), Is.False);
        var letters = first.Items.Concat(second.Items).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(letters.Select(l => l.GetProperty("identifier").GetString()), Is.EqualTo(ids));
            Assert.That(letters.Select(l => Long(l, "sequence")), Is.Ordered.And.Unique);
            Assert.That(letters.Select(l => l.GetProperty("reason").GetString()), Has.All.Not.Empty);
            Assert.That(letters.Select(l => l.GetProperty("due").GetBoolean()), Has.All.False);
            Assert.That(letters.Select(l => Tells(l, "at")), Has.All.True);
        });
        Assert.That(
            async () => (await Node.GetAsync("/readyz")).Text,
            Is.EqualTo("degraded\nupstream: records refused: 3; idnode upstream letters names them\n").After(10_000, 50)
        );
        Assert.That(Long(await StatusAsync(), "refused"), Is.EqualTo(3));
    }

    [Test]
    public async Task Letter_RecordChanged_EndsByItself()
    {
        var id = (await RefusedAsync(1))[0];
        Upper.Remove();

        await PatchAsync(id, """{"name":"corrected"}""");
        await InStepAsync();

        Assert.That((await Node.GetAsync(Letters, Role.Reader)).Items, Is.Empty);
        Assert.That(Upper.Find(id)![2000], Is.EqualTo("corrected"));
    }

    [Test]
    public async Task Retry_CauseMended_SendsThemAgain()
    {
        var ids = await RefusedAsync(2);
        var sequences = await SequencesAsync();

        var still = await DoAsync("retry", $$"""{"sequences":[{{sequences[0]}}]}""");
        Assert.That((still.Done, still.Unknown), Is.EqualTo((1, Array.Empty<long>())));
        Assert.That(async () => await DueAsync(), Is.Zero.After(20_000, 50));
        Assert.That(await SequencesAsync(), Is.EqualTo(sequences), "it is refused again");

        Upper.Remove();
        var done = await DoAsync("retry", $$"""{"sequences":[{{sequences[0]}},99999,{{sequences[0]}},-1]}""");
        Assert.That(done.Done, Is.EqualTo(1));
        Assert.That(done.Unknown, Is.EqualTo(new[] { -1, 99_999 }));
        Assert.That(async () => await SequencesAsync(), Is.EqualTo(sequences[1..]).After(20_000, 50));
        var all = await DoAsync("retry", """{"all":true}""");
        Assert.That(all.Done, Is.EqualTo(1));
        await InStepAsync();

        Assert.That(await SequencesAsync(), Is.Empty);
        Assert.That(ids.Select(Upper.Find), Has.All.Not.Null);
        Assert.That(async () => (await Node.GetAsync("/readyz")).Text, Is.EqualTo("ok\n").After(10_000, 50));
        Assert.That(
            await ActsAsync("upstream.retry"),
            Is.EqualTo(new[] { $"{sequences[0]} 1", $"{sequences[0]} 1", "all 1" })
        );
    }

    [Test]
    public async Task Drop_SomeThenAll_GivesThemUpAndSaysWhatThereWasNot()
    {
        await RefusedAsync(3);
        var sequences = await SequencesAsync();

        var one = await DoAsync("drop", $$"""{"sequences":[{{sequences[1]}},99999]}""");
        Assert.That((one.Done, one.Unknown.Single()), Is.EqualTo((1, 99_999L)));
        Assert.That(await SequencesAsync(), Is.EqualTo(new[] { sequences[0], sequences[2] }));
        var all = await DoAsync("drop", """{"all":true}""");
        Assert.That((all.Done, all.Unknown), Is.EqualTo((2, Array.Empty<long>())));

        Assert.That(await SequencesAsync(), Is.Empty);
        Assert.That(await ActsAsync("upstream.drop"), Is.EqualTo(new[] { $"{sequences[1]} 1", "all 2" }));
        Assert.That(async () => (await Node.GetAsync("/readyz")).Text, Is.EqualTo("ok\n").After(10_000, 50));
    }

    [TestCase("{}")]
    [TestCase("""{"all":false}""")]
    [TestCase("""{"sequences":[]}""")]
    [TestCase("""{"sequences":[1],"all":true}""")]
    public async Task Body_ThatNamesNothingOrBoth_IsRefused(string body)
    {
        await StartNodeAsync();
        foreach (var call in new[] { "retry", "drop" })
        {
            var answer = await Node.SendAsync(Role.Admin, "POST", $"{Letters}:{call}", body);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((422, "InvalidValue")), answer.ToString());
            Assert.That(answer.Fields, Is.EqualTo(new[] { "sequences" }));
        }
    }

    [Test]
    public async Task Body_OfTooManyNumbers_IsRefused()
    {
        await StartNodeAsync();
        var body = $$"""{"sequences":[{{string.Join(',', Enumerable.Range(1, 1_001))}}]}""";

        Assert.That((await Node.SendAsync(Role.Admin, "POST", Letters + ":drop", body)).Status, Is.EqualTo(422));
    }

    /// <summary>Registers records that the secondary node refuses until its fault is removed.</summary>
    private async Task<List<string>> RefusedAsync(int count)
    {
        await StartNodeAsync();
        Upper.Add(new Fault(FaultKind.Refuse) { Handle = "Bad-" });
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await Node.RegisterAsync(""" "attributes":{"name":"n"} """, $"{TestNode.Prefix}/Bad-{i}"));
        }
        Assert.That(async () => (await LettersAsync()).Count, Is.EqualTo(count).After(20_000, 50));
        return ids;
    }

    private async Task<JsonElement> StatusAsync() => (await Node.GetAsync(Route, Role.Reader)).Json;

    private async Task<long> DueAsync() => Long(await StatusAsync(), "due");

    private async Task<List<long>> SequencesAsync() =>
        [.. (await Node.GetAsync(Letters, Role.Reader)).Items.Select(l => Long(l, "sequence"))];

    private async Task<(long Done, long[] Unknown)> DoAsync(string call, string body)
    {
        var answer = await Node.SendAsync(Role.Admin, "POST", $"{Letters}:{call}", body);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return (
            Long(answer.Json, "done"),
            [.. answer.Json.GetProperty("unknown").EnumerateArray().Select(u => u.GetInt64())]
        );
    }

    /// <summary>Target and count of the lines of an action, oldest first.</summary>
    private async Task<IEnumerable<string>> ActsAsync(string action) =>
        (await Node.GetAsync($"/api/v1/audit?action={action}", Role.Auditor))
            .Items.Select(l =>
                string.Create(CultureInfo.InvariantCulture, $"{l.GetProperty("target").GetString()} {Long(l, "count")}")
            )
            .Reverse();

    private static bool Tells(JsonElement json, string member) => json.TryGetProperty(member, out _);

    private static long Long(JsonElement json, string member) => json.GetProperty(member).GetInt64();
}
