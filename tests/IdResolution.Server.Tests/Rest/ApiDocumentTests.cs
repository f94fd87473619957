using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Core.Access;
using IdResolution.Server.Rest;
using IdResolution.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed partial class ApiDocumentTests : NodeFixture
{
    [Test]
    public async Task Document_ListsEveryMappedCall()
    {
        var mapped = Server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(e =>
                e.Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Where(m => m != "HEAD")
                    .Select(m => $"{m} {e.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal)}")
            );

        var document = await Server.GetAsync("/openapi/v1.json");
        var listed = document
            .Json.GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} {p.Name}"));

        Assert.That(document.MediaType, Is.EqualTo("application/json"));
        Assert.That(listed, Is.EquivalentTo(mapped).And.Not.Empty);
    }

    [Test]
    public async Task Document_EveryCall_HasASummaryATagAndTheKeyScheme()
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var call in path.Value.EnumerateObject())
            {
                Assert.That(call.Value.GetProperty("summary").GetString(), Is.Not.Empty, path.Name);
                Assert.That(call.Value.GetProperty("tags").GetArrayLength(), Is.EqualTo(1), path.Name);
                if (call.Value.TryGetProperty("requestBody", out var body))
                {
                    Assert.That(
                        body.GetProperty("content").EnumerateObject().Select(c => c.Name),
                        Has.All.EndsWith("json").And.Not.Empty,
                        path.Name
                    );
                }
            }
        }
        Assert.That(
            document
                .GetProperty("components")
                .GetProperty("securitySchemes")
                .GetProperty("key")
                .GetProperty("scheme")
                .GetString(),
            Is.EqualTo("bearer")
        );
    }

    [TestCase("patch", "/api/v1/identifiers", "If-Match")]
    [TestCase("patch", "/api/v1/identifiers/{id}", "If-Match")]
    [TestCase("delete", "/api/v1/identifiers", "If-Match")]
    [TestCase("delete", "/api/v1/identifiers/{id}", "If-Match")]
    [TestCase("get", "/api/v1/identifiers", "If-None-Match")]
    [TestCase("get", "/api/v1/identifiers/{id}", "If-None-Match")]
    [TestCase("get", "/api/v1/identifiers/{id}", "ETag", "200")]
    [TestCase("get", "/api/v1/identifiers/{id}", "Location", "303")]
    [TestCase("post", "/api/v1/identifiers", "Location", "201")]
    [TestCase("post", "/api/v1/events", "Location", "201")]
    [TestCase("get", "/api/v1/labels/{id}", "X-Item-Held", "200")]
    [TestCase("get", "/api/v1/labels", "X-Item-Held", "200")]
    [TestCase("get", "/api/v1/qr/{id}", "X-Item-Held", "200")]
    [TestCase("post", "/api/v1/labels/sheet", "X-Item-Held", "200")]
    [TestCase("get", "/api/v1/labels/sheet", "Link", "200")]
    [TestCase("get", "/api/v1/labels/sheet", "Link", "409")]
    [TestCase("get", "/api/v1/made", "X-Next", "200")]
    [TestCase("post", "/api/v1/scan", "Retry-After", "429")]
    [TestCase("post", "/api/v1/identifiers", "Retry-After", "503")]
    [TestCase("post", "/api/v1/identifiers", "Retry-After", "507")]
    public async Task Document_NamesTheHeaders(string method, string path, string header, string? status = null)
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;
        var call = document.GetProperty("paths").GetProperty(path).GetProperty(method);

        var named = status is null
            ? Parameters(call, "header")
            : call.GetProperty("responses")
                .GetProperty(status)
                .GetProperty("headers")
                .EnumerateObject()
                .Select(h => h.Name);
        Assert.That(named, Does.Contain(header));
    }

    [Test]
    public async Task Document_NamesEveryParameterOfPathsAndQueries()
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            var inPath = path
                .Name.Split('{')
                .Skip(1)
                .Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)]);
            foreach (var call in path.Value.EnumerateObject())
            {
                Assert.That(Parameters(call.Value, "path"), Is.EquivalentTo(inPath), $"{call.Name} {path.Name}");
            }
        }
        var limit = document
            .GetProperty("paths")
            .GetProperty("/api/v1/search")
            .GetProperty("get")
            .GetProperty("parameters")
            .EnumerateArray()
            .Single(p => p.GetProperty("name").GetString() == "limit")
            .GetProperty("schema");
        Assert.That(
            limit.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString()),
            Is.EquivalentTo(
                new Dictionary<string, string>
                {
                    ["type"] = "integer",
                    ["format"] = "int32",
                    ["minimum"] = "1",
                    ["maximum"] = "1000",
                    ["default"] = "50",
                }
            )
        );
    }

    /// <summary>A call that is given another parameter says which it takes: those of the document, and all.</summary>
    [Test]
    public async Task Document_NamesTheParametersOfEveryQueryThatTheCallTakes()
    {
        var paths = (await Server.GetAsync("/openapi/v1.json")).Json.GetProperty("paths");
        foreach (var (call, (_, target, body)) in RoleMatrixTests.Calls)
        {
            var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
            var refused = await Server.SendAsync(Role.Admin, method, $"{target.Split('?')[0]}?nonsense=1", body);
            var known = Regex
                .Match(refused.Text, "nonsense is not known here; known are ([^\"]*)\\.\"")
                .Groups[1]
                .Value;
            Assert.That(
                known.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(name => name.Replace(".CODE", "")),
                Is.EquivalentTo(Parameters(paths.GetProperty(path).GetProperty(method.ToLowerInvariant()), "query")),
                $"{call}: {refused}"
            );
        }
    }

    private static IEnumerable<string?> Parameters(JsonElement call, string place) =>
        call.TryGetProperty("parameters", out var parameters)
            ? parameters
                .EnumerateArray()
                .Where(p => p.GetProperty("in").GetString() == place)
                .Select(p => p.GetProperty("name").GetString())
            : [];

    [Test]
    public async Task Document_EveryCall_HasAnOperationIdAndSaysWhatItAnswers()
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;
        var calls = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).ToList();

        Assert.That(
            calls.Select(c => c.Value.GetProperty("operationId").GetString()),
            Is.Unique.And.All.Match("^[a-z][A-Za-z]+$")
        );
        foreach (var call in calls)
        {
            var answers = call.Value.GetProperty("responses").EnumerateObject().ToList();
            Assert.That(answers.Select(a => a.Name), Does.Contain("default").And.Contain("401").And.Contain("400"));
            Assert.That(
                answers
                    .Where(a => a.Name[0] == '2' && a.Name != "204")
                    .Select(a => a.Value.TryGetProperty("content", out _)),
                Has.All.True,
                call.Value.ToString()
            );
        }
        Assert.That(document.GetProperty("servers")[0].GetProperty("url").GetString(), Is.EqualTo(Server.Address.Url));
    }

    [Test]
    public async Task Document_EverySchemaAndMember_HasATextForCallers()
    {
        var schemas = (await Server.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");
        var told = new List<string>();
        foreach (var schema in schemas.EnumerateObject())
        {
            var name = ApiTexts.NameOf(schema.Name);
            told.Add(name);
            Assert.That(schema.Value.TryGetProperty("description", out _), Is.True, schema.Name);
            if (schema.Value.TryGetProperty("properties", out var members))
            {
                told.AddRange(members.EnumerateObject().Select(m => $"{name}.{m.Name}"));
                Assert.That(
                    members.EnumerateObject().Where(m => !m.Value.TryGetProperty("description", out _)),
                    Is.Empty,
                    schema.Name
                );
            }
        }

        Assert.That(told.Distinct(), Is.EquivalentTo(ApiTexts.All));
    }

    [Test]
    public async Task Document_HasNoNumberOrWordThatMayBeAnything()
    {
        var document = await Server.GetAsync("/openapi/v1.json");
        var schemas = document.Json.GetProperty("components").GetProperty("schemas");

        Assert.That(document.Text, Does.Not.Match("\"integer\",\\s*\"string\""));
        Assert.That(
            schemas
                .EnumerateObject()
                .Where(s => s.Value.TryGetProperty("enum", out _))
                .Select(s => s.Value.GetProperty("type").GetString()),
            Is.Not.Empty.And.All.EqualTo("string")
        );
    }

    [Test]
    public async Task Document_EveryMember_HasAType()
    {
        var schemas = (await Server.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");
        var untyped = new List<string>();
        foreach (var schema in schemas.EnumerateObject())
        {
            Collect(schema.Value, schema.Name);
        }

        Assert.That(untyped, Is.Empty);

        void Collect(JsonElement schema, string path)
        {
            if (!s_typing.Any(word => schema.TryGetProperty(word, out _)))
            {
                untyped.Add(path);
            }
            if (schema.TryGetProperty("items", out var items))
            {
                Collect(items, path + "[]");
            }
            if (schema.TryGetProperty("properties", out var members))
            {
                foreach (var member in members.EnumerateObject())
                {
                    Collect(member.Value, $"{path}.{member.Name}");
                }
            }
        }
    }

    private static readonly string[] s_typing = ["type", "$ref", "oneOf", "anyOf"];

    private const string EventTypes =
        "commission transform assemble disassemble observe inspect operate move ship receive cover hold release install "
        + "replace service decommission destroy";

    private const string LinkTypes = "consumes contains covers ships produced-by replaces";
    private const string Kinds = "ancestor equipment tool person process place measurement";

    [TestCase("Event.type", EventTypes + " correct")]
    [TestCase("ShownEvent.type", EventTypes + " correct")]
    [TestCase("CalibrationLine.type", EventTypes + " correct")]
    [TestCase("MadeLine.type", EventTypes + " correct")]
    [TestCase("LifeEvent.type", EventTypes + " correct")]
    [TestCase("Event.as", EventTypes)]
    [TestCase("ShownEvent.as", EventTypes)]
    [TestCase("Event.scope", "item made-from")]
    [TestCase("ShownEvent.scope", "item made-from")]
    [TestCase("ShownEvent.status", "active voided")]
    [TestCase("EventFinding.code", "wrong-template too-many nothing-released hold-spreading mistyped")]
    [TestCase("Link.type", LinkTypes)]
    [TestCase("OwnLink.type", LinkTypes)]
    [TestCase("LinkRule.type", LinkTypes)]
    [TestCase("TraceLink.type", LinkTypes)]
    [TestCase("LackAnswer.type", LinkTypes)]
    [TestCase("ScanIntent.do", "use move ship install")]
    [TestCase("RollupQuestion.function", "sum mean min max spread")]
    [TestCase("RollupAnswer.function", "sum mean min max spread")]
    [TestCase("RollupQuestion.direction", "backward forward")]
    [TestCase("RollupAnswer.direction", "backward forward")]
    [TestCase("TraceAnswer.direction", "backward forward both")]
    [TestCase("CauseAnswer.kind", Kinds)]
    [TestCase("CommonFinding.kind", Kinds)]
    [TestCase("CommonQuestion.kinds", Kinds)]
    [TestCase("CalibrationAnswer.state", "valid overdue never-calibrated not-subject unknown")]
    [TestCase("CalibrationLine.role", "equipment tool instrument")]
    [TestCase("MadeLine.role", "output parent item")]
    public async Task Document_MembersOfWords_HaveJustThose(string member, string words)
    {
        var schemas = (await Server.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");
        var path = member.Split('.');

        var typed = schemas.GetProperty(path[0]).GetProperty("properties").GetProperty(path[1]);
        var name = TypeName().Match(typed.ToString()).Groups[1].Value;
        var listed = schemas.GetProperty(name).GetProperty("enum").EnumerateArray().Select(word => word.GetString());

        Assert.That(listed, Is.EquivalentTo(words.Split(' ')));
    }

    [GeneratedRegex("#/components/schemas/([A-Za-z]+)\"")]
    private static partial Regex TypeName();

    [TestCase("Thing.quantity")]
    [TestCase("Link.quantity")]
    [TestCase("OwnLink.quantity")]
    [TestCase("ScanIntent.quantity")]
    [TestCase("Measurement.value")]
    [TestCase("Measurement.low")]
    [TestCase("Measurement.high")]
    [TestCase("Measurement.set")]
    [TestCase("Defect.count")]
    public async Task Document_Quantities_AreNumbersOrTheirText(string member)
    {
        var schemas = (await Server.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");
        var path = member.Split('.');

        var types = schemas.GetProperty(path[0]).GetProperty("properties").GetProperty(path[1]).GetProperty("type");

        Assert.That(types.EnumerateArray().Select(t => t.GetString()), Is.EquivalentTo(["null", "number", "string"]));
    }

    [Test]
    public async Task Examples_OfTheDocuments_AreValid()
    {
        var contract = await Server.ContractAsync();
        var bodies = new[] { "README.md", "README.zh-CN.md", "docs/rest.md" }
            .SelectMany(file => Registration().Matches(RepositoryFolder.Read(file.Split('/'))))
            .Select(m => m.Value.TrimEnd('\''))
            .ToList();

        Assert.That(bodies, Has.Count.GreaterThan(3).And.Some.StartsWith("{\"items\""));
        foreach (var body in bodies)
        {
            using var json = JsonDocument.Parse(body);
            var path = "/api/v1/identifiers" + (json.RootElement.TryGetProperty("items", out _) ? ":batch" : "");
            Assert.That(contract.FaultOf("POST", path, json.RootElement), Is.Null, body);
        }
    }

    [GeneratedRegex("(?<=-d ')\\{\"(template|items)\":[^']*'|^\\{\"(template|items)\": .*\\}$", RegexOptions.Multiline)]
    private static partial Regex Registration();

    [Test]
    public async Task Docs_Answers()
    {
        var moved = await Server.GetAsync("/docs");
        var page = await Server.GetAsync("/docs/index.html");

        Assert.That(moved.Status, Is.InRange(200, 302));
        Assert.That(
            (page.Status, page.MediaType, page.Text.Contains("swagger", StringComparison.OrdinalIgnoreCase)),
            Is.EqualTo((200, "text/html", true))
        );
    }

    [Test]
    public async Task Health_Answers()
    {
        Assert.That((await Server.GetAsync("/healthz")).Text, Is.EqualTo("ok\n"));
        Assert.That((await Server.GetAsync("/readyz")).Text, Is.EqualTo("ok\n"));
    }
}
