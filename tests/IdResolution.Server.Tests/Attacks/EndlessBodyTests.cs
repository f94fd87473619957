using System.Globalization;
using System.IO.Compression;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Server.Http;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>
/// Bodies longer than a call takes, however they are framed and whoever sends them. What they cost is measured of the
/// whole process, and so with no other test beside it.
/// </summary>
[TestFixture]
[NonParallelizable]
public sealed class EndlessBodyTests : NodeFixture
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Json = "application/json";
    private const string Message = "application/x-hdl-message";
    private const int Mebibyte = 1 << 20;

    // Whether a body is read at all, and by whom, differs; what it may cost does not.
    private static readonly (string Method, string Target, string Type)[] s_calls =
    [
        ("POST", "/api/handles/88.300.1/X", Form),
        ("POST", "/api/handles?prefix=88.300.1", Form),
        ("POST", "/api/handles/88.300.1/X", "multipart/form-data; boundary=b"),
        ("POST", "/api/site", Form),
        ("POST", "/api/verifications/300:88.300.1/X", Form),
        ("PUT", "/api/handles/88.300.1/X?overwrite=true", Json),
        ("POST", "/api/sessions", Json),
        ("PUT", "/api/sessions/this", Json),
        ("POST", "/api/prefixes/88.300.2", Form),
        ("POST", "/88.300.1/X", Form),
        ("POST", "/r?id=88.300.1/X", Form),
        ("POST", "/88.300.1/X", "multipart/form-data; boundary=b"),
        ("POST", "/api/v1/scan", Json),
        ("POST", "/api/v1/identifiers", Json),
        ("POST", "/api/v1/identifiers:batch", Json),
        ("POST", "/api/v1/templates:import", Json),
        ("POST", "/nowhere", Form),
        ("GET", "/healthz", Json),
        ("POST", "/any/path", Message),
    ];

    private static IEnumerable<TestCaseData> Calls() =>
        s_calls.Select(c =>
            new TestCaseData(c.Method, c.Target, c.Type).SetArgDisplayNames($"{c.Method} {c.Target} {c.Type}")
        );

    [TestCaseSource(nameof(Calls))]
    public async Task Body_ChunkedWithoutEnd_IsNotHeld(string method, string target, string type)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var sent = new long[3];
        for (var i = 0; i < sent.Length; i++)
        {
            sent[i] = await PourAsync(method, target, type, 150 * Mebibyte);
        }
        var taken = GC.GetTotalAllocatedBytes(precise: true) - before;
        TestContext.Out.WriteLine($"{taken / 1024} KiB allocated for {sent.Sum() / Mebibyte} MiB sent");
        Assert.That(taken, Is.LessThan(30 * Mebibyte));
    }

    [TestCase("/api/v1/labels/sheet")]
    [TestCase("/api/v1/identifiers:batch")]
    public async Task Json_OfManyMembersBelowALongName_CostsNoMoreThanItsLength(string target)
    {
        var inner = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"{i}\":0"));
        var body = $"{{\"{new string('a', 500_000)}\":{{{inner},\"0\":0}}}}";
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var answer = await Server.SendAsync(Role.Registrar, "POST", target, body);

        var taken = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.That(answer.Status, Is.EqualTo(400), answer.ToString());
        Assert.That(taken, Is.LessThan(60 * Mebibyte));
    }

    [TestCase("POST", "/api/handles/88.300.1/X", Form, 70_000, 413)]
    [TestCase("POST", "/api/verifications/300:88.300.1/X", Form, 70_000, 413)]
    [TestCase("POST", "/api/sessions", Json, 70_000, 413)]
    [TestCase("POST", "/api/v1/scan", Json, 70_000, 413)]
    // Who might be known later is asked for credentials; nothing more of the body is held.
    [TestCase("PUT", "/api/handles/88.300.1/X", Json, 70_000, 401)]
    [TestCase("POST", "/88.300.1/X", Form, 70_000, 401)]
    [TestCase("POST", "/any/path", Message, 400_000, 413)]
    public async Task Body_LongerThanTheCallTakes_IsRefusedHoweverFramed(
        string method,
        string target,
        string type,
        int length,
        int status
    )
    {
        var body = "key=" + new string('1', length);
        using var counted = await Server.ConnectAsync();
        await counted.RequestAsync(method, target, $"Content-Type: {type}\r\n", body);
        Assert.That((await counted.ReadAsync())?.Status, Is.EqualTo(status), "Content-Length");
        if (type == Message)
        {
            return;
        }
        using var chunked = await Server.ConnectAsync();
        await chunked.RequestAsync(method, target, $"Content-Type: {type}\r\nTransfer-Encoding: chunked\r\n");
        await chunked.SendAsync($"{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
        Assert.That((await chunked.ReadAsync())?.Status, Is.EqualTo(status), "chunked");
    }

    [TestCase("POST", "/api/v1/scan")]
    [TestCase("PUT", "/api/handles/88.300.1/X")]
    [TestCase("POST", "/api/sessions")]
    public async Task Json_ThatInflatesWithoutEnd_IsRefusedWithoutBeingInflated(string method, string target)
    {
        foreach (var coding in new[] { "gzip", "br", "deflate" })
        {
            var bomb = Bomb(coding);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var answer = await Server.SendBytesAsync(
                Role.Admin,
                method,
                target,
                bomb,
                ("Content-Encoding", coding),
                ("Authorization", "")
            );
            Assert.That(answer.Status, Is.AnyOf(413, 415, 401), coding);
            Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(10 * Mebibyte), coding);
        }
    }

    [Test]
    public async Task Form_ThatIsCompressed_IsNotInflated()
    {
        var answer = await Server.SendBytesAsync(
            Role.Anonymous,
            "POST",
            "/api/handles/88.300.1/X",
            Bomb("gzip")[..1_000],
            ("Content-Type", Form),
            ("Content-Encoding", "gzip")
        );
        Assert.That(answer.Status, Is.LessThan(500));
    }

    [Test]
    public async Task Batch_OfManySmallChunks_IsTakenAsOneOfFew()
    {
        var id = Server.NewId();
        var body =
            $$$"""{"template":"part","identifier":"{{{id}}}","attributes":{"name":"{{{new string('n', 1_000)}}}"}}""";
        using var connection = await Server.ConnectAsync();
        await connection.RequestAsync(
            "POST",
            "/api/v1/identifiers",
            $"Authorization: Bearer {Server.KeyOf(Role.Registrar)}\r\nContent-Type: {Json}\r\n"
                + "Transfer-Encoding: chunked\r\n"
        );
        await connection.SendAsync(string.Concat(body.Select(c => $"1\r\n{c}\r\n")) + "0\r\n\r\n");
        Assert.That((await connection.ReadAsync())?.Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Form_OfManyFields_IsRefused()
    {
        var fields = string.Join('&', Enumerable.Range(0, 12_000).Select(static i => $"a{i}="));
        var answer = await Server.SendBytesAsync(
            Role.Anonymous,
            "POST",
            "/api/handles/88.300.1/X",
            Encoding.ASCII.GetBytes(fields),
            ("Content-Type", Form)
        );
        Assert.That(answer.Status, Is.AnyOf(400, 413));
    }

    [Test]
    public async Task Headers_TooManyOrTooLong_Are431()
    {
        foreach (
            var headers in new[]
            {
                string.Concat(Enumerable.Range(0, 200).Select(static i => $"X-{i}: 1\r\n")),
                $"X-Long: {new string('x', 40_000)}\r\n",
            }
        )
        {
            Assert.That((await Server.RawAsync("/healthz", headers: headers)).Status, Is.EqualTo(431));
        }
    }

    [TestCase("POST", "/api/v1/scan")]
    [TestCase("PUT", "/api/handles/88.300.1/X")]
    [TestCase("POST", "/api/sessions")]
    public async Task Json_OfEndlessBrackets_Is400(string method, string target)
    {
        var answer = await Server.SendAsync(Role.Anonymous, method, target, new string('[', 16_000));
        Assert.That(answer.Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Default_OfACallThatSetsNone_IsSmall()
    {
        var options = Server.Services.GetService(
            typeof(Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>)
        );
        var limits = (
            (Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>)
                options!
        )
            .Value
            .Limits;
        Assert.That(limits.MaxRequestBodySize, Is.EqualTo(BodyBound.Default));
        Assert.That(limits.MinRequestBodyDataRate, Is.Not.Null, "Bodies that come too slowly are given up.");
        Assert.That((await Server.GetAsync("/healthz")).Status, Is.EqualTo(200));
    }

    /// <summary>Sends chunks until the node ends the connection or answers; gives how many bytes it took.</summary>
    private async Task<long> PourAsync(string method, string target, string type, long length)
    {
        using var connection = await Server.ConnectAsync();
        await connection.RequestAsync(
            method,
            target,
            $"Content-Type: {type}\r\nTransfer-Encoding: chunked\r\nAccept: text/html\r\n"
        );
        var chunk = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{65_536:x}\r\nk{new string('a', 65_535)}\r\n")
        );
        var sent = 0L;
        try
        {
            for (; sent < length; sent += 65_536)
            {
                await connection.SendAsync(chunk);
            }
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // The node does not take more.
        }
        return sent;
    }

    private static byte[] Bomb(string coding)
    {
        var packed = new MemoryStream();
        using (
            Stream stream = coding switch
            {
                "br" => new BrotliStream(packed, CompressionLevel.Optimal),
                "deflate" => new ZLibStream(packed, CompressionLevel.Optimal),
                _ => new GZipStream(packed, CompressionLevel.Optimal),
            }
        )
        {
            var zeros = new byte[Mebibyte];
            zeros.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 32; i++)
            {
                stream.Write(zeros);
            }
        }
        return packed.ToArray();
    }
}
