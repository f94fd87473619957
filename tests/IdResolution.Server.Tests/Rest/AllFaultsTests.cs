using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// Bodies with a member that cannot be read and others whose value is refused: the answer names all of them, and
/// nothing is done.
/// </summary>
[TestFixture]
public sealed partial class AllFaultsTests : NodeFixture
{
    private const string Registration = """{"template":"nope","colour":1}""";
    private const string Event = """{"type":"nonsense","time":"yesterday","items":[5,"",{"text":5}],"colour":1}""";
    private const string EventFields = "type time items[0] items[1] items[2].text colour";
    private const string Link = """{"from":"ID","type":"nonsense","to":"ID","colour":1}""";
    private const string Letters = """{"colour":1}""";

    /// <summary>The calls that take a body, each with one of several faults, and the fields to be named.</summary>
    private static readonly Dictionary<string, (string Body, string Fields)> s_bodies = new()
    {
        ["POST /api/v1/identifiers"] = (
            """{"template":"nope","colour":1,"links":[{"type":"nonsense","to":5}],"events":[5]}""",
            "template colour links[0].type links[0].to events[0]"
        ),
        ["POST /api/v1/identifiers:batch"] = ($$"""{"items":[{{Registration}}]}""", "template colour"),
        ["PATCH /api/v1/identifiers"] = ("""{"attributes":{"grade":"Z"},"colour":1}""", "attributes.grade colour"),
        ["PATCH /api/v1/identifiers/{id}"] = ("""{"attributes":{"grade":"Z"},"values":5}""", "attributes.grade values"),
        ["POST /api/v1/trace:rollup"] = ("""{"root":"ID","function":"nonsense","budget":"x"}""", "function budget"),
        ["POST /api/v1/affected"] = ("""{"items":5,"source":7,"colour":1}""", "items source colour"),
        ["POST /api/v1/trace:common"] = (
            """{"bad":["ID"],"good":{"template":"part"},"kinds":["nonsense"],"colour":1}""",
            "kinds[0] colour"
        ),
        ["POST /api/v1/scan"] = (
            """{"text":"nothing here","intent":{"do":"nonsense","quantity":"x","colour":1}}""",
            "text intent.do intent.quantity intent.colour"
        ),
        ["POST /api/v1/events"] = (Event, EventFields),
        ["POST /api/v1/events:batch"] = ($$"""{"items":[{{Event}}]}""", EventFields),
        ["POST /api/v1/links"] = (Link, "type colour"),
        ["POST /api/v1/links:batch"] = ($$"""{"items":[{{Link}}]}""", "type colour"),
        ["POST /api/v1/stock:count"] = ("""{"place":"","scans":["ID"],"colour":1}""", "place colour"),
        ["POST /api/v1/business-keys/{id}"] = ("""{"source":"","sourceKey":5}""", "source sourceKey"),
        ["POST /api/v1/business-keys"] = ("""{"source":"","colour":1}""", "source sourceKey colour"),
        ["POST /api/v1/sources"] = ("""{"code":"","caseSensitive":5}""", "code caseSensitive"),
        ["POST /api/v1/labels/sheet"] = ("""{"identifiers":5,"columns":99}""", "identifiers columns"),
        ["POST /api/v1/templates"] = (
            """
            {"code":"Bad Code","names":{"en":5},"attributes":[{"code":"9","index":2000,"type":"text"},
             {"code":"a","index":1,"type":"nonsense"}]}
            """,
            "code names.en attributes[0].code attributes[1].type attributes[1].index"
        ),
        ["POST /api/v1/templates/{code}/copy"] = ("""{"code":"Bad Code","names":{"en":5}}""", "code names.en"),
        ["POST /api/v1/templates:import"] = (
            """{"templates":[{"code":"BadCode","attributes":[]}],"colour":1}""",
            "templates.BadCode.code colour"
        ),
        ["POST /api/v1/categories"] = ("""{"code":"Bad Code","names":{"en":5}}""", "code names.en"),
        ["POST /api/v1/coding-rules"] = ("""{"code":"Bad Code","pattern":5}""", "code pattern"),
        ["POST /api/v1/coding-rules:try"] = ("""{"pattern":"M{nonsense}","number":"x"}""", "pattern number"),
        ["POST /api/v1/coding-rules/{code}/try"] = ("""{"number":-1,"colour":1}""", "number colour"),
        ["POST /api/v1/keys"] = (
            """{"role":"nonsense","colour":1,"rateLimit":-1,"expiresAt":"2020-01-01T00:00:00Z"}""",
            "role colour rateLimit expiresAt"
        ),
        ["POST /api/v1/partners"] = ("""{"code":"Bad Code","names":{"en":5}}""", "code names.en"),
        ["POST /api/v1/grants"] = (
            """{"partner":"nobody","fields":{"visibility":"nonsense"},"purpose":"","colour":1}""",
            "partner fields.visibility purpose colour"
        ),
        ["PUT /api/v1/enterprises/{prefix}/route"] = ("""{"tcp":99999,"colour":1}""", "address tcp colour"),
        ["POST /api/v1/upstream/letters:retry"] = (Letters, "sequences colour"),
        ["POST /api/v1/upstream/letters:drop"] = (Letters, "sequences colour"),
    };

    [Test]
    public void Table_NamesEveryCallThatTakesABody() =>
        Assert.That(
            s_bodies.Keys,
            Is.EquivalentTo(RoleMatrixTests.Calls.Where(call => call.Value.Body is not null).Select(call => call.Key))
        );

    [TestCaseSource(nameof(s_bodies))]
    public async Task Body_WithFaultsOfShapeAndOfValue_IsToldAllOfThem(
        KeyValuePair<string, (string Body, string Fields)> call
    )
    {
        var id = await Server.RegisterAsync();
        var target = RoleMatrixTests.Calls[call.Key].Target.Replace("ID", id);

        var refused = await Server.SendAsync(
            Role.Admin,
            call.Key.Split(' ')[0],
            target,
            call.Value.Body.Replace("ID", id)
        );

        Assert.That(
            refused.Status,
            Is.EqualTo(call.Key.EndsWith(":batch", StringComparison.Ordinal) ? 200 : 422),
            refused.ToString()
        );
        Assert.That(FieldsOf(refused), Is.EquivalentTo(call.Value.Fields.Split(' ')), refused.ToString());
    }

    [TestCase("""{"text":5,"intent":5,"item":5}""", "text intent item")]
    [TestCase("""{"item":5}""", "item")]
    [TestCase("""{"intent":{"do":"move"}}""", "text intent.place")]
    [TestCase("""[]""", "")]
    public async Task Scan_OfNothingThatCanBeRead_IsToldAllOfIt(string body, string fields)
    {
        var refused = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/scan", body);

        Assert.That(refused.Status, Is.EqualTo(422), refused.ToString());
        Assert.That(FieldsOf(refused), Is.EquivalentTo(fields.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public async Task Body_ThatIsRefused_DoesNothing()
    {
        var id = Server.NewId();
        var before = (await Server.GetAsync("/api/v1/changes?after=0&limit=1000", Role.Admin)).Items.Length;
        (string Path, string Body)[] calls =
        [
            (
                "/api/v1/identifiers",
                $$$"""{"template":"part","identifier":"{{{id}}}","attributes":{"name":"n"},"colour":1}"""
            ),
            ("/api/v1/keys", """{"role":"reader","colour":1}"""),
            ("/api/v1/templates", """{"code":"unread","attributes":[],"colour":1}"""),
            ("/api/v1/sources", """{"code":"unread","colour":1}"""),
            ("/api/v1/events", """{"type":"observe","time":"2026-03-01T08:00:00Z","place":"unread","colour":1}"""),
        ];

        foreach (var (path, body) in calls)
        {
            Assert.That((await Server.SendAsync(Role.Admin, "POST", path, body)).Fields, Is.EqualTo(["colour"]), path);
        }

        var after = (await Server.GetAsync("/api/v1/changes?after=0&limit=1000", Role.Admin)).Items.Length;
        Assert.That(after, Is.EqualTo(before));
    }

    /// <summary>What was registered before is recognised, but not if it comes with what cannot be read.</summary>
    [Test]
    public async Task Registration_ThatComesAgainWithMore_IsRefused()
    {
        var id = await Server.RegisterAsync();
        var body = $$"""{"template":"nope","identifier":"{{id}}","attributes":{"name":"thing"},"colour":1}""";

        var refused = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", body);

        Assert.That((refused.Status, refused.Fields), Is.EqualTo((422, new[] { "colour", "template" })));
    }

    /// <summary>Members that are null are absent, wherever they are.</summary>
    [TestCase(
        "/api/v1/events",
        """
            {"type":"inspect","time":"2026-03-01T08:00:00Z","zone":null,"items":[{"identifier":"ID","text":null,"quantity":null,
             "unit":null,"position":null,"self":null,"source":null,"sourceKey":null,"scanned":null,"type":null}],
             "parent":null,"place":null,"measurements":[{"characteristic":"c","value":1,"text":null,"unit":null,"low":null,
             "high":null,"set":null,"result":null,"instrument":null}],"defects":[{"code":"d","count":null,"note":null}],
             "holds":null,"children":null,"ex:own":null}
            """,
        201
    )]
    [TestCase(
        "/api/v1/links",
        """
            {"from":{"identifier":"ID","quantity":null,"text":null},"type":"produced-by","to":{"text":"press 1","unit":null},
             "quantity":null,"unit":null,"position":null,"time":null,"zone":null,"source":null,"sourceKey":null}
            """,
        201
    )]
    [TestCase(
        "/api/v1/scan",
        """
            {"text":"ID","item":null,"intent":{"do":"use","into":null,"step":null,"place":null,"order":null,"bom":null,
             "equipment":null,"tools":null,"quantity":null,"unit":null,"position":null,
             "record":{"source":null,"sourceKey":null,"time":"2026-03-01T08:00:00Z"}}}
            """,
        200
    )]
    [TestCase(
        "/api/v1/scan",
        """{"text":null,"item":{"source":null,"sourceKey":null,"prefix":null,"template":"part","attributes":{"name":"ID"}}}""",
        200
    )]
    public async Task Members_ThatAreNullWithinOthers_AreAbsent(string path, string body, int status)
    {
        var id = Server.NewId();
        await Server.RegisterAsync($$""" "attributes":{"name":"{{id}}"} """, id);

        var answer = await Server.SendAsync(Role.Registrar, "POST", path, body.Replace("ID", id));

        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
    }

    private static IEnumerable<string> FieldsOf(Answer answer) =>
        Field().Matches(answer.Text).Select(match => JsonSerializer.Deserialize<string>(match.Groups[1].Value)!);

    [GeneratedRegex("\"field\":(\"[^\"]*\")")]
    private static partial Regex Field();
}
