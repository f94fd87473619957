using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>Wide, deep and circular graphs on the real store, and traces while events arrive.</summary>
[TestFixture]
public sealed class ScaleTests : NodeFixture
{
    private const int BatchEvents = 1_000;

    private static readonly bool s_long = Environment.GetEnvironmentVariable("IDR_TEST_LONG") == "1";

    [Test]
    public async Task Trace_FanOutOverManyEvents_IsComplete_AndTooManyAreRefusedAsAWhole()
    {
        const int OutputsOfEvent = 100;
        var events = s_long ? 1_000 : 30;
        var root = Server.NewId();
        await RecordAsync(
            Enumerable
                .Range(0, events)
                .Select(i => Transform([root], Enumerable.Range(0, OutputsOfEvent).Select(k => $"{root}-{i}-{k}")))
        );

        var found = await StreamAsync(root, "forward");
        var whole = await Server.GetAsync($"/api/v1/trace/{root}?direction=forward&budget=1000000", Role.Reader);

        Assert.Multiple(() =>
        {
            Assert.That(found, Has.Count.EqualTo(1 + (events * OutputsOfEvent)).And.Unique);
            // A trace that is looked at as a whole has at most 100,000 items.
            Assert.That(whole.Status, Is.EqualTo(found.Count > 100_000 ? 413 : 200));
        });
    }

    [Test]
    public async Task Trace_DeepChain_ComesToItsEnd_ForwardAndBackward()
    {
        var depth = s_long ? 10_000 : 1_500;
        var root = Server.NewId();
        await RecordAsync(Enumerable.Range(0, depth).Select(i => Transform([$"{root}-{i}"], [$"{root}-{i + 1}"])));

        var forward = await StreamAsync($"{root}-0", "forward");
        var backward = await StreamAsync($"{root}-{depth}", "backward");

        Assert.Multiple(() =>
        {
            Assert.That(forward, Is.EqualTo(Enumerable.Range(0, depth + 1).Select(i => $"{root}-{i}")));
            Assert.That(backward, Is.EqualTo(Enumerable.Range(0, depth + 1).Select(i => $"{root}-{depth - i}")));
        });
    }

    [Test]
    public async Task Trace_ReworkInALongCircle_IsWholeAndTellsOfTheCycle()
    {
        var length = s_long ? 10_000 : 300;
        var root = Server.NewId();
        await RecordAsync(
            Enumerable.Range(0, length).Select(i => Transform([$"{root}-{i}"], [$"{root}-{(i + 1) % length}"]))
        );

        var trace = await Server.GetAsync($"/api/v1/trace/{root}-0?direction=forward&budget=20000", Role.Reader);

        Assert.Multiple(() =>
        {
            Assert.That(trace.Status, Is.EqualTo(200), trace.ToString());
            Assert.That(trace.Json.GetProperty("complete").GetBoolean());
            Assert.That(trace.Json.GetProperty("nodes").GetArrayLength(), Is.EqualTo(length));
            Assert.That(trace.Json.GetProperty("links").GetArrayLength(), Is.EqualTo(length));
            Assert.That(
                trace.Json.GetProperty("findings").EnumerateArray().Count(f => Text(f, "code") == "cycle"),
                Is.EqualTo(1)
            );
        });
    }

    [Test]
    public async Task Assembly_ThatClosesADeepCircle_IsRefused_AndNothingIsWritten()
    {
        var depth = s_long ? 4_000 : 500;
        var root = Server.NewId();
        await RecordAsync(
            Enumerable
                .Range(0, depth)
                .Select(i => Event("assemble", new { parent = $"{root}-{i}", children = new[] { $"{root}-{i + 1}" } }))
        );

        var closing = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            Event("assemble", new { parent = $"{root}-{depth}", children = new[] { $"{root}-0" } })
        );

        Assert.That((closing.Status, closing.Fields[0]), Is.EqualTo((422, "children")));
        Assert.That(await StreamAsync($"{root}-0", "backward"), Has.Count.EqualTo(depth + 1));
    }

    [Test]
    public async Task Trace_WhileEventsArrive_IsThatOfItsNumber_AndNeverHalfABatch()
    {
        const int Writers = 8;
        const int EventsOfBatch = 25;
        const int OutputsOfEvent = 4;
        var batches = s_long ? 200 : 15;
        var root = Server.NewId();
        await RecordAsync([Transform([root], [$"{root}-first"])]);
        var writing = Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(async writer =>
                {
                    for (var b = 0; b < batches; b++)
                    {
                        var name = $"{root}-{writer}-{b}";
                        await RecordAsync(
                            Enumerable
                                .Range(0, EventsOfBatch)
                                .Select(e =>
                                    Transform(
                                        [root],
                                        Enumerable.Range(0, OutputsOfEvent).Select(o => $"{name}-{e}-{o}")
                                    )
                                )
                        );
                    }
                })
        );

        var seen = new SortedDictionary<long, List<string>>();
        var isDone = false;
        while (!isDone)
        {
            isDone = writing.IsCompleted;
            var (number, found) = await TraceAsync($"{root}?direction=forward&budget=1000000&format=ndjson");
            seen[number] = found;
        }
        await writing;

        foreach (var (number, found) in seen)
        {
            // Without the root and what was there before.
            Assert.That((found.Count - 2) % (EventsOfBatch * OutputsOfEvent), Is.Zero, $"number {number}");
            var (_, again) = await TraceAsync($"{root}?direction=forward&budget=1000000&format=ndjson&number={number}");
            Assert.That(again, Is.EqualTo(found), $"number {number}");
        }
        Assert.That(
            seen.Values.Last(),
            Has.Count.EqualTo(2 + (Writers * batches * EventsOfBatch * OutputsOfEvent)).And.Unique
        );
    }

    private static string Transform(IEnumerable<string> inputs, IEnumerable<string> outputs) =>
        Event("transform", new { inputs, outputs });

    private static string Event(string type, object members)
    {
        var json = JsonSerializer.Serialize(members);
        return $$"""{"type":"{{type}}","time":"2026-03-01T08:00:00Z",{{json[1..]}}""";
    }

    private async Task RecordAsync(IEnumerable<string> events)
    {
        foreach (var batch in events.Chunk(BatchEvents))
        {
            var answer = await Server.SendAsync(
                Role.Registrar,
                "POST",
                "/api/v1/events:batch",
                $$"""{"items":[{{string.Join(',', batch)}}]}"""
            );
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            Assert.That(
                answer.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("status").GetInt32()),
                Is.All.EqualTo(201)
            );
        }
    }

    private async Task<List<string>> StreamAsync(string root, string direction) =>
        (await TraceAsync($"{root}?direction={direction}&budget=1000000&format=ndjson")).Found;

    /// <summary>The log number of a whole trace, and the identifiers in the order found.</summary>
    private async Task<(long Number, List<string> Found)> TraceAsync(string target)
    {
        var answer = await Server.GetAsync($"/api/v1/trace/{target}", Role.Reader);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var start = JsonDocument.Parse(lines[0]);
        using var end = JsonDocument.Parse(lines[^1]);
        Assert.That(end.RootElement.GetProperty("end").GetProperty("complete").GetBoolean(), lines[^1]);
        var found = new List<string>();
        foreach (var line in lines.Where(l => l.StartsWith("{\"node\"", StringComparison.Ordinal)))
        {
            using var node = JsonDocument.Parse(line);
            found.Add(Text(node.RootElement.GetProperty("node"), "identifier"));
        }
        return (start.RootElement.GetProperty("number").GetInt64(), found);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
