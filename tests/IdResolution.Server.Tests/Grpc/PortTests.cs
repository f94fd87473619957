using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Grpc;

/// <summary>Each listener serves what is its own.</summary>
[TestFixture]
public sealed class PortTests : NodeFixture
{
    [TestCase("GET", "/api/v1/identifiers/{0}")]
    [TestCase("GET", "/{0}")]
    [TestCase("GET", "/")]
    [TestCase("GET", "/healthz")]
    [TestCase("GET", "/readyz")]
    [TestCase("GET", "/docs/index.html")]
    [TestCase("GET", "/openapi/v1.json")]
    [TestCase("POST", "/api/v1/identifiers")]
    public async Task GrpcPort_CallsOfRest_Answers404(string verb, string form)
    {
        var id = await Server.RegisterAsync();
        using var client = new RawGrpc(Server.GrpcEndPoint);
        using var body = verb == "POST" ? new StringContent("{}", Encoding.UTF8, "application/json") : null;

        using var answer = await client.SendAsync(
            new HttpMethod(verb),
            string.Format(null, form, id),
            body,
            Server.KeyOf(Role.Admin)
        );

        Assert.That(
            (answer.StatusCode, await answer.Content.ReadAsStringAsync()),
            Is.EqualTo((HttpStatusCode.NotFound, ""))
        );
    }

    [Test]
    public async Task GrpcPort_Http1_IsNotSpoken()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

        using var answer = await client.GetAsync(new Uri($"http://{Server.GrpcEndPoint}/healthz"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task GrpcPort_OtherMediaType_IsRefused()
    {
        using var client = new RawGrpc(Server.GrpcEndPoint);
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");

        using var answer = await client.SendAsync(HttpMethod.Post, "/idresolution.v1.Resolver/Resolve", body);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    [TestCase("idresolution.v1.Resolver/Resolve")]
    [TestCase("grpc.health.v1.Health/Check")]
    [TestCase("idresolution.v1.Resolver/NoSuchMethod")]
    [TestCase("no.such.Service/Method")]
    public async Task HttpPort_CallsOfGrpc_AreNotServed(string method)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var body = new ByteArrayContent(new byte[5])
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") },
        };

        using var answer = await client.PostAsync(new Uri($"http://{Server.EndPoint}/{method}"), body);

        Assert.That((int)answer.StatusCode, Is.InRange(400, 499));
        Assert.That(RawGrpc.StatusOf(answer), Is.Null);
    }
}
