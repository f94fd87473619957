using System.Text.Json;
using System.Xml.Linq;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Traces over REST, on events that were sent to the node.</summary>
[TestFixture]
public sealed class TraceTests : NodeFixture
{
    private const string Trace = "/api/v1/trace/";

    private string _roll = "";
    private string _ccm = "";
    private string _stack = "";
    private string _car = "";

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        _roll = await Server.RegisterAsync();
        _ccm = await Server.RegisterAsync();
        _stack = await Server.RegisterAsync();
        _car = Server.NewId();
        await SendAsync(
            "commission",
            "09:00",
            $$"""
            "items":[{"identifier":"{{_roll}}","quantity":100,"unit":"MTK"}]
            """
        );
        await SendAsync(
            "transform",
            "10:00",
            $$"""
            "inputs":[{"identifier":"{{_roll}}","quantity":40,"unit":"MTK"}],"outputs":["{{_ccm}}"]
            """
        );
        await SendAsync(
            "assemble",
            "11:00",
            $$"""
            "parent":"{{_stack}}","children":[{"identifier":"{{_ccm}}","position":"7"}]
            """
        );
        await SendAsync("assemble", "12:00", $$""" "parent":"{{_car}}","children":["{{_stack}}"] """);
    }

    [Test]
    public async Task Trace_Forward_GivesItemsLinksAndQuantities()
    {
        var answer = await Server.GetAsync($"{Trace}{_roll}?direction=forward", Role.Reader);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(
                Each(answer, "nodes")
                    .Select(node =>
                        $"{node.GetProperty("generation")} {node.GetProperty("identifier")} "
                        + $"{node.GetProperty("quantity")} {node.GetProperty("unit")}"
                    ),
                Is.EqualTo(new[] { $"0 {_roll} 100 MTK", $"1 {_ccm} 40 MTK", $"2 {_stack} 40 MTK", $"3 {_car} 40 MTK" })
            );
            Assert.That(
                Each(answer, "links")
                    .Select(link => $"{link.GetProperty("from")} {link.GetProperty("type")} {link.GetProperty("to")}"),
                Is.EqualTo(
                    new[] { $"{_ccm} consumes {_roll}", $"{_stack} contains {_ccm}", $"{_car} contains {_stack}" }
                )
            );
            Assert.That(Each(answer, "links")[1].GetProperty("position").GetString(), Is.EqualTo("7"));
            Assert.That(
                Each(answer, "nodes")[0].GetProperty("balance")[0].GetProperty("left").GetInt32(),
                Is.EqualTo(60)
            );
            Assert.That(
                Each(answer, "findings").Select(finding => finding.GetProperty("code").GetString()),
                Is.EqualTo(new[] { "unregistered" })
            );
            Assert.That(answer.Json.GetProperty("complete").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task Trace_EventOfALink_IsTheOneThatCanBeRead()
    {
        var answer = await Server.GetAsync($"{Trace}{_ccm}", Role.Reader);
        var id = Each(answer, "links")[0].GetProperty("event").GetString();

        var read = await Server.GetAsync("/api/v1/events/" + id, Role.Reader);

        Assert.That(read.Json.GetProperty("type").GetString(), Is.EqualTo("transform"), read.ToString());
    }

    [Test]
    public async Task Trace_At_GivesWhatWasSoThen()
    {
        var answer = await Server.GetAsync($"{Trace}{_car}?at=2026-03-01T11:30:00Z", Role.Reader);

        Assert.That(Identifiers(answer), Is.EqualTo(new[] { _car }));
    }

    [Test]
    public async Task Trace_Template_ShowsItsItemsAndGoesOnThroughOthers()
    {
        var answer = await Server.GetAsync($"{Trace}{_car}?template=part", Role.Reader);

        Assert.Multiple(() =>
        {
            Assert.That(Identifiers(answer), Is.EqualTo(new[] { _car, _stack, _ccm, _roll }));
            Assert.That(answer.Json.GetProperty("found").GetInt32(), Is.EqualTo(4));
        });
        answer = await Server.GetAsync($"{Trace}{_car}?template=other", Role.Reader);
        Assert.That((answer.Status, answer.Fields[0]), Is.EqualTo((422, "template")));
    }

    [Test]
    public async Task Trace_Budget_IsGoneOnFromByTheCursor()
    {
        var found = new List<string>();
        var cursor = "";
        var pages = 0;
        do
        {
            var answer = await Server.GetAsync(
                $"{Trace}{_roll}?direction=forward&budget=1" + (cursor.Length > 0 ? $"&cursor={cursor}" : ""),
                Role.Reader
            );
            found.AddRange(Identifiers(answer));
            cursor = answer.Json.TryGetProperty("cursor", out var next) ? next.GetString()! : "";
            Assert.That(answer.Json.GetProperty("complete").GetBoolean(), Is.EqualTo(cursor.Length == 0));
            pages++;
            foreach (var form in cursor.Length > 0 ? new[] { "format=svg", "format=html", $"explain={_car}" } : [])
            {
                // Links to items of earlier pages have one end here.
                var again = $"{Trace}{_roll}?direction=forward&budget=9&cursor={cursor}&{form}";
                Assert.That((await Server.GetAsync(again, Role.Reader)).Status, Is.EqualTo(200), again);
            }
        } while (cursor.Length > 0 && pages < 10);

        Assert.That(found, Is.EqualTo(new[] { _roll, _ccm, _stack, _car }));
    }

    [Test]
    public async Task Trace_NdJson_IsALineEachAndEndsWithTheEnd()
    {
        var answer = await Server.GetAsync($"{Trace}{_roll}?direction=forward&format=ndjson", Role.Reader);

        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(answer.MediaType, Is.EqualTo("application/x-ndjson"));
            Assert.That(lines[0].GetProperty("root").GetString(), Is.EqualTo(_roll));
            Assert.That(lines.Count(line => line.TryGetProperty("node", out _)), Is.EqualTo(4));
            Assert.That(lines.Count(line => line.TryGetProperty("link", out _)), Is.EqualTo(3));
            Assert.That(lines[^1].GetProperty("end").GetProperty("complete").GetBoolean(), Is.True);
        });
    }

    [TestCase("application/json", "application/json")]
    [TestCase("application/x-ndjson", "application/x-ndjson")]
    [TestCase("text/csv", "text/csv")]
    [TestCase("application/graphml+xml", "application/graphml+xml")]
    [TestCase("text/csv;q=0.5, application/json;q=0.4", "text/csv")]
    [TestCase("text/plain", "application/json")]
    public async Task Trace_Accept_ChoosesTheForm(string accept, string media)
    {
        var answer = await Server.GetAsync(Trace + _roll, Role.Reader, ("Accept", accept));

        Assert.That(answer.MediaType, Is.EqualTo(media));
    }

    [Test]
    public async Task Trace_Csv_IsATableOfTheItems()
    {
        var answer = await Server.GetAsync($"{Trace}{_roll}?direction=forward&format=csv", Role.Reader);

        Assert.That(
            answer.Text.ReplaceLineEndings("\n"),
            Is.EqualTo(
                $"""
                identifier,template,generation,quantity,unit,via
                {_roll},part,0,100,MTK,
                {_ccm},part,1,40,MTK,{_roll}
                {_stack},part,2,40,MTK,{_ccm}
                {_car},,3,40,MTK,{_stack}

                """
            )
        );
    }

    [Test]
    public async Task Trace_GraphMl_IsWellFormedAndComplete()
    {
        var answer = await Server.GetAsync($"{Trace}{_roll}?direction=forward&format=graphml", Role.Reader);

        var graph = XDocument.Parse(answer.Text);
        XNamespace space = "http://graphml.graphdrawing.org/xmlns";
        Assert.Multiple(() =>
        {
            Assert.That(graph.Descendants(space + "node").Count(), Is.EqualTo(4));
            Assert.That(graph.Descendants(space + "edge").Count(), Is.EqualTo(3));
            Assert.That(graph.Descendants(space + "data").Select(data => data.Value), Does.Contain(_car));
        });
    }

    [Test]
    public async Task Trace_Svg_HasALinkForEachItem()
    {
        var answer = await Server.GetAsync($"{Trace}{_roll}?direction=forward&format=svg", Role.Reader);

        var links = XDocument
            .Parse(answer.Text)
            .Descendants(XName.Get("a", "http://www.w3.org/2000/svg"))
            .Select(link => link.Attribute("href")!.Value);
        Assert.Multiple(() =>
        {
            Assert.That(answer.MediaType, Is.EqualTo("image/svg+xml"));
            Assert.That(links, Is.EqualTo(new[] { _roll, _ccm, _stack, _car }.Select(id => Server.Address.Of(id))));
        });
    }

    [TestCase("csv")]
    [TestCase("graphml")]
    public async Task Trace_FormWithoutAPlaceToSayThatSomethingIsMissing_IsRefused(string format)
    {
        var answer = await Server.GetAsync($"{Trace}{_roll}?direction=forward&budget=2&format={format}", Role.Reader);

        Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((413, "budget")), answer.ToString());
    }

    [Test]
    public async Task Trace_Explain_GivesThePaths()
    {
        var answer = await Server.GetAsync($"{Trace}{_roll}?direction=forward&explain={_car}", Role.Reader);

        Assert.That(Each(answer, "paths").Single().GetArrayLength(), Is.EqualTo(3), answer.ToString());
    }

    [Test]
    public async Task Trace_Attribute_ShowsItOfTheItemsShown()
    {
        var made = await Server.RegisterAsync(""" "attributes":{"name":"the best, really","tags":["red","green"]} """);
        var (input, other) = (await Server.RegisterAsync(), Server.NewId());
        await SendAsync("transform", "13:00", $$""" "inputs":["{{input}}"],"outputs":["{{made}}","{{other}}"] """);
        var at = $"{Trace}{made}?attribute=name&attribute=tags&template=part";

        var answer = await Server.GetAsync(at, Role.Reader);
        var table = await Server.GetAsync(at + "&format=csv", Role.Reader);

        const string Columns = "attributes.name,attributes.tags";
        var nodes = Each(answer, "nodes");
        var lines = table.Text.ReplaceLineEndings("\n").Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(
                nodes[0].GetProperty("attributes").GetRawText(),
                Is.EqualTo("""{"name":"the best, really","tags":["red","green"]}"""),
                answer.ToString()
            );
            Assert.That(nodes[1].GetProperty("attributes").GetRawText(), Is.EqualTo("""{"name":"thing"}"""));
            Assert.That(lines[0], Is.EqualTo($"identifier,template,generation,quantity,unit,via,{Columns}"));
            Assert.That(lines[1], Does.EndWith(""","the best, really","[""red"",""green""]" """.TrimEnd()));
            Assert.That(lines[2], Does.EndWith($",{made},thing,"));
        });
    }

    [TestCase("budget=0", "budget")]
    [TestCase("budget=1000001", "budget")]
    [TestCase("number=999999999", "number")]
    [TestCase("type=owns", "type")]
    [TestCase("direction=up", "direction")]
    [TestCase("at=yesterday", "at")]
    [TestCase("cursor=x", "cursor")]
    [TestCase("cursor=AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*", "cursor")]
    [TestCase("format=pdf", "format")]
    [TestCase("attribute=nobody", "attribute")]
    [TestCase("attribute=name&format=ndjson", "attribute")]
    [TestCase("attribute=name&format=svg", "attribute")]
    [TestCase(
        "attribute=1&attribute=2&attribute=3&attribute=4&attribute=5&attribute=6&attribute=7&attribute=8"
            + "&attribute=9&attribute=10&attribute=11",
        "attribute"
    )]
    [TestCase("explain=x", "explain", 400)]
    [TestCase("explain=88.300.1/x&format=ndjson", "explain")]
    [TestCase("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "from")]
    public async Task Trace_BadInput_NamesTheField(string query, string field, int status = 422)
    {
        var answer = await Server.GetAsync($"{Trace}{_roll}?{query}", Role.Reader);

        Assert.That((answer.Status, answer.Fields.Single()), Is.EqualTo((status, field)), answer.ToString());
    }

    [TestCase("88.300.1/never", 404, "NotFound")]
    [TestCase("99.1/foreign", 404, "NotResponsible")]
    public async Task Trace_IdentifierThatNobodyNamed_IsNotFound(string identifier, int status, string code)
    {
        var answer = await Server.GetAsync(Trace + identifier, Role.Reader);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((status, code)), answer.ToString());
    }

    [Test]
    public async Task Trace_RevokedItem_IsTracedAndToldOf()
    {
        var input = await Server.RegisterAsync();
        var output = Server.NewId();
        await SendAsync("transform", "13:00", $$""" "inputs":["{{input}}"],"outputs":["{{output}}"] """);
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + input);

        var answer = await Server.GetAsync($"{Trace}{input}?direction=forward", Role.Reader);

        Assert.Multiple(() =>
        {
            Assert.That(Identifiers(answer), Is.EqualTo(new[] { input, output }));
            Assert.That(Each(answer, "nodes")[0].GetProperty("revoked").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task Trace_KeyBoundToAPrefix_SeesNothingBeyondAndNothingBehindIt()
    {
        const string Own = "88.300.1.7";
        var key = (
            await Server.Node.Keys.CreateAsync(
                new NewKey(Role.Reader, Prefix: Own),
                Caller.CommandLine,
                CancellationToken.None
            )
        )
            .Value
            .Text;
        await SendAsync("transform", "13:00", $$""" "inputs":["{{Own}}/r"],"outputs":["{{Own}}/o","{{_car}}-x"] """);
        await SendAsync("assemble", "14:00", $$""" "parent":"{{Own}}/back","children":["{{_car}}-x"] """);

        var bound = await Server.SendAsync(key, "GET", $"{Trace}{Own}/r?direction=both");
        var lines = await Server.SendAsync(key, "GET", $"{Trace}{Own}/r?direction=both&format=ndjson");
        var free = await Server.GetAsync($"{Trace}{Own}/r?direction=both", Role.Reader);
        var beyond = await Server.SendAsync(key, "GET", $"{Trace}{_car}-x");
        var absent = await Server.SendAsync(key, "GET", $"{Trace}{_car}-y");

        Assert.Multiple(() =>
        {
            Assert.That(Identifiers(bound), Is.EqualTo(new[] { Own + "/r", Own + "/o" }));
            Assert.That(bound.Json.GetProperty("found").GetInt32(), Is.EqualTo(2));
            Assert.That(lines.Text, Does.Not.Contain(_car).And.Not.Contain("/back"));
            Assert.That(Identifiers(free), Has.Length.EqualTo(4));
            Assert.That((beyond.Status, absent.Status), Is.EqualTo((404, 404)));
        });
    }

    [Test]
    public async Task Trace_FanOutOfTenThousandInOneEvent_IsComplete()
    {
        var input = Server.NewId();
        var outputs = string.Join(',', Enumerable.Range(0, 9_999).Select(i => $"\"{input}-{i}\""));
        await SendAsync("transform", "13:00", $$""" "inputs":["{{input}}"],"outputs":[{{outputs}}] """);

        var answer = await Server.GetAsync($"{Trace}{input}?direction=forward&format=ndjson", Role.Reader);

        var end = Parse(answer.Text.TrimEnd().Split('\n')[^1]).GetProperty("end");
        Assert.Multiple(() =>
        {
            Assert.That(end.GetProperty("complete").GetBoolean(), Is.True);
            Assert.That(end.GetProperty("found").GetInt32(), Is.EqualTo(10_000));
        });
    }

    [Test]
    public async Task Trace_Head_AnswersWithoutABody([Values("json", "ndjson", "csv", "graphml", "svg")] string format)
    {
        var answer = await Server.SendAsync(Role.Reader, "HEAD", $"{Trace}{_roll}?format={format}");

        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((200, 0)));
    }

    private async Task SendAsync(string type, string time, string members)
    {
        var body = $$"""{"type":"{{type}}","time":"2026-03-01T{{time}}:00Z",{{members}}}""";
        var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }

    private static JsonElement Parse(string line) => JsonSerializer.Deserialize<JsonElement>(line);

    private static JsonElement[] Each(Answer answer, string name) =>
        [.. answer.Json.GetProperty(name).EnumerateArray()];

    private static string[] Identifiers(Answer answer) =>
        [.. Each(answer, "nodes").Select(node => node.GetProperty("identifier").GetString()!)];
}
