using IdResolution.Core.Access;
using IdResolution.Server.Rest;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>What is the same for all callers is made once, however often they ask for it.</summary>
[TestFixture]
public sealed class GeneratedOnceTests : NodeFixture
{
    private const string Target = "/openapi/v1.json";

    [Test]
    public async Task Document_AskedForByMany_IsMadeOnce()
    {
        var endpoint = Server.Services.GetRequiredService<ApiDocumentEndpoint>();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Server.GetAsync(Target, i % 2 == 0 ? Role.Anonymous : Role.Reader))
        );

        Assert.That(answers.Select(a => a.Status), Is.All.EqualTo(200));
        Assert.That(answers.Select(a => a.Body), Is.All.EqualTo(answers[0].Body));
        Assert.That(endpoint.TimesMade, Is.EqualTo(1));
    }

    [Test]
    public async Task Document_ThatTheCallerHas_Is304()
    {
        var first = await Server.GetAsync(Target);
        var tag = first.Header("ETag");

        var again = await Server.GetAsync(Target, Role.Anonymous, ("If-None-Match", tag!));
        var head = await Server.SendAsync(Role.Anonymous, "HEAD", Target);

        Assert.That(tag, Does.Match("^W/\"[0-9a-f]{32}\"$"));
        Assert.That((first.Header("Cache-Control"), first.MediaType), Is.EqualTo(("no-cache", "application/json")));
        Assert.That((again.Status, again.Body.Length, again.Header("ETag")), Is.EqualTo((304, 0, tag)));
        Assert.That((head.Status, head.Header("ETag")), Is.EqualTo((200, tag)));
    }

    [Test]
    public async Task Document_OfAnotherAddress_IsMadeAnew()
    {
        await using var node = await TestNode.StartAsync();
        var before = await node.GetAsync(Target);
        node.Address.Url = "https://id.example.com";

        var after = await node.GetAsync(Target);

        Assert.That(
            after.Json.GetProperty("servers")[0].GetProperty("url").GetString(),
            Is.EqualTo("https://id.example.com")
        );
        Assert.That(after.Header("ETag"), Is.Not.EqualTo(before.Header("ETag")));
    }

    [Test]
    public async Task CodesOfScannerSettings_AreDrawnOnce()
    {
        Assert.That((await Server.GetAsync("/scanners")).Status, Is.EqualTo(200));

        Assert.That(
            ScannerSheet
                .All(0, null)
                .Zip(ScannerSheet.All(0, null))
                .All(static p => ReferenceEquals(p.First.Image, p.Second.Image))
        );
    }
}
