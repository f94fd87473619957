using System.Net.Sockets;
using System.Text;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Handle.Transport;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Grpc.Hostile;
using IdResolution.Server.Tests.Handle;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Whoever hangs up within a request fills no log: no error, and no line with a stack.</summary>
[TestFixture]
[NonParallelizable]
public sealed class HungUpTests : NodeFixture
{
    private const int Times = 20;
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly byte[] s_request = HandleWire.Resolution("88.300.1/A");
    private static readonly int[] s_cuts = [0, 1, MessageLimits.EnvelopeLength, s_request.Length - 1, s_request.Length];

    private long Open =>
        Server.Services.GetRequiredService<HttpConnections>().Held
        + Server.Services.GetRequiredService<HandleConnections>().Count;

    [TestCase("POST", "/api/v1/scan", Json, "{")]
    [TestCase("POST", "/api/v1/labels/sheet", Json, "{")]
    [TestCase("POST", "/88.300.1/A", Form, "key")]
    [TestCase("POST", "/r?id=88.300.1/A", Form, "key")]
    [TestCase("PUT", "/api/handles/88.300.1/A", Json, "{")]
    [TestCase("POST", "/api/handles/88.300.1/A", Form, "a=")]
    [TestCase("POST", "/api/sessions", Json, "{")]
    public async Task Body_CutByAReset_IsNoError(string method, string target, string type, string part)
    {
        foreach (var framing in new[] { "Content-Length: 1000", "Transfer-Encoding: chunked" })
        {
            var body = framing[0] == 'T' && part.Length > 0 ? $"{part.Length:x}\r\n{part}\r\n" : part;
            await ResetAsync(Server.EndPoint, Request(method, target, type, framing, body));
        }
        AssertNoStack();
    }

    [TestCase("/idresolution.v1.Resolver/Resolve")]
    [TestCase("/idresolution.v1.Resolver/ResolveBatch")]
    [TestCase("/idresolution.v1.Labels/RenderSheet")]
    [TestCase("/grpc.health.v1.Health/Watch")]
    [TestCase("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")]
    [TestCase("/idresolution.v1.Registry/Register")]
    [TestCase("/idresolution.v1.Registry/RegisterStream")]
    [TestCase("/idresolution.v1.Registry/RegisterMany")]
    [TestCase("/idresolution.v1.Traceability/Record")]
    [TestCase("/idresolution.v1.Traceability/RecordStream")]
    [TestCase("/idresolution.v1.Traceability/Trace")]
    public async Task Message_CutByAReset_IsNoError(string path)
    {
        var before = Open;
        var needsKey =
            path.Contains("Registry", StringComparison.Ordinal)
            || path.Contains("Traceability", StringComparison.Ordinal);
        (string, string)[] key = needsKey
            ? [("authorization", "Bearer " + Server.KeyOf(Core.Access.Role.Registrar))]
            : [];
        foreach (var wholeConnection in new[] { true, false })
        {
            for (var i = 0; i < Times; i++)
            {
                using var peer = await Http2Peer.OpenAsync(Server.GrpcEndPoint);
                await peer.CallAsync(1, path, end: false, key);
                await peer.SendAsync(Http2Frame.Data, 0, 1, [0, 0, 0, 0, 50, 10, 3]);
                // Once the node has read it, its answer to the ping is there.
                await peer.PingAsync();
                if (wholeConnection)
                {
                    peer.ResetConnection();
                }
                else
                {
                    await peer.SendAsync(Http2Frame.Reset, 0, 1, [0, 0, 0, 8]);
                    await peer.PingAsync();
                }
            }
        }
        Assert.That(() => Open, Is.EqualTo(before).After(30_000, 20));
        AssertNoStack();
    }

    [Test]
    public async Task HandleMessageOverHttp_CutByAReset_IsNoError()
    {
        var length = $"Content-Length: {s_request.Length}";
        var head = Request("POST", "/", "application/x-hdl-message", length, "");
        foreach (var cut in s_cuts)
        {
            await ResetAsync(Server.EndPoint, [.. head, .. s_request[..cut]]);
        }
        AssertNoStack();
    }

    [Test]
    public async Task HandleConnection_CutByAReset_IsNoError()
    {
        foreach (var cut in s_cuts)
        {
            await ResetAsync(Server.HandleEndPoint, s_request[..cut]);
        }
        AssertNoStack();
    }

    private static byte[] Request(string method, string target, string type, string framing, string body) =>
        Encoding.Latin1.GetBytes(
            $"{method} {target} HTTP/1.1\r\nHost: node\r\nContent-Type: {type}\r\n{framing}\r\n\r\n{body}"
        );

    /// <summary>Sends bytes and breaks the connection, some times; waits until the node is done with all.</summary>
    private async Task ResetAsync(System.Net.IPEndPoint to, byte[] bytes)
    {
        var before = Open;
        for (var i = 0; i < Times; i++)
        {
            using var socket = await Attacker.ConnectAsync(to, Attacker.Address);
            // A reset, or an end in good order.
            socket.LingerState = new LingerOption(i % 4 < 3, 0);
            await socket.SendAsync(bytes);
            Assert.That(() => Open, Is.GreaterThan(before).After(30_000, 5));
            if (i % 2 == 0)
            {
                // Half of them a moment later, when the body is being waited for.
                await Task.Delay(10);
            }
        }
        Assert.That(() => Open, Is.EqualTo(before).After(30_000, 20));
    }

    private void AssertNoStack() =>
        Assert.That(
            Server.Log.Texts.Where(static line => line.Contains("   at ", StringComparison.Ordinal)),
            Is.Empty,
            "lines with a stack"
        );
}
