using System.Text.Json;
using System.Text.Json.Nodes;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// A node with lots, cells, packs, orders, machines and places, with what happened to them, and partners with several
/// kinds of grants.
/// </summary>
public abstract class PartnerPlantFixture : NodeFixture
{
    private const string Model =
        """{"code":"model","type":"text","visibility":"public","searchable":true},{"code":"cost","type":"text"}""";

    private static readonly string[] s_templates = ["lot", "cell", "pack", "shipment", "press", "hall"];

    /// <summary>Where events are asked for.</summary>
    protected const string Events = "/api/v1/events";

    /// <summary>An identifier that nothing is registered under.</summary>
    protected const string Absent = TestNode.Prefix + "/absent";

    private static readonly Dictionary<string, Grant[]> s_grants = new()
    {
        ["none"] = [],
        ["all"] =
        [
            Of(
                "all",
                fields: new()
                {
                    Events = [.. EventNames.Types],
                    Links = [.. EventNames.Kinds],
                    Measurements = true,
                }
            ),
        ],
        ["ships"] = [Of("ships", ["cell"], fields: new() { Events = ["ship", "receive"], Links = ["ships"] })],
        ["packs"] =
        [
            Of(
                "packs",
                ["pack", "shipment", "lot"],
                fields: new() { Events = ["assemble", "ship", "commission"], Links = ["contains", "consumes", "ships"] }
            ),
        ],
        ["model"] =
        [
            Of(
                "model",
                where: [new("model", ["M1"])],
                fields: new()
                {
                    Events = ["transform", "inspect", "hold", "release", "move", "ship"],
                    Links = ["consumes", "contains", "covers"],
                    Measurements = true,
                }
            ),
        ],
        ["gaps"] =
        [
            Of("gaps", ["lot", "pack"], fields: new() { Links = ["consumes", "contains"] }) with
            {
                Hidden = HiddenForm.Anonymous,
            },
        ],
        ["union"] =
        [
            Of("union1", ["pack"], fields: new() { Events = ["assemble"], Links = ["contains"] }),
            Of("union2", ["cell"], where: [new("model", ["M2"])], fields: new() { Events = ["inspect", "observe"] }),
        ],
        ["over"] = [Of("over", fields: new() { Events = ["ship"] }) with { Until = DateTimeOffset.UtcNow.AddDays(-1) }],
    };

    private readonly Dictionary<string, string> _keys = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _ids = [];
    private readonly Dictionary<string, JsonElement> _records = [];

    /// <summary>The partners.</summary>
    protected static IEnumerable<string> Partners => s_grants.Keys;

    /// <summary>The identifiers of all items.</summary>
    protected IReadOnlyCollection<string> Items => _records.Keys;

    private protected EventOracle OracleOf(string partner) => new(s_grants[partner], _records);

    /// <summary>The text of a partner's key.</summary>
    protected string KeyOf(string partner) => _keys[partner];

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        var templates = s_templates.Select(code => $$$"""{"code":"{{{code}}}","attributes":[{{{Model}}}]}""");
        var pack = $$$"""{"templates":[{{{string.Join(',', templates)}}}]}""";
        var imported = await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates:import", pack);
        Assert.That(imported.Status, Is.EqualTo(200), imported.ToString());
        foreach (var (code, grants) in s_grants)
        {
            _keys[code] = await Server.PartnerAsync(code, grants);
        }
        var random = new Random(19);
        foreach (var (template, count) in s_templates.Zip([10, 40, 8, 4, 3, 3]))
        {
            for (var i = 0; i < count; i++)
            {
                var id = $"{TestNode.Prefix}/{template}{i}";
                var body = $$$"""
                    {"template":"{{{template}}}","identifier":"{{{id}}}",
                     "attributes":{"model":"M{{{random.Next(1, 4)}}}","cost":"c"}}
                    """;
                var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", body);
                Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
                _records[id] = (await Server.GetAsync("/api/v1/identifiers/" + id, Role.Admin)).Json;
            }
        }
        for (var i = 0; i < 120; i++)
        {
            await HappenAsync(random, i);
        }
        // What left for nowhere: those that see both are told no place.
        var (left, end) = (
            $"\"items\":[\"{TestNode.Prefix}/cell0\"]",
            DateTimeOffset.UnixEpoch.AddYears(56).AddDays(2)
        );
        await RecordAsync($$"""{"type":"receive","time":"{{end:O}}",{{left}},"place":"{{TestNode.Prefix}}/hall0"}""");
        await RecordAsync($$"""{"type":"ship","time":"{{end.AddHours(1):O}}",{{left}}}""");
    }

    /// <summary>Asks for all pages of a list.</summary>
    private protected static async Task<List<JsonElement>> AllAsync(Func<string, Task<Answer>> getAsync, string path)
    {
        var all = new List<JsonElement>();
        for (var after = ""; ; )
        {
            var page = await getAsync(path + after);
            Assert.That(page.Status, Is.EqualTo(200), page.ToString());
            all.AddRange(page.Items);
            if (!page.Json.TryGetProperty("next", out var next))
            {
                return all;
            }
            after = (path.Contains('?', StringComparison.Ordinal) ? "&after=" : "?after=") + next.GetString();
        }
    }

    /// <summary>All events as the owner is shown them, and how one is found.</summary>
    private protected async Task<(List<JsonElement> List, Func<string, JsonElement?> Find)> EventsAsync()
    {
        var list = await AllAsync(OwnersAsync, Events + "?limit=1000");
        var byId = list.ToDictionary(static one => one.GetProperty("event").GetString()!);
        return (list, id => byId.TryGetValue(id, out var one) ? one : null);
    }

    private protected Task<Answer> OwnersAsync(string path) => Server.GetAsync(path, Role.Admin);

    /// <summary>All of an answer but the identifier asked for, the time and the trace id.</summary>
    private protected static string Plain(Answer answer, string asked)
    {
        var text = answer.Text;
        if (text.StartsWith('{') && answer.Json.TryGetProperty("traceId", out var trace))
        {
            text = text.Replace(trace.GetString()!, "TRACE", StringComparison.Ordinal);
        }
        // The length of what was asked for is in that of the answer.
        var headers = System.Text.RegularExpressions.Regex.Replace(
            answer.HeadersWithout("Date"),
            "Content-Length: [0-9]+",
            ""
        );
        return $"{answer.Status}\n{headers}\n{text}".Replace(asked, "ID", StringComparison.Ordinal);
    }

    /// <summary>By the owner's ids of the events that a partner sees, those that it is told.</summary>
    private protected async Task<IReadOnlyDictionary<string, string>> IdsAsync(string partner)
    {
        if (_ids.TryGetValue(partner, out var known))
        {
            return known;
        }
        var (ids, all) = (new Dictionary<string, string>(), await EventsAsync());
        foreach (var one in all.List.Where(one => OracleOf(partner).Seen(one, all.Find) is not null))
        {
            var id = one.GetProperty("event").GetString()!;
            ids[id] = (await AsAsync(partner, $"{Events}/{id}")).Json.GetProperty("event").GetString()!;
        }
        return _ids[partner] = ids;
    }

    /// <summary>What the owner is shown, with the ids of events that a partner is told.</summary>
    private protected async Task<string> ToldAsync(string text, string partner)
    {
        foreach (var (id, told) in await IdsAsync(partner))
        {
            text = text.Replace(id, told, StringComparison.Ordinal);
        }
        return text;
    }

    /// <summary>Compares what a partner is shown with what it should be, where events have the owner's ids.</summary>
    private protected async Task SameAsync(
        IEnumerable<JsonElement> got,
        IEnumerable<JsonNode?> expected,
        string partner,
        string what
    )
    {
        var left = got.Select(g => JsonNode.Parse(g.GetRawText())).ToList();
        var right = new List<JsonNode?>();
        foreach (var one in expected.OfType<JsonNode>())
        {
            right.Add(JsonNode.Parse(await ToldAsync(one.ToJsonString(), partner)));
        }
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            Assert.That(JsonNode.DeepEquals(left[i], right[i]), $"{partner} {what}: {left[i]} is not {right[i]}");
        }
        Assert.That(left, Has.Count.EqualTo(right.Count), $"{partner} {what}");
    }

    private protected Task<Answer> AsAsync(string partner, string path) =>
        Server.SendAsync(KeyOf(partner), "GET", path, null);

    private async Task HappenAsync(Random random, int number)
    {
        string One(string template, int count) => $"\"{TestNode.Prefix}/{template}{random.Next(count)}\"";
        string Some(string template, int count) =>
            string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => One(template, count)).Distinct());
        var time = DateTimeOffset.UnixEpoch.AddYears(56).AddMinutes((number * 7) + random.Next(60)).ToString("O");
        var members = (number % 12) switch
        {
            0 => $$""" "type":"commission","items":[{{Some("lot", 10)}}],"source":"mes","sourceKey":"E{{number}}" """,
            1 or 2 => $$"""
                "type":"transform","inputs":[{{Some("lot", 10)}},"{{TestNode.Prefix}}/unknown{{number}}"],
                "outputs":[{{Some("cell", 40)}}],"equipment":[{{One("press", 3)}}],"persons":["Li"],"reason":"why"
                """,
            3 or 4 => $$"""
                "type":"assemble","parent":{{One("pack", 8)}},"children":[{"identifier":{{One("cell", 40)}},
                "position":"P{{number}}"}],"place":{{One("hall", 3)}},"step":{{One("press", 3)}}
                """,
            5 => $$"""
                "type":"ship","documents":[{{One("shipment", 4)}}],"items":[{{Some("pack", 8)}},{{Some("cell", 40)}}],
                "place":"dock","acme:note":{"a":1}
                """,
            6 => $$""" "type":"receive","items":[{{Some("cell", 40)}}],"place":{{One("hall", 3)}} """,
            7 or 8 => $$"""
                "type":"inspect","items":[{{Some("cell", 40)}}],"disposition":"sellable",
                "defects":[{"code":"D1","count":2}],
                "measurements":[{"characteristic":"v","value":{{random.Next(9)}},"instrument":"gauge-1"}]
                """,
            9 => $$""" "type":"hold","items":[{{One("lot", 10)}}],"scope":"made-from","reason":"secret" """,
            10 => $$""" "type":"move","items":[{{Some("pack", 8)}},{{Some("lot", 10)}}],"place":{{One("hall", 3)}} """,
            _ => $$""" "type":"observe","items":[{{Some("cell", 40)}}],"disposition":"in_progress" """,
        };
        var answer = await RecordAsync($$$"""{"time":"{{{time}}}",{{{members}}}}""");
        if (number % 10 == 6)
        {
            var id = answer.Json.GetProperty("event").GetString();
            await RecordAsync(
                $$"""{"type":"correct","time":"{{time}}","corrects":"{{id}}","as":"receive","items":[{{One("cell", 40)}}]}"""
            );
        }
        if (number % 24 == 9)
        {
            var id = answer.Json.GetProperty("event").GetString();
            await RecordAsync(
                $$"""{"type":"release","time":"{{time}}","holds":["{{id}}"],"items":[{{One("lot", 10)}}]}"""
            );
        }
    }

    private async Task<Answer> RecordAsync(string body)
    {
        var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body);
        Assert.That(answer.Status, Is.EqualTo(201), $"{body}\n{answer}");
        return answer;
    }

    private static Grant Of(
        string id,
        string[]? templates = null,
        GrantCondition[]? where = null,
        GrantFields? fields = null
    ) =>
        new()
        {
            Id = id,
            Partner = id.TrimEnd('1', '2'),
            Templates = templates ?? [],
            Where = where ?? [],
            Fields = fields ?? new GrantFields(),
            Purpose = "test",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
}
