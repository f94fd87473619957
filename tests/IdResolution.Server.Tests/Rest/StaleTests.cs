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
        time.Advance(TimeSpan.FromSeconds(10));

        var stale = await node.GetAsync("/api/v1/identifiers/" + id);
        var conditional = await node.GetAsync("/api/v1/identifiers/" + id, headers: ("If-None-Match", fresh.Header("ETag")!));
        var page = await node.GetAsync("/" + id, headers: ("Accept", "text/html"));
        var ready = await node.GetAsync("/readyz");

        Assert.Multiple(() =>
        {
            Assert.That((fresh.Header("Age"), fresh.Header("Cache-Status")), Is.EqualTo(((string?)null, (string?)null)));
            foreach (var answer in new[] { stale, conditional, page })
            {
                Assert.That(answer.Status, Is.EqualTo(200));
                Assert.That(answer.Header("Age"), Does.Match("^[0-9]+$"));
                Assert.That(answer.Header("Cache-Status"), Is.EqualTo("idnode; hit; detail=stale"));
            }
            Assert.That(page.Text, Does.Contain("cannot reach its database"));
            Assert.That(ready.Status, Is.EqualTo(503));
        });

        await node.Node.Tail.CatchUpAsync(CancellationToken.None);
        var again = await node.GetAsync("/api/v1/identifiers/" + id);
        Assert.That((again.Header("Age"), (await node.GetAsync("/readyz")).Status), Is.EqualTo(((string?)null, 200)));
        node.Log.AssertQuiet();
    }
}
