using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class AuditAndStatisticsTests
{
    private TestNode _node = null!;

    [SetUp]
    public async Task StartAsync() => _node = await TestNode.StartAsync();

    [TearDown]
    public async Task StopAsync()
    {
        _node.Log.AssertQuiet();
        await _node.DisposeAsync();
    }

    [Test]
    public async Task Audit_HoldsActsWithTheirCaller()
    {
        await _node.SendAsync(Role.Admin, "POST", "/api/v1/categories", """{"code":"audited"}""");
        await _node.SendAsync(Role.Admin, "POST", "/api/v1/templates/part/withdraw");
        var key = await _node.SendAsync(Role.Admin, "POST", "/api/v1/keys", """{"role":"reader"}""");

        var audit = await _node.GetAsync("/api/v1/audit?limit=3", Role.Admin);

        Assert.Multiple(() =>
        {
            Assert.That(
                audit.Items.Select(l =>
                    $"{l.GetProperty("action")} {l.GetProperty("target")} {l.GetProperty("outcome")}"
                ),
                Is.EqualTo(
                    new[]
                    {
                        $"key.create {key.Json.GetProperty("id")} done",
                        "template.withdraw part done",
                        "category.save audited done",
                    }
                )
            );
            Assert.That(audit.Items.Select(l => l.GetProperty("caller").GetString()), Has.All.Match("^k[0-9a-f]{12}$"));
            Assert.That(audit.Text, Does.Not.Contain(key.Json.GetProperty("key").GetString()!));
            Assert.That(
                audit.Json.GetProperty("next").GetInt64(),
                Is.EqualTo(audit.Items[2].GetProperty("id").GetInt64())
            );
        });
        var older = await _node.GetAsync($"/api/v1/audit?before={audit.Json.GetProperty("next")}", Role.Admin);
        Assert.That(older.Items, Is.Not.Empty);
        Assert.That(
            older.Items.Select(l => l.GetProperty("id").GetInt64()),
            Has.All.LessThan(audit.Json.GetProperty("next").GetInt64())
        );
        Assert.That((await _node.GetAsync("/api/v1/audit?limit=0", Role.Admin)).Status, Is.EqualTo(422));
    }

    [Test]
    public async Task Audit_AggregatesDenialsByCallerKindAndMinute()
    {
        for (var i = 0; i < 5; i++)
        {
            await _node.GetAsync("/api/v1/history/88.300.1/secret-" + i);
            await _node.GetAsync("/api/v1/audit", Role.Partner);
            await _node.SendAsync("idr_wrong", "GET", "/api/v1/made-up-" + i);
            await _node.SendAsync("idr_wrong", "MADE" + i, "/" + i);
        }

        var audit = await _node.GetAsync("/api/v1/audit", Role.Admin);
        var denials = audit.Items.Where(l => l.GetProperty("outcome").GetString() != "done").ToList();

        Assert.That(denials.Sum(l => l.GetProperty("count").GetInt64()), Is.EqualTo(20));
        // Where a minute ends within the test there may be two lines of each.
        Assert.That(
            denials.Select(l => $"{l.GetProperty("action")} {l.GetProperty("outcome")}").Distinct(),
            Is.EquivalentTo(
                new[] { "GET history Unauthenticated", "GET audit Forbidden", "authentication AuthenticationFailed" }
            )
        );
        Assert.That(denials, Has.Count.LessThanOrEqualTo(14));
        Assert.That(audit.Text, Does.Not.Contain("made-up"));
        Assert.That(audit.Text, Does.Contain("88.300.1/secret-0"), "an identifier is a target");
        Assert.That(
            denials.Select(l => l.GetProperty("source").GetString()),
            Has.All.EqualTo("127.0.0.1"),
            "where from"
        );
        Assert.That(denials.Select(l => l.GetProperty("traceId").GetString()), Has.All.Match("^[0-9a-f]{32}$"));
    }

    [Test]
    public async Task Statistics_CountEachResolutionOnce_FastOrSlow()
    {
        var id = await _node.RegisterAsync(""" "source":"mes","sourceKey":"1","attributes":{"name":"n"} """);
        var expected = 0;
        foreach (
            var (method, target, accept) in new[]
            {
                ("GET", "/api/v1/identifiers/" + id, "*/*"),
                ("GET", "/api/v1/identifiers/" + id, "*/*"),
                ("GET", "/api/v1/identifiers/" + id, "*/*"),
                ("GET", "/api/v1/identifiers?id=" + id, "*/*"),
                ("HEAD", "/api/v1/identifiers/" + id, "*/*"),
                ("GET", "/" + id, "text/html"),
                ("GET", "/" + id, "application/json"),
                ("GET", "/r?id=" + id, "text/html"),
            }
        )
        {
            await _node.SendAsync(Role.Anonymous, method, target, null, ("Accept", accept));
            expected++;
            Assert.That(await CountAsync("resolve"), Is.EqualTo(expected), $"{method} {target} {accept}");
        }
        await _node.GetAsync("/api/v1/identifiers/" + _node.NewId());
        Assert.That(await CountAsync("resolve"), Is.EqualTo(expected));
    }

    [Test]
    public async Task Statistics_CountWritesByDayTemplateSourceAndOperation()
    {
        var id = await _node.RegisterAsync(""" "source":"mes","sourceKey":"1","attributes":{"name":"n"} """);
        await _node.RegisterAsync(""" "source":"mes","sourceKey":"2","attributes":{"name":"n"} """);
        await _node.SendAsync(Role.Registrar, "PATCH", "/api/v1/identifiers/" + id, """{"attributes":{"name":"m"}}""");
        await _node.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);

        Assert.That(
            (await CountAsync("register"), await CountAsync("update"), await CountAsync("revoke")),
            Is.EqualTo((2, 1, 1))
        );
        Assert.That((await _node.GetAsync("/api/v1/statistics?template=mea", Role.Reader)).Items, Is.Empty);
        Assert.That(
            (await _node.GetAsync("/api/v1/statistics?from=2001-01-01&to=2001-12-31", Role.Reader)).Items,
            Is.Empty
        );
        Assert.That(
            (await _node.GetAsync("/api/v1/statistics?from=yesterday", Role.Reader)).Fields,
            Is.EqualTo(new[] { "from" })
        );
    }

    private async Task<long> CountAsync(string operation)
    {
        var statistics = await _node.GetAsync("/api/v1/statistics?template=part", Role.Reader);
        return statistics
            .Items.Where(s =>
                s.GetProperty("operation").GetString() == operation && s.GetProperty("source").GetString() == "mes"
            )
            .Sum(s => s.GetProperty("count").GetInt64());
    }
}
