using System.Net;
using System.Text.Json;
using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Core.Primitives;
using IdResolution.Server.Grpc;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Grpc.Hostile;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Records as large as they may be, asked for as many at once as a call takes.</summary>
[TestFixture]
[NonParallelizable]
public sealed class LargeRecordTests : HostileFixture
{
    private const string ResolveBatch = "/idresolution.v1.Resolver/ResolveBatch";

    // A state may be as long as a page, less one byte, before the one that ends it.
    private const int MostOfAPage = StatePage<int>.MaxBytes + (300 << 10);
    private const int Versions = 60;

    private string _large = "";

    [OneTimeSetUp]
    public async Task RegisterLargeAsync()
    {
        _large = await RegisterAsync();
        for (var i = 1; i < Versions; i++)
        {
            var patched = await Server.SendAsync(
                Role.Registrar,
                "PATCH",
                "/api/v1/identifiers/" + _large,
                $$"""{"values":[{{Values(i)}}]}"""
            );
            Assert.That(patched.Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task History_OfLargeVersions_EndsPagesEarlyAndHasThemAll()
    {
        var (found, pages) = await PagesAsync($"/api/v1/history/{_large}?limit=1000", "before", Role.Reader);

        Assert.That(
            found.Select(item => item.GetProperty("version").GetInt32()),
            Is.EqualTo(Enumerable.Range(1, Versions).Reverse())
        );
        Assert.That(pages, Is.GreaterThan(1));
    }

    [Test]
    public async Task Search_ForLargeRecords_EndsPagesEarlyAndHasThemAll()
    {
        var source = Server.NewId()[^6..].Replace('/', '-');
        var registered = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            registered.Add(await RegisterAsync($$""","source":"{{source}}","sourceKey":"{{i}}" """));
        }

        var (found, pages) = await PagesAsync($"/api/v1/search?limit=1000&source={source}", "after", Role.Reader);

        Assert.That(found.Select(item => item.GetProperty("identifier").GetString()), Is.EqualTo(registered));
        Assert.That(pages, Is.GreaterThan(1));
    }

    [Test]
    public async Task Changes_OfLargeRecords_AreReadByPageAndByStreamWithoutGaps()
    {
        var head = await Server.Node.Log.HeadAsync(default);
        var log = Enumerable.Range(1, (int)head).Select(n => (long)n).ToList();

        var (found, pages) = await PagesAsync("/api/v1/changes?limit=1000", "after", Role.Admin, head);
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
        await peer.CallAsync(1, Watch, end: false, ("authorization", "Bearer " + Server.KeyOf(Role.Admin)));
        await peer.MessageAsync(1, []);
        var body = new List<byte>();
        List<long> streamed = [];
        while (streamed.Count < head && await peer.ReadAsync() is { } frame)
        {
            body.AddRange(frame.Type == Http2Frame.Data ? frame.Payload : []);
            streamed = [.. Messages([.. body]).Where(m => m.Change is not null).Select(m => m.Change.Sequence)];
        }

        Assert.That(found.Select(item => item.GetProperty("sequence").GetInt64()), Is.EqualTo(log));
        Assert.That(streamed, Is.EqualTo(log));
        Assert.That(pages, Is.GreaterThan(1));
    }

    [Test]
    public async Task ResolveBatch_WithoutKey_AnswersSoManyBytesAndNamesTheLimit()
    {
        var (status, body) = await CallAsync(ResolveBatch, Batch(1_000, _large));
        var items = V1.ResolveBatchResponse.Parser.ParseFrom(body.AsSpan(5)).Items;
        var records = items.TakeWhile(item => item.Record is not null).ToList();

        Assert.That((status, items.Count), Is.EqualTo(("0", 1_000)));
        Assert.That(records, Has.Count.InRange(10, 30).And.All.EqualTo(records[0]));
        Assert.That(records.Sum(r => (long)r.CalculateSize()), Is.LessThanOrEqualTo(ResolveBatches.AnonymousBytes));
        Assert.That(
            items.Skip(records.Count).Select(item => ((int)item.Error.Code, item.Error.Message)).Distinct().Single(),
            Is.EqualTo((8, items[^1].Error.Message))
        );
        Assert.That(items[^1].Error.Message, Does.Contain($"{ResolveBatches.AnonymousBytes}"));
        // Who has a key may ask for more.
        var (_, more) = await CallAsync(ResolveBatch, Batch(100, _large), Server.KeyOf(Role.Partner));
        Assert.That(
            V1.ResolveBatchResponse.Parser.ParseFrom(more.AsSpan(5)).Items,
            Has.Count.EqualTo(100).And.All.EqualTo(records[0])
        );
    }

    [Test]
    public async Task ResolveBatch_SameIdentifiersAmongOthers_HasAResultForEach()
    {
        var (one, other) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        var (_, body) = await CallAsync(ResolveBatch, Batch(1, one, "nothing", other, one, one + "-absent", "nothing"));
        var items = V1.ResolveBatchResponse.Parser.ParseFrom(body.AsSpan(5)).Items;

        Assert.That(
            items.Select(item => item.Record?.Identifier ?? $"{item.Error.Code}"),
            Is.EqualTo(new[] { one, "3", other, one, "5", "3" })
        );
        Assert.That(items[3], Is.EqualTo(items[0]));
    }

    [Test]
    public async Task ResolveBatch_ManyThatAreNotTaken_AreRefusedToTheirNetworkAlone()
    {
        const int Calls = 12;
        var held = Server.Services.GetRequiredService<HeldAnswers>();
        var message = Batch(1_000, _large);
        var length = (await CallAsync(ResolveBatch, message)).Body.Length - 5;
        var served = HeldAnswers.MostEach / length;
        using (
            var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint, streamWindow: 0, IPAddress.Parse("127.0.0.90"))
        )
        {
            for (var i = 0; i < Calls; i++)
            {
                await peer.CallAsync(1 + (2 * i), ResolveBatch);
                await peer.MessageAsync(1 + (2 * i), message);
            }
            // Without a window nothing ends but what is refused.
            for (var refused = 0; refused < Calls - served; )
            {
                var frame = await peer.ReadAsync() ?? throw new EndOfStreamException("The node closed the connection.");
                if (frame.Type == Http2Frame.Headers && frame.Has(Http2Frame.EndStream))
                {
                    Assert.That(Http2Peer.StatusIn(frame.Payload), Is.EqualTo("status 8"));
                    refused++;
                }
            }
            Assert.That(held.Bytes, Is.EqualTo(served * length));
            Assert.That((await CallAsync(ResolveBatch, message)).Status, Is.EqualTo("0"), "another network");
        }
        Assert.That(() => held.Bytes, Is.Zero.After(30_000, 50), "what ends is given back");
    }

    private static byte[] Batch(int times, params string[] identifiers) =>
        new V1.ResolveBatchRequest
        {
            Identifiers = { Enumerable.Repeat(identifiers, times).SelectMany(ids => ids) },
        }.ToByteArray();

    /// <summary>Four values of 48 KiB that everybody may read.</summary>
    private static string Values(int seed) =>
        string.Join(
            ',',
            Enumerable
                .Range(1, 4)
                .Select(i =>
                    $$"""{"index":{{i}},"type":"NOTE","data":"{{new string((char)('a' + (seed % 26)), 48 << 10)}}"}"""
                )
        );

    private Task<string> RegisterAsync(string more = "") =>
        Server.RegisterAsync($$"""  "attributes":{"name":"thing"},"values":[{{Values(0)}}]{{more}}  """);

    /// <summary>Follows a list to its end, and holds each page to its bound.</summary>
    private async Task<(List<JsonElement> Items, int Pages)> PagesAsync(
        string target,
        string cursor,
        Role role,
        long? last = null
    )
    {
        var found = new List<JsonElement>();
        var (pages, next) = (0, "");
        do
        {
            var page = await Server.GetAsync(target + next, role);
            Assert.That(page.Status, Is.EqualTo(200));
            Assert.That(page.Body, Has.Length.LessThan(MostOfAPage));
            Assert.That(page.Items, Is.Not.Empty);
            found.AddRange(page.Items);
            pages++;
            next = page.Json.TryGetProperty("next", out var at) ? $"&{cursor}={at}" : null;
        } while (next is not null && (last is null || found[^1].GetProperty("sequence").GetInt64() < last));
        return (found, pages);
    }

    /// <summary>The whole messages of a stream's bytes.</summary>
    private static IEnumerable<V1.WatchResponse> Messages(byte[] body)
    {
        for (var at = 0; at + 5 <= body.Length; )
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            if (at + 5 + length > body.Length)
            {
                yield break;
            }
            yield return V1.WatchResponse.Parser.ParseFrom(body.AsSpan(at + 5, length));
            at += 5 + length;
        }
    }
}
