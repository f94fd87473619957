using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Faults;

/// <summary>What must hold for events when the real process is killed under 64 callers.</summary>
[TestFixture]
[Category(Lane.Process)]
public sealed class EventFaultTests
{
    private const int Callers = 64;
    private const int Children = 3;

    private static readonly bool s_long = Environment.GetEnvironmentVariable("IDR_TEST_LONG") == "1";

    private string _data = "";

    [SetUp]
    public void MakeDirectory() => _data = Directory.CreateTempSubdirectory("idnode-events-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_data, recursive: true);

    [Test]
    public async Task Kill_While64CallersSendEvents_KeepsEveryAcknowledgedEventOnceAndWhole()
    {
        var acknowledged = new ConcurrentDictionary<string, string>();
        string? key = null;
        for (var round = 0; round < (s_long ? 30 : 3); round++)
        {
            using var node = await NodeProcess.StartAsync(_data, key);
            key ??= node.Key;
            using var stop = new CancellationTokenSource();
            var enough = acknowledged.Count + 200 + (round * 37);
            var callers = Enumerable
                .Range(0, Callers)
                .Select(caller => SendUntilAsync(node, $"r{round}-c{caller}", acknowledged, stop.Token))
                .ToArray();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (acknowledged.Count < enough)
            {
                await Task.Delay(5, patience.Token);
            }
            await node.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(callers);
        }

        using var again = await NodeProcess.StartAsync(_data, key);
        foreach (var chunk in acknowledged.Chunk(1_000))
        {
            using var response = await again.Http.PostAsJsonAsync(
                "/api/v1/events:batch",
                new { items = chunk.Select(sent => Event(sent.Key)) }
            );
            var results = (await response.Content.ReadFromJsonAsync<JsonElement>())
                .GetProperty("items")
                .EnumerateArray()
                .ToList();
            for (var i = 0; i < chunk.Length; i++)
            {
                Assert.That(
                    (results[i].GetProperty("status").GetInt32(), results[i].GetProperty("event").GetString()),
                    Is.EqualTo((200, chunk[i].Value)),
                    chunk[i].Key
                );
            }
        }
        Assert.That(await ChildrenOfAllAsync(again), Is.All.EqualTo(Children), "No event is there by half.");
        await again.TerminateAsync();
        var doctor = await NodeProcess.RunAsync("doctor", "--data", _data);
        Assert.That(doctor.ExitCode, Is.Zero, doctor.Output + doctor.Errors);
    }

    /// <summary>The number of links from each parent, of all events that the node has.</summary>
    private static async Task<List<int>> ChildrenOfAllAsync(NodeProcess node)
    {
        var parents = new List<string>();
        for (var after = ""; ; )
        {
            var page = await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/events?limit=100{after}");
            foreach (var one in page.GetProperty("items").EnumerateArray())
            {
                parents.Add(one.GetProperty("sourceKey").GetString()!);
            }
            if (!page.TryGetProperty("next", out var next))
            {
                break;
            }
            after = $"&after={Uri.EscapeDataString(next.GetString()!)}";
        }
        var children = new List<int>();
        // The last ones are those that the kill may have cut.
        foreach (var name in parents.Where((_, i) => i % 7 == 0 || i > parents.Count - 100))
        {
            var trace = await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/trace/{Parent(name)}");
            children.Add(trace.GetProperty("links").GetArrayLength());
        }
        return children;
    }

    private static async Task SendUntilAsync(
        NodeProcess node,
        string name,
        ConcurrentDictionary<string, string> acknowledged,
        CancellationToken stop
    )
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var sourceKey = $"{name}-{i}";
            try
            {
                using var response = await node.Http.PostAsJsonAsync("/api/v1/events", Event(sourceKey), stop);
                if (response.StatusCode == HttpStatusCode.Created)
                {
                    acknowledged[sourceKey] = (await response.Content.ReadFromJsonAsync<JsonElement>(stop))
                        .GetProperty("event")
                        .GetString()!;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                return;
            }
        }
    }

    private static object Event(string sourceKey) =>
        new
        {
            type = "assemble",
            time = "2026-03-01T08:00:00Z",
            source = "mes",
            sourceKey,
            parent = Parent(sourceKey),
            children = Enumerable.Range(0, Children).Select(i => $"{Parent(sourceKey)}-{i}"),
        };

    private static string Parent(string sourceKey) => $"{NodeProcess.Prefix}/{sourceKey}";
}
