using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Long bodies that do not come to their end.</summary>
[TestFixture]
[NonParallelizable]
public sealed class HeldBodyTests : NodeFixture
{
    private const string Sheet = "/api/v1/labels/sheet";
    private const string Batch = "/api/v1/identifiers:batch";
    private const string Message = "application/x-hdl-message";
    private const int Long = 780_000;
    private const int Mebibyte = 1 << 20;

    private HeldBodies Bodies => Server.Services.GetRequiredService<HeldBodies>();

    [TearDown]
    public void NothingIsHeld() => Assert.That(() => Bodies.Bytes, Is.Zero.After(30_000, 20), "given back");

    [Test]
    public async Task Bodies_WithoutKeyAndUnfinished_AreHeldToTheirNetworksShare()
    {
        const int Senders = 60;
        var from = IPAddress.Parse("127.0.0.120");
        var most = (int)(HeldBodies.MostEach / Long);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i < Senders; i++)
            {
                open.Add(await BeginAsync(from, Sheet, Long, ""));
                Assert.That(() => Bodies.Bytes, Is.EqualTo(Math.Min(i + 1, most) * (Long - 1L)).After(30_000, 5));
            }
            Assert.That(() => open.Count(IsRefused), Is.EqualTo(Senders - most).After(30_000, 50));
            Assert.That(Bodies.Bytes, Is.LessThanOrEqualTo(HeldBodies.MostEach));
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.That(grown, Is.LessThan(2 * HeldBodies.MostEach));

            // Others, short bodies and keys are served.
            using var other = Attacker.Http(Server.EndPoint, IPAddress.Parse("127.0.0.121"));
            Assert.That(await SheetAsync(other, Long), Is.Not.EqualTo(HttpStatusCode.TooManyRequests));
            using var same = Attacker.Http(Server.EndPoint, from);
            Assert.That(await SheetAsync(same, 1_000), Is.Not.EqualTo(HttpStatusCode.TooManyRequests));
            same.DefaultRequestHeaders.Authorization = new("Bearer", Server.KeyOf(Role.Registrar));
            Assert.That(await SheetAsync(same, Long), Is.Not.EqualTo(HttpStatusCode.TooManyRequests));
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [Test]
    public async Task Refusal_SaysWhenToTryAgain()
    {
        using var share = Take(Caller.Anonymous, Attacker.Address, HeldBodies.MostEach - Mebibyte / 2);
        using var socket = await BeginAsync(Attacker.Address, Sheet, Long, "");

        Assert.That(() => IsRefused(socket), Is.True.After(30_000, 20));
        var bytes = new byte[4_096];
        var answer = Encoding.UTF8.GetString(bytes, 0, await socket.ReceiveAsync(bytes));
        Assert.That(answer, Does.StartWith("HTTP/1.1 429 ").And.Contain("Retry-After: 1\r\n"));
    }

    [Test]
    public async Task Bodies_WithAKeyAndUnfinished_AreHeldToTheKeysShare()
    {
        var key = $"Authorization: Bearer {Server.KeyOf(Role.Registrar)}\r\n";
        const int Length = 7 * Mebibyte;
        var most = (int)(HeldBodies.MostOfKey / Length);
        var open = new List<Socket>();
        try
        {
            for (var i = 0; i < most + 3; i++)
            {
                open.Add(await BeginAsync(IPAddress.Loopback, Batch, Length, key));
                Assert.That(() => Bodies.Bytes, Is.EqualTo(Math.Min(i + 1, most) * (Length - 1L)).After(30_000, 5));
            }
            Assert.That(() => open.Count(IsRefused), Is.EqualTo(3).After(30_000, 50));
            Assert.That(Bodies.Bytes, Is.LessThanOrEqualTo(HeldBodies.MostOfKey));

            // Another key has its own.
            var answer = await Server.SendAsync(Role.Admin, "POST", Batch, new string(' ', Mebibyte));
            Assert.That(answer.Status, Is.EqualTo(400), answer.ToString());
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [TestCase("POST", Sheet)]
    [TestCase("POST", "/api/v1/scan")]
    public async Task Compressed_WithoutKey_IsRefusedAndNotInflated(string method, string target)
    {
        var answer = await Server.SendBytesAsync(
            Role.Anonymous,
            method,
            target,
            Packed(),
            ("Content-Encoding", "gzip")
        );
        Assert.That((answer.Status, answer.Header("Accept-Encoding")), Is.EqualTo((415, "identity")));
    }

    [Test]
    public async Task Compressed_WithAKeyAndUnfinished_CountsAsInflated()
    {
        var body = Packed();
        var head =
            $"POST {Batch} HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            + $"Authorization: Bearer {Server.KeyOf(Role.Registrar)}\r\nContent-Length: {Long}\r\n\r\n";
        using var socket = await Attacker.ConnectAsync(Server.EndPoint, IPAddress.Loopback);
        await socket.SendAsync(Encoding.ASCII.GetBytes(head));
        await socket.SendAsync(body);

        Assert.That(() => Bodies.Bytes, Is.GreaterThan(Long - 65_536).After(30_000, 20));
    }

    [TestCase("/api/handles/88.300.1/X", "application/x-www-form-urlencoded", 60_000)]
    [TestCase("/any/path", Message, 200_000)]
    public async Task Bodies_OfOtherReaders_AreHeldToTheSameShare(string target, string type, int length)
    {
        using (Take(Caller.Anonymous, Attacker.Address, HeldBodies.MostEach - 20_000))
        {
            using var socket = await BeginAsync(Attacker.Address, target, length, "", type);
            Assert.That(() => IsRefused(socket), Is.True.After(30_000, 20));
        }
        using var waits = await BeginAsync(Attacker.Address, target, length, "", type);
        Assert.That(() => Bodies.Bytes, Is.EqualTo(length).After(30_000, 20));
    }

    private HeldBodies.Held Take(Caller caller, IPAddress from, long bytes)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Connection.RemoteIpAddress = from;
        context.SetCaller(caller);
        var held = new HeldBodies.Held(context, Bodies);
        Assert.That(held.TryHold(bytes));
        return held;
    }

    /// <summary>Sends all of a body but its last byte.</summary>
    private async Task<Socket> BeginAsync(
        IPAddress from,
        string target,
        int length,
        string headers,
        string type = "application/json"
    )
    {
        var socket = await Attacker.ConnectAsync(Server.EndPoint, from);
        var head =
            $"POST {target} HTTP/1.1\r\nHost: node\r\nContent-Type: {type}\r\n{headers}Content-Length: {length}\r\n\r\n";
        // Of a Handle message, what was announced counts.
        var body = type == Message ? [] : Encoding.ASCII.GetBytes("{\"ids\":[\"" + new string('a', length - 10));
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(head));
            await socket.SendAsync(body);
        }
        catch (SocketException)
        {
            // Refused, and ended, while it was being sent.
        }
        return socket;
    }

    private static async Task<HttpStatusCode> SheetAsync(HttpClient client, int length)
    {
        using var body = new StringContent(
            "{\"ids\":[\"" + new string('a', length - 20) + "\"]}",
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await client.PostAsync(Sheet, body);
        return answer.StatusCode;
    }

    private static bool IsRefused(Socket socket) => socket.Poll(0, SelectMode.SelectRead);

    /// <summary>The beginning of a long body: all of it is inflated, and it does not end.</summary>
    private static byte[] Packed()
    {
        using var packed = new MemoryStream();
        using var gzip = new GZipStream(packed, CompressionLevel.Optimal);
        gzip.Write(Encoding.ASCII.GetBytes("{\"ids\":[\"" + new string('a', Long)));
        gzip.Flush();
        return packed.ToArray();
    }
}
