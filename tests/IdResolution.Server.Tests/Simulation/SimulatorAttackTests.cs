using System.Net;
using System.Net.Sockets;
using System.Text;
using IdResolution.Server.Simulation;

namespace IdResolution.Server.Tests.Simulation;

/// <summary>What others than the one who tests would have a simulator on this machine do.</summary>
[TestFixture]
public sealed class SimulatorAttackTests : SimulatorFixture
{
    [TestCase("POST", "snapshot", "Origin", "http://evil.example")]
    [TestCase("POST", "snapshot", "Origin", "null")]
    [TestCase("GET", "state", "Host", "evil.example")]
    public async Task Control_AskedByAPageOfAnotherSite_Refuses(string method, string path, string header, string value)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new(method), new Uri(Server.Address, "/simulator/" + path));
        request.Headers.TryAddWithoutValidation(header, value);

        using var answer = await http.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(Node.State().HasSnapshot, Is.False);
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task Fault_ThatIsNotSentAsJson_IsNotSwitchedOn(string type)
    {
        using var http = new HttpClient();
        using var body = new StringContent("""{"fault":"closed"}""", Encoding.UTF8, type);

        using var answer = await http.PostAsync(new Uri(Server.Address, "/simulator/faults"), body);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(Node.Faults, Is.Empty);
    }

    [Test]
    public async Task Call_WithoutAToken_IsAnsweredBeforeItsBodyIsThere()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Server.EndPoint);
        var stream = client.GetStream();
        await stream.WriteAsync(
            "DELETE /identityv2/data HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000000\r\n\r\n"u8.ToArray()
        );
        using var reader = new StreamReader(stream);
        var answer = "";
        while (!answer.Contains("\"status\":-1", StringComparison.Ordinal))
        {
            var read = new char[1_024];
            var count = await reader.ReadAsync(read).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.That(count, Is.Positive, answer);
            answer += new string(read, 0, count);
        }

        Assert.That(answer, Does.StartWith("HTTP/1.1 200"));
    }

    [Test]
    public async Task LogIn_OfManyBytes_IsRefused()
    {
        var body = $$"""{"username":"{{new string('a', 20_000)}}"}""";

        using var answer = await SendAsync("POST", "/identity/token", body, token: null);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public void Calls_WithLongIdentifiers_AreForgottenSooner()
    {
        var log = new CallLog();
        var read = ReadCall.Nothing with { Handles = [new string('a', 30_000_000)] };
        for (var i = 0; i < 5; i++)
        {
            log.Add(SnmsCalls.All[0], read, log.Begin(), DateTimeOffset.UnixEpoch, "1");
        }

        Assert.That(log.Calls.Select(call => call.Number), Is.EqualTo([3, 4, 5]));
    }
}
