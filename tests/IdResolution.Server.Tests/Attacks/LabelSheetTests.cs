using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Http;
using IdResolution.Server.Labels;
using IdResolution.Server.Rest;
using IdResolution.Server.Tests.Grpc;
using IdResolution.Server.Tests.Grpc.Hostile;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Sheets and codes for callers without a key: many, large, and not read.</summary>
[TestFixture]
[NonParallelizable]
public sealed class LabelSheetTests : NodeFixture
{
    private const string Sheet = "/api/v1/labels/sheet";
    private const string RenderSheet = "idresolution.v1.Labels/RenderSheet";
    private const long Mebibyte = 1 << 20;

    private List<string> _ids = [];

    [OneTimeSetUp]
    public async Task RegisterAsync()
    {
        // As long as an identifier may be, so that each label has a large code.
        var items = Enumerable.Range(0, 1_000).Select(i => $"{TestNode.Prefix}/S{i:D4}-".PadRight(255, 'y')).ToList();
        var batch = JsonSerializer.Serialize(
            new
            {
                items = items.Select(identifier => new
                {
                    template = "part",
                    identifier,
                    attributes = new { name = "thing" },
                }),
            }
        );
        var made = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers:batch", batch);
        Assert.That(made.Status, Is.EqualTo(200));
        _ids = items;
    }

    [Test]
    public async Task Sheet_OfTheSameIdentifierManyTimes_HasOneLabelAndNamesIt()
    {
        var (id, other) = (await Server.RegisterAsync(), await Server.RegisterAsync());

        var sheet = await PostAsync([
            other,
            .. Enumerable.Repeat(id, 500),
            .. Enumerable.Repeat(id.ToLowerInvariant(), 499),
        ]);

        Assert.That(sheet.Status, Is.EqualTo(200));
        Assert.That(Count(sheet.Text, "<article>"), Is.EqualTo(2));
        Assert.That(Count(sheet.Text, "<li>"), Is.EqualTo(1));
        Assert.That(sheet.Text, Does.Contain($"<li><b>{id}</b> It was given 999 times"));
    }

    [Test]
    public async Task Sheet_OfIdentifiersThatAreAbsent_NamesEachOnce()
    {
        var absent = Server.NewId();

        var sheet = await PostAsync([absent, absent]);

        Assert.That((sheet.Status, sheet.Json.GetProperty("errors").GetArrayLength()), Is.EqualTo((404, 1)));
    }

    [Test]
    public async Task Sheet_ThatIsNotRead_HoldsNoMoreThanItsTexts()
    {
        const int Readers = 6;
        var whole = await PostAsync(_ids);
        Assert.That((whole.Status, Count(whole.Text, "<article>")), Is.EqualTo((200, 1_000)));
        var body = Body(_ids);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i < Readers; i++)
            {
                open.Add(await AskAsync(body, IPAddress.Parse($"127.0.0.{100 + i}")));
            }
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            TestContext.Out.WriteLine($"{whole.Body.Length / 1024} KiB a sheet, {grown / 1024} KiB for {Readers}");
            Assert.That(whole.Body, Has.Length.GreaterThan(10 * Mebibyte));
            Assert.That(grown, Is.LessThan(Readers * 4 * Mebibyte));
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [Test]
    public async Task Sheets_NotRead_AreRefusedToTheirNetworkAloneAndGivenBack()
    {
        var from = IPAddress.Parse("127.0.0.110");
        var held = Server.Services.GetRequiredService<HeldAnswers>();
        Assert.That(() => held.Bytes, Is.Zero.After(30_000, 50));
        // A share of which little is left, as many sheets that are not read would leave it.
        var other = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        other.Connection.RemoteIpAddress = from;
        Assert.That(held.Hold(other, HeldAnswers.MostEach - Mebibyte), Is.Null);
        using var attacker = Attacker.Http(Server.EndPoint, from);
        using var someone = Attacker.Http(Server.EndPoint, IPAddress.Parse("127.0.0.111"));

        using var refused = await attacker.PostAsync(Sheet, Json(_ids));
        using var small = await attacker.PostAsync(Sheet, Json(_ids[..10]));
        using var elsewhere = await someone.PostAsync(Sheet, Json(_ids));

        Assert.That(
            (refused.StatusCode, small.StatusCode, elsewhere.StatusCode),
            Is.EqualTo((HttpStatusCode.TooManyRequests, HttpStatusCode.OK, HttpStatusCode.OK))
        );
        Assert.That(refused.Headers.RetryAfter?.Delta, Is.Not.Null);
        Assert.That(() => held.Bytes, Is.EqualTo(HeldAnswers.MostEach - Mebibyte).After(30_000, 50), "given back");
    }

    [Test]
    public async Task Drawing_OfOneNetwork_IsLimitedWhateverIsDrawn()
    {
        var from = IPAddress.Parse("127.0.0.112");
        using var attacker = Attacker.Http(Server.EndPoint, from);
        using var other = Attacker.Http(Server.EndPoint, IPAddress.Parse("127.0.0.113"));
        var id = await Server.RegisterAsync();
        var picture = $"/api/v1/qr/{id}.png?size=2048";
        UseUp(from);

        // What comes in again meanwhile is not enough for a sheet, and soon not for pictures.
        using var sheet = await attacker.PostAsync(Sheet, Json(_ids));
        var pictures = new List<HttpStatusCode>();
        while (pictures.Count < 50 && !pictures.Contains(HttpStatusCode.TooManyRequests))
        {
            using var drawn = await attacker.GetAsync(picture);
            pictures.Add(drawn.StatusCode);
        }
        Assert.That(sheet.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(sheet.Headers.RetryAfter?.Delta, Is.Not.Null);
        Assert.That(pictures, Has.Member(HttpStatusCode.TooManyRequests));
        using var elsewhere = await other.GetAsync(picture);
        Assert.That(elsewhere.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        // A key has no such limit, and resolving does not draw.
        using var resolved = await attacker.GetAsync("/api/v1/identifiers/" + id);
        attacker.DefaultRequestHeaders.Authorization = new("Bearer", Server.KeyOf(Role.Partner));
        using var withKey = await attacker.PostAsync(Sheet, Json(_ids));
        Assert.That((withKey.StatusCode, resolved.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
    }

    [Test]
    public async Task Drawing_OverGrpc_SharesTheLimit()
    {
        var from = IPAddress.Parse("127.0.0.114");
        UseUp(from);
        var request = new V1.RenderSheetRequest { Identifiers = { _ids } }.ToByteArray();
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint, from: from);
        await peer.CallAsync(1, "/" + RenderSheet);
        foreach (var part in Http2Peer.Message(request).Chunk(16_000))
        {
            await peer.SendAsync(Http2Frame.Data, 0, 1, part);
        }
        await peer.SendAsync(Http2Frame.Data, Http2Frame.EndStream, 1, []);

        Assert.That(await peer.EndAsync(1), Is.EqualTo("status 8"));
        using var other = new RawGrpc(Server.GrpcEndPoint);
        Assert.That(
            (
                await other.SendBytesAsync(
                    RenderSheet,
                    new V1.RenderSheetRequest { Identifiers = { _ids[..500] } }.ToByteArray()
                )
            ).Status,
            Is.EqualTo("0")
        );
        var (status, _) = await other.SendBytesAsync(RenderSheet, request, Server.KeyOf(Role.Partner));
        Assert.That(status, Is.EqualTo("8"), "no sheet is longer than its most");
    }

    [Test]
    public void Cost_OfAPicture_GrowsWithItsPixels()
    {
        Assert.That(DrawingRates.CostOf(256), Is.EqualTo(1));
        Assert.That(DrawingRates.CostOf(QrOptions.MaxSize), Is.InRange(30, 60));
    }

    [Test]
    public async Task Body_Of1000IdentifiersAsLongAsTheyMayBe_IsTaken_AndNotOneOfAMebibyte()
    {
        // 85 characters of three bytes each, written as \uXXXX by many programs.
        var escaped = "88.300.1/" + string.Concat(Enumerable.Repeat("\\u4e2d", 82));
        var identifiers = Enumerable.Range(0, 999).Select(_ => $"\"{escaped}\"").Append($"\"{_ids[0]}\"");
        var taken = await Server.SendAsync(
            Role.Anonymous,
            "POST",
            Sheet,
            $$"""{"identifiers":[{{string.Join(',', identifiers)}}]}"""
        );
        var refused = await Server.SendAsync(
            Role.Registrar,
            "POST",
            Sheet,
            new string(' ', BodyLimits.Sheet.Bytes + 1)
        );

        Assert.That((taken.Status, refused.Status), Is.EqualTo((200, 413)));
    }

    /// <summary>Takes what a network may have drawn at once.</summary>
    private void UseUp(IPAddress network)
    {
        var caller = Caller.Anonymous with { Source = NetworkSource.Of(network) };
        var rates = Server.Services.GetRequiredService<DrawingRates>();
        Assert.That(rates.Take(caller, DrawingRates.LabelsAtOnce), Is.Null);
    }

    private Task<Answer> PostAsync(IEnumerable<string> identifiers) =>
        Server.SendBytesAsync(Role.Anonymous, "POST", Sheet, Body(identifiers));

    private static byte[] Body(IEnumerable<string> identifiers) =>
        JsonSerializer.SerializeToUtf8Bytes(new { identifiers });

    private static ByteArrayContent Json(IEnumerable<string> identifiers) =>
        new(Body(identifiers)) { Headers = { ContentType = new("application/json") } };

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>Asks for a sheet, reads the beginning of the answer and no more.</summary>
    private async Task<Socket> AskAsync(byte[] body, IPAddress from)
    {
        var socket = await Attacker.ConnectAsync(Server.EndPoint, from);
        socket.ReceiveBufferSize = 4_096;
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"POST {Sheet} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + $"Content-Length: {body.Length}\r\n\r\n"
            )
        );
        for (var at = 0; at < body.Length; )
        {
            at += await socket.SendAsync(body.AsMemory(at));
        }
        var buffer = new byte[1_024];
        Assert.That(await socket.ReceiveAsync(buffer), Is.Positive);
        Assert.That(Encoding.ASCII.GetString(buffer), Does.StartWith("HTTP/1.1 200"));
        return socket;
    }
}
