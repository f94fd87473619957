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
            Assert.That(all.Json.GetProperty("next").GetString(), Is.EqualTo(Cursor(after + 3)));
            Assert.That(all.Items.Select(i => i.GetProperty("leaf").GetString()), Has.All.Match("^[0-9a-f]{64}$"));
            Assert.That(first.Items, Has.Length.EqualTo(1));
            Assert.That(first.Json.GetProperty("next").GetString(), Is.EqualTo(Cursor(after + 1)));
        });
        Assert.That(
            (await GetAsync(after + 3, Role.Reader)).Json.GetProperty("next").GetString(),
            Is.EqualTo(Cursor(after + 3))
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
            Assert.That(answer.Json.GetProperty("next").GetString(), Is.EqualTo(Cursor(after + 4)), role.ToString());
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

        Assert.That((answer.Items.Length, answer.Json.GetProperty("next").GetString()), Is.EqualTo((0, Cursor(after))));
    }

    [TestCase("1000000000")]
    [TestCase("LOG.1000000000")]
    [TestCase("7.1")]
    public async Task Changes_CursorOfAnotherLogOrBeyondTheHead_Answers409WithWhereToGoOn(string cursor)
    {
        var log = Server.Node.Catalog.Current.Log!.Name;

        var answer = await GetAsync(cursor.Replace("LOG", $"{log.Number}", StringComparison.Ordinal), Role.Reader);

        Assert.That(
            (answer.Status, answer.Json.GetProperty("code").GetString(), string.Join(' ', answer.Fields)),
            Is.EqualTo((409, "LogRestarted", "after"))
        );
        Assert.That(
            (answer.Json.GetProperty("log").GetString(), answer.Json.GetProperty("after").GetString()),
            Is.EqualTo((log.ToString(), $"{log.Number}.0"))
        );
        Assert.That((await GetAsync($"{log.Number}.0", Role.Reader)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Changes_CursorWithTheLog_GivesTheSameAsTheNumber()
    {
        var after = await HeadAsync();
        await Server.RegisterAsync();

        Assert.That(
            (await GetAsync(Cursor(after), Role.Reader)).Text,
            Is.EqualTo((await GetAsync(after, Role.Reader)).Text)
        );
    }

    [TestCase("after=x", "after")]
    [TestCase("after=-1", "after")]
    [TestCase("after=1.", "after")]
    [TestCase("after=.1", "after")]
    [TestCase("after=1.2.3", "after")]
    [TestCase("after=%2B1.2", "after")]
    [TestCase("after=99999999999999999999", "after")]
    [TestCase("wait=61", "wait")]
    [TestCase("limit=1001", "limit")]
    [TestCase("wait=61&limit=1001", "wait limit")]
    public async Task Changes_BadQuery_Answers422NamingIt(string query, string field)
    {
        var answer = await Server.GetAsync("/api/v1/changes?" + query, Role.Reader);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)));
    }

    private static string Line(JsonElement item) =>
        $"{item.GetProperty("sequence")} {item.GetProperty("kind")} {item.GetProperty("operation")} {item.GetProperty("identifier")} {item.GetProperty("version")}";

    private string Cursor(long sequence) => $"{Server.Node.Catalog.Current.Log!.Name.Number}.{sequence}";

    private Task<Answer> GetAsync(object after, Role role, string more = "") =>
        Server.GetAsync($"/api/v1/changes?after={after}{more}", role);

    private async Task<long> HeadAsync() => await Server.Node.Store.Log.HeadAsync(CancellationToken.None);
}
