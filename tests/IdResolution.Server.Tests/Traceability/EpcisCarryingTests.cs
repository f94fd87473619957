using System.Globalization;
using System.Text.Json.Nodes;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Events of EPCIS 2.0 lose nothing in a node (<c>Epcis/README.md</c> has where they are from).</summary>
[TestFixture]
public sealed class EpcisCarryingTests : NodeFixture
{
    private const string Route = "/api/v1/events";

    /// <summary>What the model has no member for, and keeps as it is given.</summary>
    private static readonly string[] s_aside =
    [
        "type",
        "action",
        "context",
        "classes",
        "parentID",
        "readPoint",
        "bizLocation",
        "sensorElementList",
        "recordTime",
        "certificationInfo",
        "sourceList",
        "destinationList",
        "persistentDisposition",
        "transformationID",
        "ilmd",
    ];

    private static readonly string s_folder = RepositoryFolder.PathOf(
        "tests",
        "IdResolution.Server.Tests",
        "Traceability",
        "Epcis"
    );

    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(s_folder, "*.jsonld").Select(file => Path.GetFileName(file)).Order();

    [TestCaseSource(nameof(Files))]
    public async Task Events_OfADocument_ComeBackWithEveryMember(string file)
    {
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(s_folder, file)))!;
        var body = document["epcisBody"]!;
        var events = (body["eventList"] ?? body["queryResults"]!["resultsBody"]!["eventList"])!.AsArray();
        var sent = new Dictionary<string, string>();
        Assert.That(events, Is.Not.Empty);
        foreach (var one in events)
        {
            var given = one!.AsObject();
            var back = given.ContainsKey("errorDeclaration")
                ? await DeclareAsync(given, sent)
                : await CarryAsync(given, document["@context"], sent);
            Assert.That(Differences(given, back, "").ToList(), Is.Empty, $"{given}\n{back}");
        }
    }

    [Test]
    public async Task Uris_OfOthers_AreItems_WhoseLettersCount_AndOursAreOurs()
    {
        var (stack, serial) = (await Server.RegisterAsync(), Guid.NewGuid().ToString("N"));
        var (small, large) = (
            $"urn:epc:id:sgtin:6912345.011122.a{serial}",
            $"urn:epc:id:sgtin:6912345.011122.A{serial}"
        );

        var sent = await SendAsync(
            new JsonObject
            {
                ["type"] = "assemble",
                ["time"] = "2026-03-01T08:00:00Z",
                ["parent"] = $"https://id.example.com/{stack}",
                ["children"] = new JsonArray(small, large),
            }
        );

        Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());
        var shown = await Server.GetAsync($"{Route}?item={small}", Role.Reader);
        Assert.That(
            shown.Items.Single().GetProperty("parent").GetProperty("identifier").GetString(),
            Is.EqualTo(stack)
        );
        Assert.That((await Server.GetAsync($"{Route}?item={small}x", Role.Reader)).Status, Is.EqualTo(404));
        var trace = await Server.GetAsync($"/api/v1/trace/{stack}", Role.Reader);
        Assert.That(
            trace.Json.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("identifier").GetString()),
            Is.EquivalentTo([stack, small, large])
        );
        Assert.That(trace.Json.GetProperty("findings").GetArrayLength(), Is.Zero, trace.ToString());
    }

    [TestCase("urn:", 422)]
    [TestCase("urn:epc:id:sgtin:6912345.011122.1 2", 422)]
    [TestCase("press:3", 422)]
    [TestCase("https://id.gs1.org/01/06912345123457/21/7", 201)]
    [TestCase("ni:///sha-256;f00f", 201)]
    public async Task Item_ThatIsNoIdentifier_IsTakenIfItIsAUri(string item, int status)
    {
        var sent = await SendAsync(
            new JsonObject
            {
                ["type"] = "observe",
                ["time"] = "2026-03-01T08:00:00Z",
                ["items"] = item,
            }
        );

        Assert.That(sent.Status, Is.EqualTo(status), sent.ToString());
    }

    [Test]
    public async Task Links_TakeUris_ButForWhatIsReplaced()
    {
        var (part, epc) = (await Server.RegisterAsync(), $"urn:epc:id:sgtin:6912345.011122.{Guid.NewGuid():N}");
        Task<Answer> LinkAsync(string type) =>
            Server.SendAsync(
                Role.Registrar,
                "POST",
                "/api/v1/links",
                $$"""{"from":"{{part}}","type":"{{type}}","to":"{{epc}}"}"""
            );

        var consumes = await LinkAsync("consumes");
        var replaces = await LinkAsync("replaces");
        var scan = await Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/scan",
            $$"""{"text":"{{part}}","intent":{"do":"use","into":"{{epc}}"} }"""
        );

        Assert.That(consumes.Status, Is.EqualTo(201), consumes.ToString());
        Assert.That((replaces.Status, replaces.Fields[0]), Is.EqualTo((422, "to")), replaces.ToString());
        Assert.That((scan.Status, scan.Json.GetProperty("allowed").GetBoolean()), Is.EqualTo((200, true)));
    }

    private async Task<JsonObject> CarryAsync(JsonObject given, JsonNode? context, Dictionary<string, string> sent)
    {
        var ours = EpcisMapper.ToOurs(given, context);
        Assert.That(
            ours.Select(m => m.Key).Where(n => n.StartsWith("epcis:", StringComparison.Ordinal)),
            Is.SubsetOf(s_aside.Select(name => "epcis:" + name))
        );
        var taken = await SendAsync(ours);
        Assert.That(taken.Status, Is.EqualTo(201), $"{taken}\n{ours}");
        Assert.That((await SendAsync(ours)).Status, Is.EqualTo(200));
        var id = taken.Json.GetProperty("event").GetString()!;
        if (given["eventID"] is { } key)
        {
            sent[$"{key}"] = id;
        }
        return EpcisMapper.FromOurs(await ShownAsync(id, "active"));
    }

    /// <summary>An event that was declared wrong is voided here, and stays as it was.</summary>
    private async Task<JsonObject> DeclareAsync(JsonObject given, Dictionary<string, string> sent)
    {
        var (declaration, wrong) = (given["errorDeclaration"]!, sent[$"{given["eventID"]}"]);
        var taken = await SendAsync(
            new JsonObject
            {
                ["type"] = "correct",
                ["time"] = declaration["declarationTime"]!.DeepClone(),
                ["corrects"] = wrong,
                ["reason"] = declaration["reason"]?.DeepClone(),
                ["epcis:errorDeclaration"] = declaration.DeepClone(),
            }
        );
        Assert.That(taken.Status, Is.EqualTo(201), taken.ToString());
        var back = EpcisMapper.FromOurs(await ShownAsync(wrong, "voided"));
        var declared = await ShownAsync(taken.Json.GetProperty("event").GetString()!, "active");
        back["errorDeclaration"] = declared["epcis:errorDeclaration"]!.DeepClone();
        return back;
    }

    private async Task<JsonObject> ShownAsync(string id, string status)
    {
        var shown = JsonNode.Parse((await Server.GetAsync($"{Route}/{id}", Role.Reader)).Text)!.AsObject();
        Assert.That($"{shown["status"]}", Is.EqualTo(status));
        return shown;
    }

    private Task<Answer> SendAsync(JsonObject body) =>
        Server.SendAsync(Role.Registrar, "POST", Route, body.ToJsonString());

    /// <summary>Where two values are not the same. An empty list says nothing; times are the same moment.</summary>
    private static IEnumerable<string> Differences(JsonNode? expected, JsonNode? actual, string path)
    {
        if (expected is JsonObject left && actual is JsonObject right)
        {
            var names = left.Concat(right)
                .Where(m => m.Value is not JsonArray { Count: 0 })
                .Select(m => m.Key)
                .Distinct();
            return names.SelectMany(name => Differences(left[name], right[name], $"{path}/{name}"));
        }
        if (expected is JsonArray many && actual is JsonArray others && many.Count == others.Count)
        {
            return many.Zip(others).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{path}[{i}]"));
        }
        var isSame = path == "/eventTime" ? Moment(expected) == Moment(actual) : JsonNode.DeepEquals(expected, actual);
        return isSame ? [] : [$"{path}: {expected?.ToJsonString()} came back as {actual?.ToJsonString()}"];
    }

    private static DateTimeOffset? Moment(JsonNode? time) =>
        time is null ? null : DateTimeOffset.Parse($"{time}", CultureInfo.InvariantCulture);
}
