using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Every call leaves a line where it is refused, and every call of administration where it is done.</summary>
[TestFixture]
public sealed class AuditedCallTests : NodeFixture
{
    /// <summary>What each call of role admin writes. A new call needs a line.</summary>
    private static readonly Dictionary<string, string> s_acts = new()
    {
        ["POST /api/v1/sources"] = "source.save",
        ["POST /api/v1/templates"] = "template.save",
        ["POST /api/v1/templates/{code}/publish"] = "template.publish",
        ["POST /api/v1/templates/{code}/withdraw"] = "template.withdraw",
        ["POST /api/v1/templates/{code}/copy"] = "template.copy",
        ["POST /api/v1/templates:import"] = "pack.import",
        ["POST /api/v1/categories"] = "category.save",
        ["POST /api/v1/coding-rules"] = "coding-rule.save",
        ["POST /api/v1/keys"] = "key.create",
        ["DELETE /api/v1/keys/{id}"] = "key.revoke",
        ["POST /api/v1/identifiers/{id}/erase"] = "record.erase",
        ["POST /api/v1/identifiers:erase"] = "record.erase",
    };

    [Test]
    public void EveryCallOfAdmins_ThatWrites_HasAnAct() =>
        Assert.That(
            RoleMatrixTests
                .Calls.Where(c => c.Value.Needed == Role.Admin && !c.Key.StartsWith("GET", StringComparison.Ordinal))
                .Select(c => c.Key)
                .Except(s_acts.Keys),
            Is.Empty
        );

    [Test]
    public async Task EveryCall_Refused_LeavesALine()
    {
        var asked = new List<string>();
        foreach (
            var (call, (needed, target, body)) in RoleMatrixTests.Calls.Where(c => c.Value.Needed != Role.Anonymous)
        )
        {
            var method = call.Split(' ')[0];
            await Server.SendAsync(
                null,
                method,
                target.Replace("ID", "88.300.1/refused", StringComparison.Ordinal),
                body
            );
            var word = call["/api/v1/".Length..][(method.Length + 1)..].Split('/')[0];
            asked.Add($"{method} {word}");
        }

        await Server.Node.Auditor.FlushAsync(all: true, CancellationToken.None);
        var lines = (
            await Server.GetAsync("/api/v1/audit?outcome=Unauthenticated&limit=1000", Role.Admin)
        ).Items.ToList();

        Assert.That(asked.Distinct().Except(lines.Select(l => l.GetProperty("action").GetString())), Is.Empty);
        Assert.That(lines.Select(l => l.GetProperty("kind").GetString()), Has.All.EqualTo("denial"));
        Assert.That(lines.Select(l => l.GetProperty("source").GetString()), Has.All.EqualTo("127.0.0.1"));
        Assert.That(lines.Select(l => l.GetProperty("target").GetString()), Has.Some.EqualTo("88.300.1/refused"));
    }

    [Test]
    public async Task Acts_OverRest_NameSourceAndTrace()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";

        await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/categories",
            """{"code":"traced"}""",
            ("traceparent", $"00-{Trace}-b7ad6b7169203331-01")
        );

        var line = (await Server.GetAsync("/api/v1/audit?target=traced", Role.Admin)).Items.Single();
        Assert.That(
            (line.GetProperty("source").GetString(), line.GetProperty("traceId").GetString()),
            Is.EqualTo(("127.0.0.1", Trace))
        );
        Assert.That(line.GetProperty("node").GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task Reinstating_OverRest_IsAudited()
    {
        var id = await Server.RegisterAsync();
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);

        await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"template":"part","identifier":"{{id}}","attributes":{"name":"back"},"reinstate":true}"""
        );

        var line = (await Server.GetAsync($"/api/v1/audit?target={id}", Role.Admin)).Items.Single();
        Assert.That(
            (line.GetProperty("action").GetString(), line.GetProperty("source").GetString()),
            Is.EqualTo(("record.reinstate", "127.0.0.1"))
        );
    }

    [Test]
    public async Task BadKeys_Many_AreOneLineAMinute()
    {
        for (var i = 0; i < 144; i++)
        {
            await Server.SendAsync("idr_bad" + i, "GET", "/api/v1/keys?" + i);
        }

        var lines = (await Server.GetAsync("/api/v1/audit?action=authentication", Role.Admin)).Items.ToList();
        Assert.That(lines, Has.Count.LessThanOrEqualTo(2), "a minute may end meanwhile");
        Assert.That(lines.Sum(l => l.GetProperty("count").GetInt64()), Is.EqualTo(144));
    }

    [Test]
    public async Task Auditor_ReadsTheAuditAndNothingElse()
    {
        Assert.That((await Server.GetAsync("/api/v1/audit", Role.Auditor)).Status, Is.EqualTo(200));
        Assert.That((await Server.GetAsync("/api/v1/keys", Role.Auditor)).Status, Is.EqualTo(403));
        Assert.That((await Server.GetAsync("/api/v1/changes", Role.Auditor)).Status, Is.EqualTo(403));
        Assert.That((await Server.GetAsync("/api/v1/audit", Role.Reader)).Status, Is.EqualTo(403));
    }
}
