using System.Globalization;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Server.Options;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// Bodies that are too large, too deep, cut short or of the wrong kind; and what becomes of the connection.
/// </summary>
[TestFixture]
public sealed class BodyFaultTests : NodeFixture
{
    private const string Register = "/api/v1/identifiers";

    private string Headers =>
        $"Authorization: Bearer {Server.KeyOf(Role.Registrar)}\r\nContent-Type: application/json\r\n";

    [Test]
    public async Task Body_OverTheLimit_Answers413AndTheConnectionSurvives()
    {
        using var connection = await Server.ConnectAsync();
        var body = $$$"""{"template":"part","attributes":{"name":"{{{new string('x', 2048)}}}"}}""";

        await connection.RequestAsync("POST", Register, Headers, body);
        var refused = await connection.ReadAsync();
        await connection.RequestAsync("GET", "/healthz");
        var next = await connection.ReadAsync();

        Assert.That((refused!.Status, refused.Code, next?.Status), Is.EqualTo((413, "TooLarge", (int?)200)));
    }

    [Test]
    public async Task Body_ChunkedOverTheLimit_Answers413AndTheConnectionSurvives()
    {
        using var connection = await Server.ConnectAsync();

        await connection.SendAsync(
            $"POST {Register} HTTP/1.1\r\nHost: node\r\n{Headers}Transfer-Encoding: chunked\r\n\r\n{Chunk("{\"template\":\"")}{Chunk(new string('x', 1500))}{Chunk("\"}")}{Chunk("")}"
        );
        var refused = await connection.ReadAsync();
        await connection.RequestAsync("GET", "/healthz");
        var next = await connection.ReadAsync();

        Assert.That((refused!.Status, next?.Status), Is.EqualTo((413, (int?)200)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task BatchBody_OverKestrelsLimit_Answers413(bool chunked)
    {
        using var connection = await Server.ConnectAsync();
        var body = "{\"items\":[" + new string(' ', 70_000);

        await connection.SendAsync(
            $"POST {Register}:batch HTTP/1.1\r\nHost: node\r\n{Headers}{(chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}")}\r\n\r\n{(chunked ? Chunk(body) + Chunk("") : body)}"
        );
        var refused = await connection.ReadAsync();

        Assert.That((refused!.Status, refused.Code), Is.EqualTo((413, "TooLarge")));
    }

    [Test]
    public async Task Body_InChunks_IsReadWhole()
    {
        using var connection = await Server.ConnectAsync();

        await connection.SendAsync(
            $"POST {Register} HTTP/1.1\r\nHost: node\r\n{Headers}Transfer-Encoding: chunked\r\n\r\n"
        );
        foreach (var c in """{"template":"part","attributes":{"name":"in chunks"}}""")
        {
            await connection.SendAsync(Chunk(c.ToString()));
        }
        await connection.SendAsync(Chunk(""));

        Assert.That((await connection.ReadAsync())!.Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Body_LargerThanTheConnectionsBuffer_IsReadWhole()
    {
        await using var node = await TestNode.StartAsync();
        var items = string.Join(
            ',',
            Enumerable
                .Range(0, 1500)
                .Select(i => $$$"""{"template":"part","attributes":{"name":"{{{new string('x', 1900)}}}"}}""")
        );

        var answer = await node.SendAsync(Role.Registrar, "POST", Register + ":batch", $$"""{"items":[{{items}}]}""");

        Assert.That(answer.Items, Has.Length.EqualTo(1500));
    }

    [TestCase(17, 400)]
    [TestCase(400, 400)]
    [TestCase(3, 422)]
    public async Task Json_NestedDeeply_IsRefused(int depth, int status)
    {
        var answer = await PostAsync(
            $$$"""{"template":"part","attributes":{"name":{{{new string('[', depth)}}}{{{new string(']', depth)}}}}}"""
        );

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("{\"template\":\"part\"")]
    [TestCase("""{"template":"part"} x""")]
    [TestCase("""{"template":'part'}""")]
    [TestCase("template=part")]
    [TestCase("\u0000")]
    public async Task Json_CutShortOrNone_Answers400AndTheConnectionSurvives(string body)
    {
        using var connection = await Server.ConnectAsync();
        await connection.RequestAsync(
            "POST",
            Register,
            Headers + (body.Length == 0 ? "Content-Length: 0\r\n" : ""),
            body
        );
        var refused = await connection.ReadAsync();
        await connection.RequestAsync("GET", "/healthz");

        Assert.That(
            (refused!.Status, refused.Code, (await connection.ReadAsync())?.Status),
            Is.EqualTo((400, "Malformed", (int?)200))
        );
    }

    [Test]
    public async Task Json_WithBytesThatAreNotUtf8_IsRefusedWithoutAFault()
    {
        using var connection = await Server.ConnectAsync();
        byte[] body = [.. "{\"template\":\"part\",\"attributes\":{\"name\":\""u8, 0xff, 0xfe, .. "\"}}"u8];

        await connection.SendAsync([
            .. Encoding.ASCII.GetBytes(
                $"POST {Register} HTTP/1.1\r\nHost: node\r\n{Headers}Content-Length: {body.Length}\r\n\r\n"
            ),
            .. body,
        ]);

        Assert.That((await connection.ReadAsync())!.Status, Is.EqualTo(400).Or.EqualTo(422));
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/jsonx")]
    [TestCase("application/xml; charset=utf-8")]
    [TestCase("")]
    public async Task ContentType_OtherThanJson_Answers415(string contentType)
    {
        var answer = await Server.SendAsync(Role.Registrar, "POST", Register, "{}", ("Content-Type", contentType));

        Assert.That((answer.Status, answer.Code), Is.EqualTo((415, "UnsupportedMediaType")));
    }

    [TestCase("application/json; charset=utf-8")]
    [TestCase("APPLICATION/JSON")]
    public async Task ContentType_JsonInAnySpelling_IsTaken(string contentType)
    {
        Assert.That(
            (
                await Server.SendAsync(
                    Role.Registrar,
                    "POST",
                    Register,
                    """{"template":"part","attributes":{"name":"n"}}""",
                    ("Content-Type", contentType)
                )
            ).Status,
            Is.EqualTo(201)
        );
    }

    [Test]
    public async Task Body_CutShort_Answers400OrEndsTheConnectionAndStoresNothing()
    {
        var id = Server.NewId();
        using var connection = await Server.ConnectAsync();

        await connection.SendAsync(
            $"POST {Register} HTTP/1.1\r\nHost: node\r\n{Headers}Content-Length: 500\r\n\r\n{{\"template\":\"part\",\"identifier\":\"{id}\",\"attributes\":{{\"name\":\"n\"}}}}"
        );
        connection.Finish();
        var answer = await connection.ReadAsync();

        Assert.That(answer?.Status ?? 400, Is.EqualTo(400));
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Body_BadChunk_Answers400()
    {
        using var connection = await Server.ConnectAsync();

        await connection.SendAsync(
            $"POST {Register} HTTP/1.1\r\nHost: node\r\n{Headers}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n"
        );
        var answer = await connection.ReadAsync();

        Assert.That((answer!.Status, answer.Code), Is.EqualTo((400, "Malformed")));
    }

    [Test]
    public async Task Refusal_BeforeTheBodyIsRead_KeepsTheConnection()
    {
        using var connection = await Server.ConnectAsync();
        await connection.RequestAsync("POST", Register, "Content-Type: application/json\r\n", "{}");
        var refused = await connection.ReadAsync();
        await connection.RequestAsync("GET", "/healthz");

        Assert.That((refused!.Status, (await connection.ReadAsync())?.Status), Is.EqualTo((401, (int?)200)));
    }

    private protected override void Configure(NodeOptions options) =>
        (options.Limits.BodyBytes, options.Limits.BatchBytes) = (1024, 65_536);

    private static string Chunk(string text) =>
        $"{Encoding.UTF8.GetByteCount(text).ToString("x", CultureInfo.InvariantCulture)}\r\n{text}\r\n";

    private Task<Answer> PostAsync(string body) => Server.SendAsync(Role.Registrar, "POST", Register, body);
}
