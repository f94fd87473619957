using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>What is answered while the log cannot be read: cached records, marked as old.</summary>
[TestFixture]
public sealed class StaleTests
{
    [Test]
    public async Task Answers_WhileTheTailIsOld_CarryAgeAndCacheStatus()
    {
        var time = new SlidingTime();
        await using var node = await TestNode.StartAsync(time: time);
        var id = await node.RegisterAsync();
        var fresh = await node.GetAsync("/api/v1/identifiers/" + id);
        await node.StopWorkerAsync();
        node.Node.Store.Dispose();
        time.Advance(TimeSpan.FromSeconds(10));

        var stale = await node.GetAsync("/api/v1/identifiers/" + id);
        var conditional = await node.GetAsync(
            "/api/v1/identifiers/" + id,
            headers: ("If-None-Match", fresh.Header("ETag")!)
        );
        var page = await node.GetAsync("/" + id, headers: ("Accept", "text/html"));
        var ready = await node.GetAsync("/readyz");

        Assert.Multiple(() =>
        {
            Assert.That(
                (fresh.Header("Age"), fresh.Header("Cache-Status")),
                Is.EqualTo(((string?)null, (string?)null))
            );
            foreach (var answer in new[] { stale, conditional, page })
            {
                Assert.That(answer.Status, Is.EqualTo(200));
                Assert.That(answer.Header("Age"), Does.Match("^[0-9]+$"));
                Assert.That(answer.Header("Cache-Status"), Is.EqualTo("idnode; hit; detail=stale"));
            }
            Assert.That(page.Text, Does.Contain("cannot reach its database"));
            Assert.That(ready.Status, Is.EqualTo(503));
        });

        Assert.That(
            (await node.GetAsync("/api/v1/identifiers/" + node.NewId())).Status,
            Is.EqualTo(503),
            "what is not cached"
        );
    }

    [Test]
    public async Task Answers_OfANodeThatCannotFollowTheLog_ComeFromTheStore()
    {
        var time = new SlidingTime();
        await using var node = await TestNode.StartAsync(time: time);
        await using var other = await TestNode.StartAsync(data: node.Node.Directory.Path);
        var id = await node.RegisterAsync();
        var before = await node.GetAsync("/api/v1/identifiers/" + id);
        await node.StopWorkerAsync();
        await other.SendAsync(
            Role.Registrar,
            "PATCH",
            "/api/v1/identifiers/" + id,
            """{"attributes":{"name":"changed elsewhere"}}"""
        );
        var soon = await node.GetAsync("/api/v1/identifiers/" + id);
        if (!node.Node.Tail.IsLate)
        {
            Assert.That(
                soon.Text,
                Is.EqualTo(before.Text),
                "what is cached is believed for a while, which a slow machine may have used up"
            );
        }

        time.Advance(TimeSpan.FromMilliseconds(800));
        var late = await node.GetAsync("/api/v1/identifiers/" + id);
        time.Advance(TimeSpan.FromSeconds(10));
        var later = await node.GetAsync("/api/v1/identifiers/" + id);

        Assert.That(
            (late.Text.Contains("changed elsewhere", StringComparison.Ordinal), late.Header("Age")),
            Is.EqualTo((true, (string?)null))
        );
        Assert.That(
            (later.Text, later.Header("Age")),
            Is.EqualTo((late.Text, (string?)null)),
            "the store answers: nothing is old"
        );
    }
}
