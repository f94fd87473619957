using static IdResolution.Server.Tests.Handle.Http.HttpNode;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>Which targets are calls of the interface: by the raw path, as it is spelled.</summary>
[TestFixture]
public sealed class RoutingTests : HttpTests
{
    [TestCase("/api/handles//")]
    [TestCase("/api/handles//x")]
    [TestCase("/api/handles/..")]
    [TestCase("/api/handles/../../x")]
    [TestCase("/api/handles/../../api/v1/templates")]
    [TestCase("/api/handles/%2e%2e/site")]
    [TestCase("/api/prefixes/../site")]
    public async Task Target_WithACallInFront_IsThatCalls(string target)
    {
        var answer = await Server.RawAsync(target);

        Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/json"), answer.ToString());
        Assert.That(answer.Json.TryGetProperty("responseCode", out _));
    }

    [TestCase("/api/Handles/88.300.1/ADMIN")]
    [TestCase("/api/h%61ndles/88.300.1/ADMIN")]
    [TestCase("/api//handles/88.300.1/ADMIN")]
    [TestCase("/api/handle/88.300.1/ADMIN")]
    [TestCase("/api/verifications")]
    [TestCase("/api/verifications/")]
    [TestCase("/api/Site")]
    [TestCase("/api/site/x")]
    [TestCase("/api/site//")]
    [TestCase("/api/sessions/This")]
    [TestCase("/api/sessions/that")]
    [TestCase("/api/sessions/this/x")]
    [TestCase("/api/x?y=/api/v1")]
    [TestCase("/api/v10")]
    [TestCase("/api/")]
    public async Task Target_OfNoCall_IsToldSoInTheInterfacesOwnForm(string target)
    {
        var answer = await Server.RawAsync(target);

        Assert.That(
            (answer.Status, answer.Header("Content-Type"), answer.Json.GetProperty("responseCode").GetInt32()),
            Is.EqualTo((404, "application/json", 4)),
            answer.ToString()
        );
    }

    [TestCase("/API/handles/88.300.1/ADMIN")]
    [TestCase("/api")]
    [TestCase("/api/v1")]
    [TestCase("/api/v1/")]
    [TestCase("/api/v1?x")]
    [TestCase("/api/v1/x")]
    public async Task Target_OutsideTheInterface_IsAProblemOfRest(string target)
    {
        var answer = await Server.RawAsync(target);

        Assert.That(
            (answer.Status, answer.Header("Content-Type")),
            Is.EqualTo((404, "application/problem+json")),
            answer.ToString()
        );
    }

    [TestCase("/api/v1/../handles/88.300.1/ADMIN")]
    [TestCase("/x/../api/handles/88.300.1/ADMIN")]
    [TestCase("/api/site/../handles/88.300.1/ADMIN")]
    public async Task Target_ThatLeadsToACallByDots_IsRefusedByRest(string target)
    {
        var answer = await Server.RawAsync(target);

        Assert.That(
            (answer.Status, answer.Header("Content-Type")),
            Is.EqualTo((400, "application/problem+json")),
            answer.ToString()
        );
    }

    [TestCase("/api/site/")]
    [TestCase("/api/handles/?prefix=88.300.1")]
    [TestCase("/api/handles?prefix=88.300.1")]
    [TestCase("/api/sessions/this/")]
    public async Task Target_WithOrWithoutASlashAtItsEnd_IsTheSameCall(string target)
    {
        var answer = await Server.RawAsync(target);

        Assert.That(answer.Status, Is.AnyOf(200, 401), answer.ToString());
        Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/json"));
    }

    [TestCase("/api/handles", "GET, HEAD, POST, OPTIONS")]
    [TestCase("/api/prefixes", "GET, HEAD, POST, OPTIONS")]
    [TestCase("/api/prefixes/88.300.1.4", "POST, DELETE, OPTIONS")]
    [TestCase("/api/site", "GET, HEAD, POST, OPTIONS")]
    [TestCase("/api/verifications/300:88.300.1/ADMIN", "GET, HEAD, POST, OPTIONS")]
    [TestCase("/api/sessions", "POST, OPTIONS")]
    [TestCase("/api/sessions/this", "GET, HEAD, POST, PUT, DELETE, OPTIONS")]
    public async Task Methods_OfACall_AreThoseThatAPreflightNames(string path, string methods)
    {
        var preflight = await SendAsync("OPTIONS", path);
        var refused = await SendAsync("PATCH", path);

        Assert.That((preflight.Status, preflight.Header("Allow")), Is.EqualTo((204, methods)));
        AssertFailed(refused, 405, 5);
        Assert.That(refused.Header("Allow"), Is.EqualTo(methods));
    }

    [Test]
    public async Task Call_WithAHandle_KeepsItsSlashes()
    {
        var handle = NewHandle("//a/");
        await KeepAsync(handle, Text(1, "URL", "u"));

        Assert.That((await Server.RawAsync($"/api/handles/{handle}?index=1")).Status, Is.EqualTo(200));
    }
}
