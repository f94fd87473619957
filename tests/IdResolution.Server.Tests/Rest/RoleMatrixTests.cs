using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Which role gets how far with every call of the OpenAPI document.</summary>
[TestFixture]
public sealed class RoleMatrixTests : NodeFixture
{
    private const string Part = """{"template":"part","attributes":{"name":"n"}}""";

    /// <summary>The least role of each call, and a request of that call that this role succeeds with.</summary>
    internal static readonly Dictionary<string, (Role Needed, string Target, string? Body)> Calls = new()
    {
        ["POST /api/v1/identifiers"] = (Role.Registrar, "/api/v1/identifiers", Part),
        ["POST /api/v1/identifiers:batch"] = (Role.Registrar, "/api/v1/identifiers:batch", """{"items":[]}"""),
        ["GET /api/v1/identifiers/{id}"] = (Role.Anonymous, "/api/v1/identifiers/ID", null),
        ["GET /api/v1/identifiers"] = (Role.Anonymous, "/api/v1/identifiers?id=ID", null),
        ["PATCH /api/v1/identifiers"] = (
            Role.Registrar,
            "/api/v1/identifiers?id=ID",
            """{"attributes":{"name":"x"}}"""
        ),
        ["DELETE /api/v1/identifiers"] = (Role.Registrar, "/api/v1/identifiers?id=ID", null),
        ["GET /api/v1/trace"] = (Role.Reader, "/api/v1/trace?id=ID", null),
        ["GET /api/v1/trace/{id}"] = (Role.Reader, "/api/v1/trace/ID", null),
        ["POST /api/v1/trace:rollup"] = (
            Role.Reader,
            "/api/v1/trace:rollup",
            """{"root":"ID","function":"sum","attribute":"cost"}"""
        ),
        ["POST /api/v1/affected"] = (Role.Reader, "/api/v1/affected", """{"items":["ID"]}"""),
        ["POST /api/v1/trace:common"] = (
            Role.Reader,
            "/api/v1/trace:common",
            """{"bad":["ID"],"good":{"template":"part"}}"""
        ),
        ["GET /api/v1/history"] = (Role.Reader, "/api/v1/history?id=ID", null),
        ["GET /api/v1/qr"] = (Role.Anonymous, "/api/v1/qr?id=ID&format=png", null),
        ["GET /api/v1/labels"] = (Role.Anonymous, "/api/v1/labels?id=ID", null),
        ["PATCH /api/v1/identifiers/{id}"] = (
            Role.Registrar,
            "/api/v1/identifiers/ID",
            """{"attributes":{"name":"x"}}"""
        ),
        ["DELETE /api/v1/identifiers/{id}"] = (Role.Registrar, "/api/v1/identifiers/ID", null),
        ["GET /api/v1/history/{id}"] = (Role.Reader, "/api/v1/history/ID", null),
        ["POST /api/v1/scan"] = (Role.Anonymous, "/api/v1/scan", """{"text":"ID"}"""),
        ["POST /api/v1/events"] = (
            Role.Registrar,
            "/api/v1/events",
            """{"type":"observe","time":"2026-03-01T08:00:00Z","items":["ID"]}"""
        ),
        ["POST /api/v1/events:batch"] = (Role.Registrar, "/api/v1/events:batch", """{"items":[]}"""),
        ["POST /api/v1/links"] = (
            Role.Registrar,
            "/api/v1/links",
            """{"from":"ID","type":"produced-by","to":"press 1"}"""
        ),
        ["POST /api/v1/links:batch"] = (Role.Registrar, "/api/v1/links:batch", """{"items":[]}"""),
        ["GET /api/v1/events"] = (Role.Reader, "/api/v1/events?item=ID", null),
        ["GET /api/v1/events/{id}"] = (Role.Reader, "/api/v1/events/EVENT", null),
        ["GET /api/v1/status/{id}"] = (Role.Reader, "/api/v1/status/ID", null),
        ["GET /api/v1/completeness"] = (Role.Reader, "/api/v1/completeness?template=part", null),
        ["GET /api/v1/quality"] = (Role.Reader, "/api/v1/quality?by=day", null),
        ["GET /api/v1/fulfilment/{id}"] = (Role.Reader, "/api/v1/fulfilment/ID", null),
        ["GET /api/v1/fulfilment"] = (Role.Reader, "/api/v1/fulfilment?id=ID", null),
        ["POST /api/v1/stock:count"] = (Role.Reader, "/api/v1/stock:count", """{"place":"ID","scans":["ID"]}"""),
        ["GET /api/v1/stock"] = (Role.Reader, "/api/v1/stock?item=ID", null),
        ["GET /api/v1/life"] = (Role.Reader, "/api/v1/life?id=ID", null),
        ["GET /api/v1/life/{id}"] = (Role.Reader, "/api/v1/life/ID", null),
        ["GET /api/v1/calibration"] = (Role.Reader, "/api/v1/calibration?item=ID", null),
        ["GET /api/v1/made"] = (Role.Reader, "/api/v1/made?equipment=ID", null),
        ["GET /api/v1/status"] = (Role.Reader, "/api/v1/status?id=ID", null),
        ["POST /api/v1/business-keys/{id}"] = (
            Role.Registrar,
            "/api/v1/business-keys/ID",
            """{"source":"added","sourceKey":"ID"}"""
        ),
        ["POST /api/v1/business-keys"] = (
            Role.Registrar,
            "/api/v1/business-keys?id=ID",
            """{"source":"added","sourceKey":"ID"}"""
        ),
        ["DELETE /api/v1/business-keys/{id}"] = (
            Role.Registrar,
            "/api/v1/business-keys/ID?source=matrix&sourceKey=ID",
            null
        ),
        ["DELETE /api/v1/business-keys"] = (
            Role.Registrar,
            "/api/v1/business-keys?id=ID&source=matrix&sourceKey=ID",
            null
        ),
        ["GET /api/v1/sources"] = (Role.Reader, "/api/v1/sources", null),
        ["POST /api/v1/sources"] = (Role.Admin, "/api/v1/sources", """{"code":"matrix-source"}"""),
        ["GET /api/v1/search"] = (Role.Reader, "/api/v1/search", null),
        ["GET /api/v1/changes"] = (Role.Partner, "/api/v1/changes", null),
        ["GET /api/v1/qr/{id}"] = (Role.Anonymous, "/api/v1/qr/ID.svg", null),
        ["GET /api/v1/labels/{id}"] = (Role.Anonymous, "/api/v1/labels/ID.zpl", null),
        ["GET /api/v1/labels/sheet"] = (Role.Anonymous, "/api/v1/labels/sheet?id=ID", null),
        ["POST /api/v1/labels/sheet"] = (Role.Anonymous, "/api/v1/labels/sheet", """{"identifiers":["ID"]}"""),
        ["GET /api/v1/templates"] = (Role.Partner, "/api/v1/templates", null),
        ["GET /api/v1/templates/{code}"] = (Role.Partner, "/api/v1/templates/part", null),
        ["POST /api/v1/templates"] = (Role.Admin, "/api/v1/templates", """{"code":"matrix","attributes":[]}"""),
        ["POST /api/v1/templates/{code}/publish"] = (Role.Admin, "/api/v1/templates/part/publish", null),
        ["POST /api/v1/templates/{code}/withdraw"] = (Role.Admin, "/api/v1/templates/mea/withdraw", null),
        ["POST /api/v1/templates/{code}/copy"] = (
            Role.Admin,
            "/api/v1/templates/part/copy",
            """{"code":"matrix-copy"}"""
        ),
        ["POST /api/v1/templates:import"] = (Role.Admin, "/api/v1/templates:import", "{}"),
        ["GET /api/v1/templates:export"] = (Role.Reader, "/api/v1/templates:export", null),
        ["GET /api/v1/categories"] = (Role.Partner, "/api/v1/categories", null),
        ["POST /api/v1/categories"] = (Role.Admin, "/api/v1/categories", """{"code":"matrix"}"""),
        ["GET /api/v1/coding-rules"] = (Role.Reader, "/api/v1/coding-rules", null),
        ["POST /api/v1/coding-rules"] = (
            Role.Admin,
            "/api/v1/coding-rules",
            """{"code":"matrix","pattern":"M{seq:3}"}"""
        ),
        ["POST /api/v1/coding-rules:try"] = (Role.Reader, "/api/v1/coding-rules:try", """{"pattern":"M{seq:3}"}"""),
        ["POST /api/v1/coding-rules/{code}/try"] = (Role.Reader, "/api/v1/coding-rules/part/try", "{}"),
        ["GET /api/v1/keys"] = (Role.Admin, "/api/v1/keys", null),
        ["POST /api/v1/keys"] = (Role.Admin, "/api/v1/keys", """{"role":"reader"}"""),
        ["DELETE /api/v1/keys/{id}"] = (Role.Admin, "/api/v1/keys/KEY", null),
        ["GET /api/v1/audit"] = (Role.Auditor, "/api/v1/audit", null),
        ["GET /api/v1/statistics"] = (Role.Reader, "/api/v1/statistics", null),
        ["GET /api/v1/enterprises"] = (Role.Admin, "/api/v1/enterprises", null),
        ["PUT /api/v1/enterprises/{prefix}/route"] = (
            Role.Admin,
            $"/api/v1/enterprises/{TestNode.Prefix}/route",
            """{"host":7}"""
        ),
        // Role partner where the key is tied to a partner, which the keys of this table are not.
        ["GET /api/v1/partners"] = (Role.Reader, "/api/v1/partners", null),
        ["POST /api/v1/partners"] = (Role.Admin, "/api/v1/partners", """{"code":"matrix"}"""),
        ["GET /api/v1/partners/{code}"] = (Role.Reader, "/api/v1/partners/matrix", null),
        ["GET /api/v1/grants"] = (Role.Reader, "/api/v1/grants", null),
        ["POST /api/v1/grants"] = (
            Role.Admin,
            "/api/v1/grants",
            """{"partner":"matrix","fields":{"events":["ship"]},"purpose":"test"}"""
        ),
        ["GET /api/v1/grants/{id}"] = (Role.Reader, "/api/v1/grants/GRANT", null),
        ["DELETE /api/v1/grants/{id}"] = (Role.Admin, "/api/v1/grants/GRANT", null),
        ["GET /api/v1/upstream"] = (Role.Reader, "/api/v1/upstream", null),
        ["GET /api/v1/upstream/letters"] = (Role.Reader, "/api/v1/upstream/letters", null),
        ["POST /api/v1/upstream/letters:retry"] = (Role.Admin, "/api/v1/upstream/letters:retry", """{"all":true}"""),
        ["POST /api/v1/upstream/letters:drop"] = (Role.Admin, "/api/v1/upstream/letters:drop", """{"all":true}"""),
    };

    [Test]
    public async Task EveryCall_EveryRole_GetsAsFarAsItMay()
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;
        var listed = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} {p.Name}"))
            .ToList();
        Assert.That(
            Calls.Keys,
            Is.EquivalentTo(listed),
            "The table names every call of the OpenAPI document and no other."
        );

        var wrong = new List<string>();
        foreach (var (call, (needed, target, body)) in Calls)
        {
            foreach (var role in Enum.GetValues<Role>())
            {
                var status = await StatusAsync(call.Split(' ')[0], target, body, role);
                var may = new Caller(role, 0, "").Is(needed) || (needed == Role.Auditor && role == Role.Admin);
                var right = may ? status is >= 200 and < 300 : status == (role == Role.Anonymous ? 401 : 403);
                if (!right)
                {
                    wrong.Add($"{call} as {role}: {status}");
                }
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task EveryCall_BadKey_Answers401()
    {
        foreach (var (call, (_, target, body)) in Calls)
        {
            var answer = await Server.SendAsync("idr_wrong", call.Split(' ')[0], target, body);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((401, "AuthenticationFailed")), call);
        }
    }

    [Test]
    public async Task EveryWrite_BodyOfTheWrongKind_IsRefusedWithoutAFault()
    {
        string[] values =
        [
            "null",
            "5",
            "\"x\"",
            "[]",
            "[null]",
            "[[]]",
            "{}",
            "{\"a\":null}",
            "true",
            "1e999",
            "\"\\ud800\"",
        ];
        var wrong = new List<string>();
        foreach (var (call, (_, target, body)) in Calls.Where(c => c.Value.Body is not null))
        {
            var members = JsonSerializer
                .Deserialize<Dictionary<string, JsonElement>>(body!)!
                .Keys.Concat([
                    "names",
                    "attributes",
                    "values",
                    "category",
                    "codingRule",
                    "prefix",
                    "parent",
                    "categories",
                    "templates",
                    "codingRules",
                    "number",
                    "columns",
                    "qr",
                    "identifier",
                    "source",
                    "code",
                ])
                .Distinct();
            var bodies = values
                .Concat(members.SelectMany(m => values.Select(v => Replaced(body!, m, v))))
                .Append(
                    """{"code":"x1","attributes":[{"code":"a","type":"text","names":null,"choices":[null],"minimum":{}}]}"""
                )
                .Append(
                    """{"templates":[{"code":"x2","attributes":[null]}],"categories":[{"code":null}],"codingRules":[{"code":"x3","pattern":null}]}"""
                )
                .Append(
                    """{"items":[null,{"attributes":{"name":{}},"values":[{"index":1,"type":null,"data":{"format":"base64","value":"?"}}]}]}"""
                );
            foreach (var bad in bodies)
            {
                var answer = await Server.SendAsync(
                    Role.Admin,
                    call.Split(' ')[0],
                    target
                        .Replace("KEY", "none", StringComparison.Ordinal)
                        .Replace("ID", "88.300.1/absent", StringComparison.Ordinal),
                    bad
                );
                if (answer.Status >= 500)
                {
                    wrong.Add($"{call} {bad}: {answer.Status}");
                }
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    private static string Replaced(string body, string member, string value)
    {
        var members = JsonSerializer
            .Deserialize<Dictionary<string, JsonElement>>(body)!
            .ToDictionary(m => m.Key, m => m.Value.GetRawText());
        members[member] = value;
        return "{" + string.Join(',', members.Select(m => $"\"{m.Key}\":{m.Value}")) + "}";
    }

    /// <summary>Registers an item whose business key is its identifier.</summary>
    private async Task<string> RegisterKeyedAsync()
    {
        var id = Server.NewId();
        return await Server.RegisterAsync(
            $$""" "source":"matrix","sourceKey":"{{id}}","attributes":{"name":"n"} """,
            id
        );
    }

    private async Task<int> StatusAsync(string method, string target, string? body, Role role)
    {
        var id =
            target.Contains("ID", StringComparison.Ordinal) || body?.Contains("ID", StringComparison.Ordinal) == true
                ? await RegisterKeyedAsync()
                : "";
        var key = target.Contains("KEY", StringComparison.Ordinal)
            ? (await Server.Node.Keys.CreateAsync(new NewKey(Role.Reader), Caller.Node, CancellationToken.None))
                .Value
                .Key
                .Id
            : "";
        var seen = target.Contains("EVENT", StringComparison.Ordinal) ? await Server.ObserveAsync(Server.NewId()) : "";
        var grant = target.Contains("GRANT", StringComparison.Ordinal) ? await Server.GrantAsync() : "";
        return (
            await Server.SendAsync(
                role,
                method,
                target
                    .Replace("KEY", key, StringComparison.Ordinal)
                    .Replace("EVENT", seen, StringComparison.Ordinal)
                    .Replace("GRANT", grant, StringComparison.Ordinal)
                    .Replace("ID", id, StringComparison.Ordinal),
                body?.Replace("ID", id, StringComparison.Ordinal)
            )
        ).Status;
    }
}
