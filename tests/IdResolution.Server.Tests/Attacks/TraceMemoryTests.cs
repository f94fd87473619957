using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using IdResolution.Core.Access;
using IdResolution.Core.Traceability;
using IdResolution.Server.Tests.Grpc.Hostile;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>A key that asks for many large traces at once and takes no answer.</summary>
[TestFixture]
[NonParallelizable]
public sealed class TraceMemoryTests : HostileFixture
{
    private const int Events = 3;
    private const int MadeOfEvent = 9_990;
    private const int Asked = 40;
    private const string Trace = "/idresolution.v1.Traceability/Trace";
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";

    private readonly List<Socket> _open = [];
    private string _lot = "";

    private TraceWork Work => Server.Services.GetRequiredService<TraceWork>();

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        _lot = await Server.RegisterAsync();
        for (var n = 0; n < Events; n++)
        {
            var made = string.Join(',', Enumerable.Range(0, MadeOfEvent).Select(i => $"\"{_lot}-{n}-{i}\""));
            var sent = await Server.SendAsync(
                Role.Registrar,
                "POST",
                "/api/v1/events",
                $$"""
                {"type":"transform","time":"2026-03-0{{n + 1}}T00:00:00Z","inputs":["{{_lot}}"],"outputs":[{{made}}]}
                """
            );
            Assert.That(sent.Status, Is.EqualTo(201), sent.ToString());
        }
    }

    [TearDown]
    public void NothingIsHeld()
    {
        _open.ForEach(static socket => socket.Dispose());
        _open.Clear();
        Assert.That(() => Work.Bytes, Is.Zero.After(60_000, 20), "given back");
    }

    [TestCase("GET", "/api/v1/trace/LOT?direction=forward&budget=1000000&format=json")]
    [TestCase("GET", "/api/v1/trace/LOT?direction=forward&budget=1000000&format=ndjson")]
    [TestCase("GET", "/api/v1/trace/LOT?direction=forward&budget=1000000&format=graphml")]
    [TestCase("POST", "/trace?id=LOT&direction=forward", Form, "key=KEY")]
    [TestCase(
        "POST",
        "/api/v1/trace:rollup",
        Json,
        """{"root":"LOT","direction":"forward","function":"sum","attribute":"cost"}"""
    )]
    [TestCase("POST", "/api/v1/trace:common", Json, """{"bad":["LOT-0-1"],"good":["LOT-1-1"]}""")]
    public async Task Traces_OfOneKeyThatTakesNothing_LeaveMemoryAndPlacesToOthers(
        string method,
        string target,
        string? type = null,
        string? body = null
    )
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var key = Server.KeyOf(Role.Reader);

        var statuses = new List<Task<string>>();
        for (var i = 0; i < Asked; i++)
        {
            statuses.Add(await AskAsync(method, Fill(target, key), type, Fill(body ?? "", key)));
        }
        await OthersAreAnsweredAsync();
        var all = await Task.WhenAll(statuses).WaitAsync(TimeSpan.FromMinutes(2));

        var counts = all.CountBy(static status => status).Select(static status => $"{status.Value} × {status.Key}");
        TestContext.Out.WriteLine(string.Join(", ", counts));
        Assert.That(all.Distinct(), Is.SubsetOf(["200", "429", "503"]));
        Assert.That(all, Has.Some.EqualTo("200"));
        MemoryIsBounded(before);
    }

    [Test]
    public async Task Traces_OverGrpcOfOneKeyThatTakesNothing_LeaveMemoryAndPlacesToOthers()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint, streamWindow: 0);
        var request = new V1.TraceRequest
        {
            Identifier = _lot,
            Direction = V1.TraceDirection.Forward,
            Budget = TraceQuery.MaxBudget,
            Analyse = true,
        };
        for (var i = 0; i < Asked; i++)
        {
            var stream = (2 * i) + 1;
            await peer.CallAsync(stream, Trace, end: false, ("authorization", "Bearer " + Server.KeyOf(Role.Reader)));
            await peer.MessageAsync(stream, request.ToByteArray());
        }
        Assert.That(() => Work.Bytes, Is.GreaterThan(8 << 20).After(60_000, 20));

        await OthersAreAnsweredAsync();

        MemoryIsBounded(before);
    }

    /// <summary>Another key has its own trace of the same lot, and an administrator gets in.</summary>
    private async Task OthersAreAnsweredAsync()
    {
        var target = Fill("/api/v1/trace/LOT?direction=forward&budget=1000000&format=ndjson", "");
        var other = await Server.RawAsync(target, "GET", $"Authorization: Bearer {Server.KeyOf(Role.Registrar)}\r\n");
        Assert.That(other.Status, Is.EqualTo(200));
        Assert.That(other.Text, Does.Contain($"{_lot}-2-{MadeOfEvent - 1}").And.Contain("\"end\""));
        var admin = await Server.GetAsync("/api/v1/keys", Role.Admin).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(admin.Status, Is.EqualTo(200));
    }

    private void MemoryIsBounded(long before)
    {
        Assert.That(Work.Bytes, Is.LessThanOrEqualTo(TraceWork.MostBytesOfKey));
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Out.WriteLine($"{grown >> 20} MiB for {Asked}, {Work.Bytes >> 20} MiB held");
        Assert.That(grown, Is.LessThan(TraceWork.MostBytesOfKey + (96 << 20)));
    }

    private string Fill(string text, string key) =>
        text.Replace("LOT", _lot, StringComparison.Ordinal).Replace("KEY", key, StringComparison.Ordinal);

    /// <summary>Sends a request, and reads of its answer the status alone.</summary>
    private async Task<Task<string>> AskAsync(string method, string target, string? type, string body)
    {
        var socket = await Attacker.ConnectAsync(Server.EndPoint, IPAddress.Loopback);
        _open.Add(socket);
        socket.ReceiveBufferSize = 4_096;
        var length = type is null ? "" : $"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n";
        var head =
            $"{method} {target} HTTP/1.1\r\nHost: {Server.EndPoint}\r\nOrigin: http://{Server.EndPoint}\r\n{length}"
            + $"Authorization: Bearer {Server.KeyOf(Role.Reader)}\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head + body));
        return ReadAsync(socket);
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[12];
        for (var read = 0; read < buffer.Length; )
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read));
            Assert.That(more, Is.Positive);
            read += more;
        }
        return Encoding.ASCII.GetString(buffer)[9..];
    }
}
