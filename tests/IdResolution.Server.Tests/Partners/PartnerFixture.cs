using IdResolution.Core.Access;
using IdResolution.Core.Templates;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// A node with records of several templates, with attributes of all visibilities, and partners with all kinds of
/// grants.
/// </summary>
public abstract class PartnerFixture(bool anonymousReads) : NodeFixture
{
    private const string Pack = """
        {
          "templates": [{
            "code": "coil", "attributes": [
              {"code": "maker", "type": "text", "searchable": true},
              {"code": "width", "type": "integer", "visibility": "partner", "searchable": true},
              {"code": "lot", "type": "text", "visibility": "public", "searchable": true}
            ]
          }]
        }
        """;

    private static readonly string[] s_makers = ["acme", "bolt"];

    private static readonly Dictionary<string, Dictionary<string, Visibility>> s_visibilities = new()
    {
        ["part"] = new()
        {
            ["name"] = Visibility.Public,
            ["grade"] = Visibility.Partner,
            ["cost"] = Visibility.Private,
            ["made"] = Visibility.Private,
            ["serial"] = Visibility.Private,
            ["tags"] = Visibility.Public,
            ["of"] = Visibility.Public,
        },
        ["coil"] = new()
        {
            ["maker"] = Visibility.Private,
            ["width"] = Visibility.Partner,
            ["lot"] = Visibility.Public,
        },
    };

    /// <summary>The grants of each partner, those of its group included.</summary>
    private static readonly Dictionary<string, Grant[]> s_grants = new()
    {
        ["none"] = [],
        ["all"] = [Of("all")],
        ["parts"] = [Of("parts", templates: ["part"])],
        ["level"] = [Of("level", fields: new() { Visibility = Visibility.Partner })],
        ["private"] = [Of("private", templates: ["coil"], fields: new() { Visibility = Visibility.Private })],
        ["where"] =
        [
            Of("where", where: [new("grade", ["A"])], fields: new() { Attributes = ["cost"] }),
            Of("tags", where: [new("tags", ["red", "blue"])], fields: new() { Visibility = Visibility.Partner }),
        ],
        ["union"] =
        [
            Of("union1", templates: ["coil"], where: [new("maker", ["acme"]), new("width", ["10", "20"])]),
            Of("union2", templates: ["coil"], where: [new("width", ["20"])], fields: new() { Attributes = ["maker"] }),
            Of("union3", templates: ["part"], where: [new("cost", ["1.5"])], fields: new() { Attributes = ["made"] }),
        ],
        ["over"] = [Of("over") with { Until = DateTimeOffset.UtcNow.AddDays(-1) }],
        ["ended"] = [Of("ended") with { EndedAt = DateTimeOffset.UtcNow.AddDays(-1) }],
        ["waiting"] = [Of("waiting") with { From = DateTimeOffset.UtcNow.AddDays(1) }],
        ["grouped"] =
        [
            Of("group", templates: ["coil"]) with
            {
                Partner = null,
                Group = "steel",
            },
            Of("own", templates: ["part"], where: [new("grade", ["B"])]),
        ],
    };

    /// <summary>The partners.</summary>
    protected static IEnumerable<string> Partners => s_grants.Keys;

    private readonly Dictionary<string, string> _keys = [];

    /// <summary>The identifiers of all records, tombstones included.</summary>
    protected List<string> Identifiers { get; } = [];

    private protected override void Configure(NodeOptions options) => options.Access.AnonymousReads = anonymousReads;

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        var imported = await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates:import", Pack);
        Assert.That(imported.Status, Is.EqualTo(200), imported.ToString());
        foreach (var (code, grants) in s_grants)
        {
            var groups = grants.Select(g => g.Group).OfType<string>();
            _keys[code] = await Server.PartnerAsync(code, grants, [.. groups]);
        }
        var random = new Random(19);
        for (var i = 0; i < 200; i++)
        {
            Identifiers.Add(await RegisterAsync(random, i));
        }
        foreach (var revoked in Identifiers.Where((_, i) => i % 17 == 3))
        {
            await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + revoked);
        }
        foreach (var changed in Identifiers.Where((_, i) => i % 13 == 4))
        {
            var patch = """{"attributes":{"grade":"A","cost":7}}""";
            await Server.SendAsync(Role.Registrar, "PATCH", "/api/v1/identifiers/" + changed, patch);
        }
    }

    /// <summary>What a partner should be shown.</summary>
    private protected Oracle OracleOf(string partner) => new(s_grants[partner], s_visibilities, anonymousReads);

    /// <summary>The text of a partner's key.</summary>
    protected string KeyOf(string partner) => _keys[partner];

    private protected Task<Answer> AsAsync(string partner, string path, params (string, string)[] headers) =>
        Server.SendAsync(KeyOf(partner), "GET", path, null, headers);

    /// <summary>What the owner is shown at a path.</summary>
    private protected async Task<Answer> OwnersAsync(string path)
    {
        var answer = await Server.GetAsync(path, Role.Admin);
        Assert.That(answer.Status, Is.AnyOf(200, 410), answer.ToString());
        return answer;
    }

    private async Task<string> RegisterAsync(Random random, int number)
    {
        var identifier = $"{TestNode.Prefix}/N{1000 + number}";
        var tags = new[] { "red", "blue", "green" }.Where(_ => random.Next(3) == 0).Select(t => $"\"{t}\"");
        var attributes = (number % 3) switch
        {
            0 => $$"""
                {"maker":"{{s_makers[random.Next(2)]}}","width":{{10 * random.Next(1, 4)}},"lot":"L{{random.Next(3)}}"}
                """,
            _ => $$"""
                {"name":"n{{number}}","grade":"{{"AB"[random.Next(2)]}}","cost":{{random.Next(1, 3)}}.5,
                 "made":"2026-03-0{{random.Next(1, 9)}}","tags":[{{string.Join(',', tags)}}]}
                """,
        };
        var template = number % 3 == 0 ? "coil" : "part";
        var key = number % 2 == 0 ? $$""","source":"erp","sourceKey":"K{{number}}" """ : "";
        var body =
            number % 50 == 49
                ? $$$"""
                    {"identifier":"{{{identifier}}}",
                     "values":[{"index":7,"type":"NOTE","data":{"format":"string","value":"v"}}]}
                    """
                : $$"""{"template":"{{template}}","identifier":"{{identifier}}","attributes":{{attributes}}{{key}}}""";
        var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        return identifier;
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
            Partner = id.TrimEnd('1', '2', '3') switch
            {
                "tags" => "where",
                "own" => "grouped",
                var same => same,
            },
            Templates = templates ?? [],
            Where = where ?? [],
            Fields = fields ?? new GrantFields(),
            Purpose = "test",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
}
