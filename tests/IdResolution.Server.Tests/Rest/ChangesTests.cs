using System.Diagnostics;
using System.Text.Json;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class ChangesTests : NodeFixture
{
    [Test]
    public async Task Changes_FromACursor_GivesWhatFollowsInOrder()
    {
        var after = await HeadAsync();
        var id = await Server.RegisterAsync();
        await Server.SendAsync(
            Role.Registrar,
            "PATCH",
            "/api/v1/identifiers/" + id,
            """{"attributes":{"name":"new"}}"""
        );
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);

        var all = await GetAsync(after, Role.Reader);
        var first = await GetAsync(after, Role.Reader, "&limit=1");

        Assert.Multiple(() =>
        {
            Assert.That(
                all.Items.Select(Line),
                Is.EqualTo(
                    new[]
                    {
                        $"{after + 1} record create {id} 1",
                        $"{after + 2} record update {id} 2",
                        $"{after + 3} record revoke {id} 3",
                    }
                )
            );
            Assert.That(all.Json.GetProperty("next").GetInt64(), Is.EqualTo(after + 3));
            Assert.That(all.Items.Select(i => i.GetProperty("leaf").GetString()), Has.All.Match("^[0-9a-f]{64}$"));
            Assert.That(first.Items, Has.Length.EqualTo(1));
            Assert.That(first.Json.GetProperty("next").GetInt64(), Is.EqualTo(after + 1));
        });
        Assert.That(
            (await GetAsync(after + 3, Role.Reader)).Json.GetProperty("next").GetInt64(),
            Is.EqualTo(after + 3)
        );
    }

    [Test]
    public async Task Changes_OtherKinds_AreTheAdministratorsAndTheCursorAdvancesOverThemForAll()
    {
        var after = await HeadAsync();
        await Server.SendAsync(Role.Admin, "POST", "/api/v1/keys", """{"role":"reader"}""");
        await Server.SendAsync(Role.Admin, "POST", "/api/v1/categories", """{"code":"changed"}""");
        var id = await Server.RegisterAsync();
        await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates", """{"code":"changed","attributes":[]}""");

        foreach (var role in new[] { Role.Partner, Role.Reader, Role.Registrar, Role.Admin })
        {
            var answer = await GetAsync(after, role);
            Assert.That(
                answer.Items.Select(i => i.GetProperty("kind").GetString()),
                Is.EqualTo(role == Role.Admin ? new[] { "key", "configuration", "record", "template" } : ["record"]),
                role.ToString()
            );
            Assert.That(answer.Json.GetProperty("next").GetInt64(), Is.EqualTo(after + 4), role.ToString());
            Assert.That(
                answer.Items.Single(i => i.GetProperty("kind").GetString() == "record").TryGetProperty("actor", out _),
                Is.EqualTo(role != Role.Partner)
            );
            Assert.That(answer.Text, Does.Contain(id));
        }
    }

    [Test]
    public async Task Changes_Waiting_WakesOnAWrite()
    {
        var after = await HeadAsync();
        var watch = Stopwatch.StartNew();
        var waiting = GetAsync(after, Role.Partner, "&wait=30");
        await Task.Delay(200);
        Assert.That(waiting.IsCompleted, Is.False);

        var id = await Server.RegisterAsync();
        var answer = await waiting;

        Assert.That(answer.Items.Select(i => i.GetProperty("identifier").GetString()), Is.EqualTo(new[] { id }));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)));
    }

    [Test]
    public async Task Changes_WaitingForNothing_AnswersAnEmptyPageWithTheSameCursor()
    {
        var after = await HeadAsync();

        var answer = await GetAsync(after, Role.Partner, "&wait=1");

        Assert.That((answer.Items.Length, answer.Json.GetProperty("next").GetInt64()), Is.EqualTo((0, after)));
    }

    [Test]
    public async Task Changes_CursorBeyondTheHead_AnswersAnEmptyPage()
    {
        var answer = await GetAsync(1_000_000_000, Role.Reader);

        Assert.That((answer.Items.Length, answer.Json.GetProperty("next").GetInt64()), Is.EqualTo((0, 1_000_000_000L)));
    }

    [TestCase("after=x", "after")]
    [TestCase("after=-1", "after")]
    [TestCase("wait=61", "wait")]
    [TestCase("limit=1001", "limit")]
    [TestCase("after=1&after=2", "after")]
    public async Task Changes_BadQuery_Answers422NamingIt(string query, string field)
    {
        var answer = await Server.GetAsync("/api/v1/changes?" + query, Role.Reader);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)));
    }

    private static string Line(JsonElement item) =>
        $"{item.GetProperty("sequence")} {item.GetProperty("kind")} {item.GetProperty("operation")} {item.GetProperty("identifier")} {item.GetProperty("version")}";

    private Task<Answer> GetAsync(long after, Role role, string more = "") =>
        Server.GetAsync($"/api/v1/changes?after={after}{more}", role);

    private async Task<long> HeadAsync() => await Server.Node.Store.Log.HeadAsync(CancellationToken.None);
}
