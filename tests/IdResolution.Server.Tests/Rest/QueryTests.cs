using System.Diagnostics;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Http;
using Microsoft.AspNetCore.Http;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Queries are held to what a call declares; and the trace id that problems bear.</summary>
[TestFixture]
public sealed class QueryTests : NodeFixture
{
    [Test]
    public async Task Parameter_ThatIsNotKnown_Answers400OnEveryCallNamingThoseThatAre()
    {
        var id = await Server.RegisterAsync();
        foreach (var (call, (_, target, body)) in RoleMatrixTests.Calls)
        {
            var path = target.Replace("ID", id, StringComparison.Ordinal);
            var answer = await Server.SendAsync(
                Role.Admin,
                call.Split(' ')[0],
                $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}colour=red&Lang=zh",
                body?.Replace("ID", id, StringComparison.Ordinal)
            );

            Assert.That(
                (answer.Status, answer.Code, string.Join(' ', answer.Fields)),
                Is.EqualTo((400, "Malformed", "colour Lang")),
                call
            );
        }
        var search = await Server.GetAsync("/api/v1/search?colour=red", Role.Reader);
        Assert.That(
            search.Json.GetProperty("detail").GetString(),
            Is.EqualTo(
                "colour is not known here; known are template, source, sourceKey, createdFrom, createdBefore, "
                    + "attr.CODE, after, limit."
            )
        );
    }

    [TestCase("/88.300.1/x?colour=red", 404)]
    [TestCase("/r?id=88.300.1/x&colour=red", 404)]
    [TestCase("/healthz?colour=red", 200)]
    [TestCase("/?colour=red", 200)]
    [TestCase("/openapi/v1.json?colour=red", 200)]
    public async Task Parameter_ThatIsNotKnown_IsIgnoredOnOtherPaths(string target, int status) =>
        Assert.That((await Server.GetAsync(target)).Status, Is.EqualTo(status));

    [TestCase("search?limit=1&limit=2&colour=red", "limit colour")]
    [TestCase("changes?after=1&after=2", "after")]
    [TestCase("statistics?from=2026-01-01&from=2026-01-02", "from")]
    public async Task Parameter_GivenTwice_Answers400NamingIt(string target, string fields)
    {
        var answer = await Server.GetAsync("/api/v1/" + target, Role.Reader);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((400, fields)));
    }

    [TestCase("statistics?from=yesterday&to=2026-13-01", "from to", "yyyy-MM-dd")]
    [TestCase("qr/88.300.1/x.svg?size=1&ecc=Z&content=all&quietZone=99", "size ecc content quietZone", "L, M, Q, H")]
    [TestCase("labels/88.300.1/x.zpl?dpi=1&copies=0&rfid=maybe", "dpi copies rfid", "203, 300, 600")]
    [TestCase("labels/sheet?columns=9&qr=x", "columns qr", "1 to 6")]
    [TestCase("stock?place=&item=&lot=", "place item lot", "empty")]
    [TestCase("quality?by=day&equipment=&step=", "equipment step", "empty")]
    [TestCase("completeness?template=&limit=0", "template limit", "empty")]
    [TestCase("made?equipment=", "equipment", "empty")]
    [TestCase("calibration?item=", "item", "empty")]
    [TestCase("events?from=2026-03-01T08:00:00&to=2026-03-01", "from to", "Z")]
    [TestCase("trace/88.300.1/x?at=2026-03-01T08:00:00", "at", "zone")]
    [TestCase("quality?by=day&to=2026-03-01T08:00:00%2008:00", "to", "%2B")]
    [TestCase("life/88.300.1/x?at=2026-03-01&limit=", "at limit", "zone")]
    [TestCase("templates/part?version=-1", "version", "0 to 2147483647")]
    public async Task Faults_OfAQuery_AreAllNamedWithWhatIsAllowed(string target, string fields, string allowed)
    {
        var answer = await Server.GetAsync("/api/v1/" + target, Role.Reader);

        Assert.That(answer.Status, Is.EqualTo(422), answer.ToString());
        Assert.That(answer.Fields, Is.EquivalentTo(fields.Split(' ')));
        Assert.That(answer.Text, Does.Contain(allowed));
    }

    [Test]
    public async Task Statistics_FromAfterTo_Answers422NamingBoth()
    {
        var answer = await Server.GetAsync("/api/v1/statistics?from=2026-03-02&to=2026-03-01", Role.Reader);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, "from to")));
    }

    [Test]
    public async Task Range_TheWrongWayRound_Answers422OnEveryCall()
    {
        var id = await Server.RegisterAsync();
        var ranged = (await Server.GetAsync("/openapi/v1.json"))
            .Json.GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path =>
                path.Value.EnumerateObject().Select(call => ($"{call.Name.ToUpperInvariant()} {path.Name}", call.Value))
            )
            .Where(call => FormOf(call.Value, "from") is not null && FormOf(call.Value, "to") is not null)
            .ToList();
        Assert.That(ranged, Has.Count.GreaterThan(6));
        foreach (var (call, operation) in ranged)
        {
            var time = FormOf(operation, "from") == "date" ? "" : "T08:00:00Z";
            var path = RoleMatrixTests.Calls[call].Target.Replace("ID", id, StringComparison.Ordinal);
            var mark = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var answer = await Server.GetAsync($"{path}{mark}from=2026-03-02{time}&to=2026-03-01{time}", Role.Admin);

            Assert.That((answer.Status, answer.Fields.FirstOrDefault()), Is.EqualTo((422, "from")), call);
        }

        static string? FormOf(JsonElement operation, string name) =>
            operation.TryGetProperty("parameters", out var all)
            && all.EnumerateArray().FirstOrDefault(p => p.GetProperty("name").GetString() == name)
                is { ValueKind: JsonValueKind.Object } found
                ? found.GetProperty("schema").GetProperty("format").GetString()
                : null;
    }

    [Test]
    public async Task Problem_OfARequestWithATrace_BearsItsId()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

        var traced = await Server.GetAsync(
            "/api/v1/identifiers/88.300.1/absent",
            headers: ("traceparent", $"00-{Trace}-00f067aa0ba902b7-01")
        );
        var others = new[]
        {
            await Server.GetAsync("/api/v1/identifiers/88.300.1/absent"),
            await Server.GetAsync("/api/v1/nothing"),
            await Server.GetAsync("/api/v1/identifiers/88.300.1/absent", headers: ("traceparent", "00-nonsense-01")),
        };

        Assert.That(IdOf(traced), Is.EqualTo(Trace));
        Assert.That(others.Select(IdOf), Has.All.Match("^[0-9a-f]{32}$"));
        Assert.That(others.Select(IdOf), Is.Unique);
    }

    [Test]
    public void TraceId_AskedForTwice_IsOne_SoThatLogAndProblemAgree()
    {
        var context = new DefaultHttpContext();
        var other = new DefaultHttpContext();
        using var span = new Activity("request");

        var first = TraceId.Of(context);
        Assert.That((TraceId.Of(context), TraceId.Of(other) == first), Is.EqualTo((first, false)));
        span.Start();
        Assert.That(TraceId.Of(other), Is.EqualTo(span.TraceId.ToString()), "as a collector knows it");
    }

    private static string? IdOf(Answer answer) => answer.Json.GetProperty("traceId").GetString();
}
