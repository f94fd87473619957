using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Grpc.Hostile;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Long answers to callers who hardly read.</summary>
[TestFixture]
[NonParallelizable]
public sealed class SlowReaderTests : HostileFixture
{
    private const string Templates = "/api/v1/templates";
    private const string ListTemplates = "/idresolution.v1.Registry/ListTemplates";
    private const int Mebibyte = 1 << 20;
    private const int MostTemplates = 160;

    private string _large = "";

    private HeldAnswers Held => Server.Services.GetRequiredService<HeldAnswers>();

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        var value = new string('v', 48 << 10);
        var values = Enumerable.Range(1, 4).Select(i => $$"""{"index":{{i}},"type":"NOTE","data":"{{value}}" }""");
        _large = await Server.RegisterAsync(
            $$"""  "attributes":{"name":"thing"},"values":[{{string.Join(',', values)}}]  """
        );
        var wide = new string('n', 90);
        var attributes = string.Join(
            ',',
            Enumerable
                .Range(0, 500)
                .Select(i => $$"""{"code":"a{{i}}","type":"text","visibility":"public","names":{"en":"{{wide}}"} }""")
        );
        var templates = Enumerable
            .Range(0, MostTemplates)
            .Select(i => $$"""{"code":"wide-{{i:D3}}","names":{"en":"Wide"},"attributes":[{{attributes}}] }""");
        var pack = $$"""{"pack":"wide","templates":[{{string.Join(",", templates)}}] }""";
        var made = await Server.SendAsync(Role.Admin, "POST", Templates + ":import", pack);
        Assert.That(made.Status, Is.EqualTo(200), made.ToString());
    }

    [TearDown]
    public void NothingIsHeld() => Assert.That(() => Held.Bytes, Is.Zero.After(30_000, 20), "given back");

    [TestCase(Templates, nameof(Role.Partner))]
    [TestCase(Templates + ":export", nameof(Role.Reader))]
    public async Task Templates_ThatAreNotRead_AreMadeOnlyAsTheyAreTaken(string target, string role)
    {
        const int Readers = 12;
        var key = Server.KeyOf(Enum.Parse<Role>(role));
        // Too long to be held to the document: that takes many seconds.
        using var client = new HttpClient { BaseAddress = new Uri($"http://{Server.EndPoint}") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var whole = await client.GetByteArrayAsync(target);
        using var json = JsonDocument.Parse(whole);
        var codes = json.RootElement.GetProperty(target == Templates ? "items" : "templates").EnumerateArray();
        Assert.That(
            codes.Count(item => item.GetProperty("code").GetString()!.StartsWith("wide-", StringComparison.Ordinal)),
            Is.EqualTo(MostTemplates)
        );
        Assert.That(whole, Has.Length.GreaterThan(10 * Mebibyte));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i < Readers; i++)
            {
                open.Add(await AskAsync(target, key));
            }
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            TestContext.Out.WriteLine($"{whole.Length >> 10} KiB a list, {grown >> 10} KiB for {Readers}");
            Assert.That(grown, Is.LessThan(Readers * Mebibyte));
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [Test]
    public async Task Templates_OverGrpc_OfOneKeyAreHeldToItsShare()
    {
        var (status, body) = await CallAsync(ListTemplates, [], Server.KeyOf(Role.Partner));
        Assert.That(status, Is.EqualTo("0"));
        var length = body.Length - 5;
        using (Take(Role.Partner, HeldAnswers.MostOfKey - length - 1))
        {
            using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint, streamWindow: 0);
            var key = ("authorization", "Bearer " + Server.KeyOf(Role.Partner));
            await CallAsync(peer, 1, key);
            Assert.That(() => Held.Bytes, Is.GreaterThan(HeldAnswers.MostOfKey - 2).After(30_000, 20));
            await CallAsync(peer, 3, key);
            Assert.That(await peer.EndAsync(3), Is.EqualTo("status 8"), "RESOURCE_EXHAUSTED");

            var (other, _) = await CallAsync(ListTemplates, [], Server.KeyOf(Role.Reader));
            Assert.That(other, Is.EqualTo("0"), "another key");
        }
    }

    [TestCase("/api/v1/identifiers/ID", 429)]
    [TestCase("/api/handles/ID", 429)]
    [TestCase("/ID", 429)]
    public async Task Record_OfANetworkThatTakesNothing_IsRefusedToItAlone(string target, int status)
    {
        target = target.Replace("ID", _large);
        using var attacker = Attacker.Http(Server.EndPoint);
        using var other = Attacker.Http(Server.EndPoint, IPAddress.Parse("127.0.0.67"));
        using (Take(Role.Anonymous, HeldAnswers.MostEach - (64 << 10)))
        {
            for (var i = 0; i < 2; i++)
            {
                using var refused = await attacker.GetAsync(target);
                Assert.That((int)refused.StatusCode, Is.EqualTo(status));
            }
            using var elsewhere = await other.GetAsync(target);
            Assert.That(elsewhere.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            attacker.DefaultRequestHeaders.Authorization = new("Bearer", Server.KeyOf(Role.Reader));
            using var withKey = await attacker.GetAsync("/api/v1/identifiers/" + _large);
            Assert.That(withKey.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            attacker.DefaultRequestHeaders.Authorization = null;
        }
        using var again = await attacker.GetAsync(target);
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Record_ThatIsNotRead_IsHeldOnce()
    {
        const int Readers = 100;
        await Server.GetAsync("/api/v1/identifiers/" + _large);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i < Readers; i++)
            {
                open.Add(await AskAsync("/api/v1/identifiers/" + _large, key: null, from: Attacker.Address));
            }
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            TestContext.Out.WriteLine($"{grown >> 10} KiB for {Readers}");
            Assert.That(grown, Is.LessThan(Readers * (160 << 10)));
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [Test]
    public async Task Record_OverGrpc_OfANetworkThatTakesNothing_IsRefused()
    {
        using var held = Take(Role.Anonymous, HeldAnswers.MostEach - (64 << 10));
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint, from: Attacker.Address);
        for (var stream = 1; stream <= 3; stream += 2)
        {
            await peer.CallAsync(stream, Resolve);
            await peer.MessageAsync(stream, new V1.ResolveRequest { Identifier = _large }.ToByteArray());
            Assert.That(await peer.EndAsync(stream), Is.EqualTo("status 8"));
        }
    }

    [TestCase("/api/v1/search?template=part")]
    [TestCase("/api/v1/history/ID")]
    public async Task Page_ForAKeyThatTakesNothing_IsRefusedToItAlone(string target)
    {
        target = target.Replace("ID", _large);
        using (Take(Role.Reader, HeldAnswers.MostOfKey - (64 << 10)))
        {
            var refused = await Server.GetAsync(target, Role.Reader);
            Assert.That((refused.Status, refused.Header("Retry-After")), Is.EqualTo((429, "1")));
            Assert.That((await Server.GetAsync(target, Role.Registrar)).Status, Is.EqualTo(200));
        }
        Assert.That((await Server.GetAsync(target, Role.Reader)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Change_ByAKeyThatTakesNothing_IsRefusedBeforeAndNeverAfterIt()
    {
        var patch = "/api/v1/identifiers/" + _large;
        const string Body = """{"attributes":{"name":"other"}}""";
        var before = (await Server.GetAsync(patch, Role.Reader)).Json.GetProperty("version").GetInt64();
        using (Take(Role.Registrar, HeldAnswers.MostOfKey - 1))
        {
            // There is no room for the answer, but it has been changed.
            Assert.That((await Server.SendAsync(Role.Registrar, "PATCH", patch, Body)).Status, Is.EqualTo(200));
        }
        using (Take(Role.Registrar, HeldAnswers.MostOfKey))
        {
            var refused = await Server.SendAsync(Role.Registrar, "PATCH", patch, Body);
            Assert.That(refused.Status, Is.EqualTo(429));
            var (status, _) = await CallAsync(
                "/idresolution.v1.Registry/Revoke",
                new V1.RevokeRequest { Identifier = _large }.ToByteArray(),
                Server.KeyOf(Role.Registrar)
            );
            Assert.That(status, Is.EqualTo("8"));
        }
        var after = (await Server.GetAsync(patch, Role.Reader)).Json.GetProperty("version").GetInt64();
        Assert.That(after, Is.EqualTo(before + 1));
    }

    [Test]
    public void Scan_ThatRecordedByAKeyThatTakesNothing_IsAnswered()
    {
        using (Take(Role.Registrar, HeldAnswers.MostOfKey))
        {
            var context = ContextOf(Role.Registrar);
            Assert.That(Held.Hold(context, 1 << 20), Is.Not.Null);

            HeldAnswers.NoteChange(context);

            using var share = new HeldShare(Held, context, 1 << 20);
        }
    }

    [Test]
    public async Task ScanWithIntent_ByAKeyThatTakesNothing_IsRecordedAndAnswered()
    {
        var part = await Server.RegisterAsync();
        var body = $$"""
            {"text":"{{part}}","intent":{"do":"move","place":"Hall 1","record":{"source":"hand","sourceKey":"{{part}}"} } }
            """;
        using (Take(Role.Registrar, HeldAnswers.MostOfKey))
        {
            var scanned = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/scan", body);

            Assert.That((scanned.Status, scanned.Json.TryGetProperty("event", out _)), Is.EqualTo((200, true)));
        }
    }

    /// <summary>Takes of the share of a role's key, or of the attacker's network, until it is disposed.</summary>
    private HeldShare Take(Role role, long bytes) => new(Held, ContextOf(role), bytes);

    private DefaultHttpContext ContextOf(Role role)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = Attacker.Address;
        if (role != Role.Anonymous)
        {
            var key = Server.Services.GetRequiredService<ApiKeyAuthenticator>();
            Assert.That(key.Find("Bearer " + Server.KeyOf(role)).TryGet(out var caller, out _));
            context.SetCaller(caller!);
        }
        return context;
    }

    private static async Task CallAsync(Http2Peer peer, int stream, (string, string) key)
    {
        await peer.CallAsync(stream, ListTemplates, end: false, key);
        await peer.MessageAsync(stream, []);
    }

    /// <summary>Asks, reads the beginning of the answer and no more.</summary>
    private async Task<Socket> AskAsync(string target, string? key, IPAddress? from = null)
    {
        var socket = await Attacker.ConnectAsync(Server.EndPoint, from ?? IPAddress.Loopback);
        socket.ReceiveBufferSize = 4_096;
        var authorization = key is null ? "" : $"Authorization: Bearer {key}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\n{authorization}\r\n"));
        var buffer = new byte[1_024];
        Assert.That(await socket.ReceiveAsync(buffer), Is.Positive);
        Assert.That(Encoding.ASCII.GetString(buffer), Does.StartWith("HTTP/1.1 200"));
        return socket;
    }
}
