using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class UpdateTests : NodeFixture
{
    private const string Route = "/api/v1/identifiers/";

    [Test]
    public async Task Patch_MergesAttributesAndLeavesTheRest()
    {
        var id = await Server.RegisterAsync(""" "attributes":{"name":"n","cost":1,"tags":["a"]} """);

        var answer = await PatchAsync(
            id,
            """{"attributes":{"cost":null,"grade":"B"}}""",
            ("Content-Type", "application/merge-patch+json")
        );

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(
            answer.Json.GetProperty("attributes").GetRawText(),
            Is.EqualTo("""{"name":"n","grade":"B","tags":["a"]}""")
        );
        Assert.That(answer.Header("ETag"), Does.Match("^W/\"[0-9]+-2-full-"));
        Assert.That((await Server.GetAsync(Route + id, Role.Registrar)).Text, Is.EqualTo(answer.Text));
    }

    [Test]
    public async Task Patch_ThatChangesNothing_MakesNoVersion()
    {
        var id = await Server.RegisterAsync();

        Assert.That(
            (await PatchAsync(id, """{"attributes":{"name":"thing"}}""")).Json.GetProperty("version").GetInt32(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task Patch_Values_ReplacesThemAll()
    {
        var id = await Server.RegisterAsync(
            """ "attributes":{"name":"n"},"values":[{"index":3,"type":"A","data":"x"},{"index":4,"type":"B","data":"y"}] """
        );

        var replaced = await PatchAsync(id, """{"values":[{"index":5,"type":"C","data":"z"}]}""");
        var removed = await PatchAsync(id, """{"values":null}""");

        Assert.That(
            replaced.Json.GetProperty("values").EnumerateArray().Select(v => v.GetProperty("index").GetInt32()),
            Is.EqualTo(new[] { 5 })
        );
        Assert.That(removed.Json.GetProperty("values").GetArrayLength(), Is.Zero);
    }

    [TestCase(
        """{"attributes":{"name":null,"cost":"x","nothing":1}}""",
        "attributes.name attributes.cost attributes.nothing"
    )]
    [TestCase("""{"identifier":"88.300.1/y","status":"revoked"}""", "identifier status")]
    [TestCase("""{"attributes":5}""", "attributes")]
    [TestCase("[]", "")]
    public async Task Patch_Faults_Answers422NamingEach(string patch, string fields)
    {
        var id = await Server.RegisterAsync();

        var answer = await PatchAsync(id, patch);

        Assert.That(answer.Status, Is.EqualTo(422));
        Assert.That(answer.Fields, Is.EquivalentTo(fields.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That((await Server.GetAsync(Route + id)).Json.GetProperty("version").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task PatchAndDelete_AbsentOrMalformed_AreRefused()
    {
        foreach (var method in new[] { "PATCH", "DELETE" })
        {
            Assert.That(
                (await Server.SendAsync(Role.Registrar, method, Route + Server.NewId(), "{}")).Status,
                Is.EqualTo(404)
            );
            Assert.That(
                (await Server.SendAsync(Role.Registrar, method, Route + "nothing", "{}")).Status,
                Is.EqualTo(422)
            );
            Assert.That(
                (await Server.SendAsync(Role.Registrar, method, "/api/v1/identifiers", "{}")).Status,
                Is.EqualTo(400)
            );
        }
    }

    [TestCase("W/\"LOG-1-full-json-x-00000000\"", 200)]
    [TestCase("W/\"LOG-1-public-html-zh-ffffffff\"", 200)]
    [TestCase("W/\"7-1-full-json-x-00000000\"", 412)]
    [TestCase("W/\"7-1-full-json-x-00000000\", \"1\"", 200)]
    [TestCase("\"1\"", 200)]
    [TestCase("1", 200)]
    [TestCase("*", 200)]
    [TestCase("\"7\", \"1\"", 200)]
    [TestCase("\"2\"", 412)]
    [TestCase("\"2\", \"LOG-3-x\"", 412)]
    [TestCase("\"3-x\"", 412)]
    [TestCase("\"other\"", 400)]
    [TestCase("\"-1\"", 400)]
    public async Task IfMatch_DecidesByLogAndVersion(string ifMatch, int status)
    {
        foreach (var method in new[] { "PATCH", "DELETE" })
        {
            var id = await Server.RegisterAsync();

            var answer = await Server.SendAsync(
                Role.Registrar,
                method,
                Route + id,
                """{"attributes":{"name":"new"}}""",
                (
                    "If-Match",
                    ifMatch.Replace("LOG", $"{Server.Node.Catalog.Current.Log!.Name.Number}", StringComparison.Ordinal)
                )
            );

            Assert.That(
                answer.Status,
                Is.EqualTo(status == 200 && method == "DELETE" ? 204 : status),
                $"{method} {answer}"
            );
            if (status != 200)
            {
                Assert.That((await Server.GetAsync(Route + id)).Json.GetProperty("version").GetInt32(), Is.EqualTo(1));
            }
        }
    }

    [Test]
    public async Task TwoUpdates_FromTheSameVersion_OneSucceedsAndOneGets412()
    {
        for (var round = 0; round < 10; round++)
        {
            var id = await Server.RegisterAsync();
            var tag = (await Server.GetAsync(Route + id, Role.Registrar)).Header("ETag")!;

            var answers = await Task.WhenAll(
                PatchAsync(id, """{"attributes":{"name":"one"}}""", ("If-Match", tag)),
                PatchAsync(id, """{"attributes":{"name":"two"}}""", ("If-Match", tag))
            );

            Assert.That(answers.Select(a => a.Status), Is.EquivalentTo(new[] { 200, 412 }));
            var won = answers.Single(a => a.Status == 200);
            Assert.That((await Server.GetAsync(Route + id, Role.Registrar)).Text, Is.EqualTo(won.Text));
        }
    }

    [Test]
    public async Task ManyUpdates_WithoutIfMatch_AllSucceed()
    {
        var id = await Server.RegisterAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => PatchAsync(id, $$$"""{"attributes":{"name":"n{{{i}}}"}}"""))
        );

        Assert.That(answers.Select(a => a.Status), Has.All.EqualTo(200));
        Assert.That((await Server.GetAsync(Route + id)).Json.GetProperty("version").GetInt32(), Is.EqualTo(17));
    }

    [Test]
    public async Task Delete_LeavesATombstone()
    {
        var id = await Server.RegisterAsync();

        var gone = await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers?id=" + id);
        var again = await Server.SendAsync(Role.Registrar, "DELETE", Route + id);
        var patched = await PatchAsync(id, """{"attributes":{"name":"x"}}""");

        Assert.That((gone.Status, gone.Body.Length, again.Status, patched.Status), Is.EqualTo((204, 0, 410, 410)));
    }

    [Test]
    public async Task History_GivesVersionsNewestFirst()
    {
        var id = await Server.RegisterAsync(""" "source":"mes","sourceKey":"1","attributes":{"name":"one"} """);
        await PatchAsync(id, """{"attributes":{"name":"two"}}""");
        await Server.SendAsync(Role.Registrar, "DELETE", Route + id);

        var all = await Server.GetAsync("/api/v1/history/" + id, Role.Reader);
        var page = await Server.GetAsync($"/api/v1/history?id={id}&limit=1&before=3", Role.Reader);

        Assert.Multiple(() =>
        {
            Assert.That(
                all.Items.Select(v =>
                    (
                        v.GetProperty("version").GetInt32(),
                        v.GetProperty("operation").GetString(),
                        v.GetProperty("attributes").GetProperty("name").GetString()
                    )
                ),
                Is.EqualTo(new[] { (3, "revoke", "two"), (2, "update", "two"), (1, "create", "one") })
            );
            Assert.That(all.Items[0].GetProperty("status").GetString(), Is.EqualTo("revoked"));
            Assert.That(all.Items.Select(v => v.GetProperty("actor").GetString()), Has.All.Match("^k[0-9a-f]{12}$"));
            Assert.That(all.Items.Select(v => v.GetProperty("sequence").GetInt64()), Is.Ordered.Descending);
            Assert.That(page.Items.Select(v => v.GetProperty("version").GetInt32()), Is.EqualTo(new[] { 2 }));
            Assert.That(page.Json.GetProperty("next").GetInt64(), Is.EqualTo(2));
        });
        Assert.That((await Server.GetAsync("/api/v1/history/" + Server.NewId(), Role.Reader)).Status, Is.EqualTo(404));
        Assert.That(
            (await Server.GetAsync($"/api/v1/history/{id}?limit=0", Role.Reader)).Fields,
            Is.EqualTo(new[] { "limit" })
        );
    }

    private Task<Answer> PatchAsync(string id, string patch, params (string, string)[] headers) =>
        Server.SendAsync(Role.Registrar, "PATCH", Route + id, patch, headers);
}
