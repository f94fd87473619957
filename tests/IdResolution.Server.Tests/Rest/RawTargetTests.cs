namespace IdResolution.Server.Tests.Rest;

/// <summary>Request targets exactly as they come over the wire.</summary>
[TestFixture]
public sealed class RawTargetTests : NodeFixture
{
    [TestCase("/api/v1/identifiers/88.300.1/../x")]
    [TestCase("/api/v1/identifiers/88.300.1/./x")]
    [TestCase("/api/v1/identifiers/88.300.1/%2e%2e/x")]
    [TestCase("/api/v1/identifiers/88.300.1/%2E/x")]
    [TestCase("/api/v1/identifiers/88.300.1/.%2e")]
    [TestCase("/api/v1/identifiers/../identifiers/88.300.1/x")]
    [TestCase("/88.300.1/..")]
    [TestCase("/88.300.1/a/%2e%2e/b")]
    [TestCase("/api/v1/identifiers/88.300.1/%")]
    [TestCase("/api/v1/identifiers/88.300.1/%4")]
    [TestCase("/api/v1/identifiers/88.300.1/%zz")]
    [TestCase("/api/v1/identifiers/88.300.1/%ff")]
    [TestCase("/api/v1/identifiers/88.300.1/%c3%28")]
    [TestCase("/api/v1/identifiers/88.300.1/%ed%a0%80")]
    [TestCase("/api/v1/identifiers/88.300.1/%c0%af")]
    [TestCase("/88.300.1/%zz")]
    [TestCase("/88.300.1/%ff")]
    [TestCase("/%61pi/v1/identifiers/88.300.1/x")]
    [TestCase("/api/v1/%69dentifiers/88.300.1/x")]
    [TestCase("/API/v1/identifiers/88.300.1/x")]
    [TestCase("/api/v1/identifiers?id=88.300.1/%zz")]
    [TestCase("/api/v1/identifiers?id=88.300.1/%ff")]
    [TestCase("/r?id=88.300.1/%ff")]
    [TestCase("/api/v1/qr/88.300.1/%ff.svg")]
    public async Task Target_NotAnIdentifierAsItStands_Answers400NamingId(string target)
    {
        foreach (var form in new[] { target, "http://node" + target })
        {
            var answer = await Server.RawAsync(form);
            Assert.That(
                (answer.Status, answer.MediaType),
                Is.EqualTo((400, "application/problem+json")),
                form + answer
            );
            Assert.That(answer.Text, Does.Contain("?id="), form);
        }
    }

    [Test]
    public async Task Target_InAbsoluteForm_IsResolved()
    {
        var id = await Server.RegisterAsync();

        foreach (
            var target in new[]
            {
                $"http://node/api/v1/identifiers/{id}",
                $"http://node/{id}",
                $"http://node/r?id={id}",
                $"http://node/api/v1/identifiers?id={id}",
            }
        )
        {
            Assert.That((await Server.RawAsync(target)).Status, Is.EqualTo(200), target);
        }
    }

    [TestCase("/api/v1/identifiers/88.300.1/a\u00e9")]
    [TestCase("/api/v1/identifiers/88.300.1/a b")]
    [TestCase("/api/v1/identifiers/88.300.1/%00")]
    public async Task Target_NotHttp_Answers400(string target)
    {
        Assert.That((await Server.RawAsync(target)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Target_DotSegmentsInTheQuery_AreTheIdentifiersOwn()
    {
        var id = await Server.RegisterAsync(identifier: Server.NewId("/../x/."));

        Assert.That((await Server.RawAsync("/api/v1/identifiers?id=" + id)).Status, Is.EqualTo(200));
        Assert.That(Server.Address.Of(id), Is.EqualTo($"{Server.Address.Url}/r?id={Uri.EscapeDataString(id)}"));
    }

    [TestCase("GET", "/nothing", 404)]
    [TestCase("GET", "/favicon.ico", 404)]
    [TestCase("GET", "/api/v1/nothing", 404)]
    [TestCase("GET", "//evil.example/88.300.1/x", 404)]
    public async Task Target_ThatNoCallTakes_Answers404AsProblem(string method, string target, int status)
    {
        var answer = await Server.RawAsync(target, method);

        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((status, "application/problem+json")));
    }

    [Test]
    public async Task Target_LongerThanTheNodeTakes_Answers414()
    {
        Assert.That((await Server.RawAsync("/" + new string('x', 20_000))).Status, Is.EqualTo(414));
    }
}
