using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class TemplateApiTests : NodeFixture
{
    private const string Route = "/api/v1/templates";

    [Test]
    public async Task Template_DraftPublishRegisterSucceedWithdraw()
    {
        var draft = await PostAsync(
            Route,
            """{"code":"cell","names":{"en":"Cell","zh":"单电池"},"attributes":[{"code":"a","type":"text"},{"code":"b","type":"integer","index":2005},{"code":"c","type":"date","visibility":"public"}]}"""
        );
        var early = await RegisterAsync();
        var published = await PostAsync(Route + "/cell/publish");
        var registered = await RegisterAsync();
        var successor = await PostAsync(
            Route,
            """{"code":"cell","attributes":[{"code":"b","type":"integer"},{"code":"d","type":"text","required":true}]}"""
        );
        var before = await RegisterAsync();
        await PostAsync(Route + "/cell/publish");
        var after = await RegisterAsync();
        var withdrawn = await PostAsync(Route + "/cell/withdraw");
        var late = await RegisterAsync();

        Assert.Multiple(() =>
        {
            Assert.That((draft.Status, State(draft)), Is.EqualTo((201, "1 draft")), draft.Text);
            Assert.That(draft.Json.GetProperty("identifier").GetString(), Is.EqualTo("88.300.1/META_cell"));
            Assert.That(Attributes(draft), Is.EqualTo("a 2006 private, b 2005 private, c 2007 public"));
            Assert.That(early.Status, Is.EqualTo(409));
            Assert.That((published.Status, State(published)), Is.EqualTo((200, "1 published")));
            Assert.That(
                (registered.Status, registered.Json.GetProperty("templateVersion").GetInt32()),
                Is.EqualTo((201, 1))
            );
            Assert.That((successor.Status, State(successor)), Is.EqualTo((201, "2 draft")));
            Assert.That(Attributes(successor), Is.EqualTo("b 2005 private, d 2008 private"));
            Assert.That(before.Status, Is.EqualTo(201));
            Assert.That(after.Status, Is.EqualTo(422));
            Assert.That((withdrawn.Status, State(withdrawn)), Is.EqualTo((200, "2 withdrawn")));
            Assert.That(late.Status, Is.EqualTo(409));
        });
        Assert.That(
            (await Server.GetAsync(Route + "/cell?version=1", Role.Reader)).Json.GetProperty("version").GetInt32(),
            Is.EqualTo(1)
        );
        Assert.That((await Server.GetAsync(Route + "/cell?version=3", Role.Reader)).Status, Is.EqualTo(404));
        Assert.That(
            (
                await Server.GetAsync(
                    "/api/v1/identifiers/" + registered.Json.GetProperty("identifier").GetString(),
                    Role.Reader
                )
            )
                .Json.GetProperty("templateVersion")
                .GetInt32(),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task Template_SavedAgain_Answers200()
    {
        const string Body = """{"code":"same","attributes":[{"code":"a","type":"text"}]}""";

        var first = await PostAsync(Route, Body);
        var again = await PostAsync(Route, Body);
        var changed = await PostAsync(Route, Body.Replace("text", "date", StringComparison.Ordinal));

        Assert.That(
            (first.Status, again.Status, changed.Status, State(changed)),
            Is.EqualTo((201, 200, 200, "1 draft"))
        );
    }

    [Test]
    public async Task Template_Faults_Answers422NamingEach()
    {
        var answer = await PostAsync(
            Route,
            """
            {"code":"Bad Code","category":"nowhere","codingRule":"none","attributes":[
              {"code":"1x","type":"text"},
              {"code":"a","type":"choice"},
              {"code":"b","type":"text","pattern":"(","minLength":5,"maxLength":2},
              {"code":"c","type":"integer","minimum":9,"maximum":1,"index":5},
              {"code":"d","type":"text","unique":true,"repeated":true}
            ]}
            """
        );

        Assert.That(answer.Status, Is.EqualTo(422));
        Assert.That(
            answer.Fields,
            Is.EquivalentTo(
                new[]
                {
                    "code",
                    "category",
                    "codingRule",
                    "attributes[0].code",
                    "attributes[1].choices",
                    "attributes[2].pattern",
                    "attributes[2].maxLength",
                    "attributes[3].index",
                    "attributes[3].minimum",
                    "attributes[4].unique",
                }
            )
        );
    }

    [TestCase("{}", "code")]
    [TestCase("""{"code":"x","colour":1}""", "colour")]
    [TestCase("""{"code":"x","attributes":[{"code":"a","type":"colour"}]}""", "attributes[0].type")]
    [TestCase("""{"code":"x","attributes":[{"code":"a","size":1}]}""", "attributes[0].size")]
    [TestCase("""{"code":5}""", "code")]
    public async Task Template_WrongMembers_Answers422NamingThem(string body, string field)
    {
        var answer = await PostAsync(Route, body);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)), answer.Text);
    }

    [Test]
    public async Task Templates_List_GivesTheLatestOfEachWholeAndUnpaged()
    {
        await PostAsync(Route, """{"code":"listed","attributes":[{"code":"a","type":"text"}]}""");
        await PostAsync(Route + "/listed/publish");
        await PostAsync(
            Route,
            """{"code":"listed","attributes":[{"code":"a","type":"text"},{"code":"b","type":"text"}]}"""
        );

        var list = await Server.GetAsync(Route, Role.Reader);

        var listed = list.Items.Single(t => t.GetProperty("code").GetString() == "listed");
        Assert.Multiple(() =>
        {
            Assert.That(list.Items, Has.Length.GreaterThanOrEqualTo(26));
            Assert.That(
                (listed.GetProperty("version").GetInt32(), listed.GetProperty("attributes").GetArrayLength()),
                Is.EqualTo((2, 2))
            );
            Assert.That(
                list.Items.Select(t => t.GetProperty("code").GetString()),
                Is.Unique.And.Contain("mea").And.Contain("part")
            );
            Assert.That(list.Json.TryGetProperty("next", out _), Is.False);
        });
    }

    [Test]
    public async Task Templates_Partner_SeesNoPrivateAttributes()
    {
        var one = await Server.GetAsync(Route + "/part", Role.Partner);
        var all = await Server.GetAsync(Route, Role.Partner);

        Assert.That(Attributes(one), Does.Contain("name").And.Contain("grade").And.Not.Contain("cost"));
        Assert.That(all.Text, Does.Not.Contain("\"private\""));
        Assert.That((await Server.GetAsync(Route + "/part", Role.Reader)).Text, Does.Contain("cost"));
    }

    [Test]
    public async Task Template_Copy_IsADraftOfItsOwn()
    {
        var copy = await PostAsync(Route + "/part/copy", """{"code":"part-copy","names":{"en":"Copy","zh":"副本"}}""");
        var again = await PostAsync(Route + "/part/copy", """{"code":"part-copy"}""");

        Assert.That(
            (copy.Status, State(copy), copy.Json.GetProperty("copiedFrom").GetString()),
            Is.EqualTo((201, "1 draft", "part/1")),
            copy.Text
        );
        Assert.That((again.Status, again.Code), Is.EqualTo((409, "AlreadyExists")));
        Assert.That((await PostAsync(Route + "/nothing/copy", """{"code":"x"}""")).Status, Is.EqualTo(404));
        Assert.That((await PostAsync(Route + "/part/copy", "{}")).Fields, Is.EqualTo(new[] { "code" }));
        Assert.That((await PostAsync(Route + "/part/copy", """{"code":null}""")).Fields, Is.EqualTo(new[] { "code" }));
    }

    [Test]
    public async Task Templates_UnknownCode_Answers404()
    {
        Assert.That((await PostAsync(Route + "/nothing/publish")).Status, Is.EqualTo(404));
        Assert.That((await PostAsync(Route + "/nothing/withdraw")).Status, Is.EqualTo(404));
        Assert.That((await Server.GetAsync(Route + "/nothing", Role.Reader)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Pack_ExportedAndImported_ChangesNothingAndFillsAnEmptyNode()
    {
        var export = await Server.GetAsync(Route + ":export?template=part&template=mea", Role.Reader);
        var again = await PostAsync(Route + ":import", export.Text);
        await using var other = await TestNode.StartAsync();
        var elsewhere = await other.SendAsync(
            Role.Admin,
            "POST",
            Route + ":import",
            export.Text.Replace("\"part\"", "\"part2\"", StringComparison.Ordinal)
        );

        Assert.That(
            export.Json.GetProperty("templates").EnumerateArray().Select(t => t.GetProperty("code").GetString()),
            Is.EquivalentTo(new[] { "part", "mea" })
        );
        Assert.That((again.Status, again.Json.GetProperty("written").GetInt32()), Is.EqualTo((200, 0)), again.Text);
        Assert.That(
            (elsewhere.Status, elsewhere.Json.GetProperty("written").GetInt32()),
            Is.EqualTo((200, 2)),
            elsewhere.Text
        );
        Assert.That(State(await other.GetAsync(Route + "/part2", Role.Reader)), Is.EqualTo("1 published"));
    }

    [Test]
    public async Task Template_WithAPrefix_SaysSoAndKeepsIt()
    {
        var made = await PostAsync(Route, $$"""{"code":"owned","prefix":"{{TestNode.Prefix}}","attributes":[]}""");
        var again = await PostAsync(Route, """{"code":"owned","attributes":[]}""");
        var got = await Server.GetAsync(Route + "/owned", Role.Partner);
        var list = await Server.GetAsync(Route, Role.Partner);
        var export = await Server.GetAsync(Route + ":export?template=owned", Role.Reader);
        var other = await PostAsync(Route, """{"code":"owned","prefix":"88.300.77","attributes":[]}""");
        var unhomed = await PostAsync(Route, """{"code":"stray","prefix":"88.300.77","attributes":[]}""");

        Assert.That((made.Status, again.Status), Is.EqualTo((201, 200)), made.Text);
        Assert.That(
            new[]
            {
                made.Json,
                got.Json,
                list.Items.Single(t => t.GetProperty("code").GetString() == "owned"),
                export.Json.GetProperty("templates")[0],
            }.Select(t => t.GetProperty("prefix").GetString()),
            Is.All.EqualTo(TestNode.Prefix)
        );
        Assert.That((other.Status, string.Join(' ', other.Fields)), Is.EqualTo((422, "prefix")), other.Text);
        Assert.That((unhomed.Status, string.Join(' ', unhomed.Fields)), Is.EqualTo((422, "prefix")), unhomed.Text);
    }

    [Test]
    public async Task Pack_WithOneBadTemplate_IsRefusedWhole()
    {
        var answer = await PostAsync(
            Route + ":import",
            """{"templates":[{"code":"good-one","attributes":[]},{"code":"bad-one","attributes":[{"code":"a","type":"choice"}]}]}"""
        );

        Assert.That(
            (answer.Status, string.Join(' ', answer.Fields)),
            Is.EqualTo((422, "templates.bad-one.attributes[0].choices"))
        );
        Assert.That((await Server.GetAsync(Route + "/good-one", Role.Reader)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Categories_SavedAndListed()
    {
        var made = await PostAsync("/api/v1/categories", """{"code":"stacks","names":{"zh":"电堆"}}""");
        var child = await PostAsync("/api/v1/categories", """{"code":"small-stacks","parent":"stacks"}""");
        var again = await PostAsync("/api/v1/categories", """{"code":"stacks","names":{"en":"Stacks","zh":"电堆"}}""");
        var bad = await PostAsync("/api/v1/categories", """{"code":"Bad"}""");
        var orphan = await PostAsync("/api/v1/categories", """{"code":"orphan","parent":"nothing"}""");
        var list = await Server.GetAsync("/api/v1/categories", Role.Partner);

        Assert.That(
            new[] { made.Status, child.Status, again.Status, bad.Status, orphan.Status },
            Is.EqualTo(new[] { 201, 201, 200, 422, 422 })
        );
        Assert.That((bad.Fields[0], orphan.Fields[0]), Is.EqualTo(("code", "parent")));
        Assert.That(
            list.Items.Select(c => c.GetProperty("code").GetString()),
            Is.SupersetOf(new[] { "stacks", "small-stacks" })
        );
    }

    [Test]
    public async Task CodingRules_TriedUseNoNumberUp()
    {
        var saved = await PostAsync(
            "/api/v1/coding-rules",
            """{"code":"tried","pattern":"T-{attr:line}-{seq:4}{check}"}"""
        );
        await PostAsync(
            Route,
            """{"code":"tried","codingRule":"tried","attributes":[{"code":"line","type":"text","required":true}]}"""
        );
        await PostAsync(Route + "/tried/publish");
        async Task<string?> TryAsync(string body = """{"attributes":{"line":"L1"}}""") =>
            (await PostAsync("/api/v1/coding-rules/tried/try", body)).Json.GetProperty("identifier").GetString();

        var first = await TryAsync();
        var second = await TryAsync();
        var registered = await PostAsync("/api/v1/identifiers", """{"template":"tried","attributes":{"line":"L1"}}""");
        var third = await TryAsync("""{"attributes":{"line":"L1"},"number":42}""");

        Assert.Multiple(() =>
        {
            Assert.That(saved.Status, Is.EqualTo(201));
            Assert.That(first, Does.StartWith("88.300.1/T-L1-0001"));
            Assert.That(second, Is.EqualTo(first));
            Assert.That(registered.Json.GetProperty("identifier").GetString(), Is.EqualTo(first));
            Assert.That(third, Does.StartWith("88.300.1/T-L1-0042"));
        });
        Assert.That(
            (await Server.GetAsync("/api/v1/coding-rules", Role.Reader)).Items.Select(r =>
                r.GetProperty("code").GetString()
            ),
            Does.Contain("tried")
        );
    }

    [TestCase("/api/v1/coding-rules", """{"code":"broken","pattern":"X-{seq"}""", 422)]
    [TestCase("/api/v1/coding-rules", """{"code":"broken","pattern":"X-{seq:5}","prefix":"77.1"}""", 422)]
    [TestCase("/api/v1/coding-rules", """{"code":"broken"}""", 422)]
    [TestCase("/api/v1/coding-rules:try", """{"pattern":"X-{nothing}"}""", 422)]
    [TestCase("/api/v1/coding-rules:try", """{"pattern":"X-{seq:2}","number":100}""", 409)]
    [TestCase("/api/v1/coding-rules:try", """{"pattern":"X-{seq:2}","number":-1}""", 422)]
    [TestCase("/api/v1/coding-rules:try", """{"pattern":"X-{attr:line}-{seq:2}"}""", 422)]
    [TestCase("/api/v1/coding-rules:try", """{"pattern":"X-{attr:line}-{seq:2}","attributes":{"line":null}}""", 422)]
    [TestCase("/api/v1/coding-rules:try", "{}", 422)]
    [TestCase("/api/v1/coding-rules:try", """{"pattern":"X-{seq:3}"}""", 200)]
    [TestCase("/api/v1/coding-rules/nothing/try", "{}", 404)]
    public async Task CodingRules_Faults_AreRefused(string route, string body, int status)
    {
        Assert.That((await PostAsync(route, body)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task CodingRules_Exhausted_Answers409()
    {
        await PostAsync("/api/v1/coding-rules", """{"code":"short","pattern":"S{seq:1}"}""");
        await PostAsync(Route, """{"code":"short","codingRule":"short","attributes":[]}""");
        await PostAsync(Route + "/short/publish");

        var answers = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add((await PostAsync("/api/v1/identifiers", """{"template":"short"}""")).Status);
        }

        Assert.That(answers, Is.EqualTo(new[] { 201, 201, 201, 201, 201, 201, 201, 201, 201, 409 }));
    }

    private static string State(Answer template) =>
        $"{template.Json.GetProperty("version")} {template.Json.GetProperty("state")}";

    private static string Attributes(Answer template) =>
        string.Join(
            ", ",
            template
                .Json.GetProperty("attributes")
                .EnumerateArray()
                .Select(a => $"{a.GetProperty("code")} {a.GetProperty("index")} {a.GetProperty("visibility")}")
        );

    private Task<Answer> PostAsync(string path, string body = "{}") => Server.SendAsync(Role.Admin, "POST", path, body);

    private Task<Answer> RegisterAsync() =>
        PostAsync(
            "/api/v1/identifiers",
            $$$"""{"template":"cell","identifier":"{{{Server.NewId()}}}","attributes":{}}"""
        );
}
