using IdResolution.Core.Access;
using IdResolution.Core.Administration;

namespace IdResolution.Server.Tests.Rest;

/// <summary>
/// Every call leaves a line where it is refused, every call of administration where it is done, and no call another.
/// </summary>
[TestFixture]
public sealed class AuditedCallTests : NodeFixture
{
    /// <summary>
    /// What each call that changes something writes: an action, or in brackets why nothing. A new call needs a line.
    /// </summary>
    private static readonly Dictionary<string, string> s_acts = new()
    {
        ["POST /api/v1/identifiers"] = "(in the change log)",
        ["POST /api/v1/identifiers:batch"] = "(in the change log)",
        ["PATCH /api/v1/identifiers"] = "(in the change log)",
        ["PATCH /api/v1/identifiers/{id}"] = "(in the change log)",
        ["DELETE /api/v1/identifiers"] = "(in the change log)",
        ["DELETE /api/v1/identifiers/{id}"] = "(in the change log)",
        ["POST /api/v1/events"] = "(in the change log)",
        ["POST /api/v1/events:batch"] = "(in the change log)",
        ["POST /api/v1/links"] = "(in the change log)",
        ["POST /api/v1/links:batch"] = "(in the change log)",
        ["POST /api/v1/trace:rollup"] = "(reads)",
        ["POST /api/v1/affected"] = "(reads)",
        ["POST /api/v1/trace:common"] = "(reads)",
        ["POST /api/v1/scan"] = "(reads)",
        ["POST /api/v1/stock:count"] = "(reads)",
        ["POST /api/v1/labels/sheet"] = "(reads)",
        ["POST /api/v1/coding-rules:try"] = "(reads)",
        ["POST /api/v1/coding-rules/{code}/try"] = "(reads)",
        ["POST /api/v1/business-keys"] = "record.key-add ID added",
        ["POST /api/v1/business-keys/{id}"] = "record.key-add ID added",
        ["DELETE /api/v1/business-keys"] = "record.key-remove ID matrix",
        ["DELETE /api/v1/business-keys/{id}"] = "record.key-remove ID matrix",
        ["POST /api/v1/sources"] = "source.save matrix-source",
        ["POST /api/v1/templates"] = "template.save matrix",
        ["POST /api/v1/templates/{code}/publish"] = "template.publish matrix",
        ["POST /api/v1/templates/{code}/withdraw"] = "template.withdraw matrix",
        ["POST /api/v1/templates/{code}/copy"] = "template.copy part matrix-copy",
        ["POST /api/v1/templates:import"] = "pack.import audited",
        ["POST /api/v1/categories"] = "category.save matrix",
        ["POST /api/v1/coding-rules"] = "coding-rule.save matrix",
        ["POST /api/v1/keys"] = "key.create *",
        ["DELETE /api/v1/keys/{id}"] = "key.revoke KEY",
        ["PUT /api/v1/enterprises/{prefix}/route"] = "route.save " + TestNode.Prefix,
        ["POST /api/v1/partners"] = "partner.save matrix",
        ["POST /api/v1/grants"] = "grant.create *",
        ["DELETE /api/v1/grants/{id}"] = "grant.end GRANT",
        ["POST /api/v1/upstream/letters:retry"] = "upstream.retry all",
        ["POST /api/v1/upstream/letters:drop"] = "upstream.drop all",
    };

    /// <summary>Calls that do nothing more where the matrix makes them.</summary>
    private static readonly Dictionary<string, (string Target, string Body)> s_others = new()
    {
        ["POST /api/v1/templates/{code}/publish"] = ("/api/v1/templates/matrix/publish", ""),
        ["POST /api/v1/templates/{code}/withdraw"] = ("/api/v1/templates/matrix/withdraw", ""),
        ["POST /api/v1/templates"] = (
            "/api/v1/templates",
            """{"code":"matrix","attributes":[{"code":"a","type":"text"}]}"""
        ),
        ["POST /api/v1/templates:import"] = (
            "/api/v1/templates:import",
            """{"pack":"audited","categories":[{"code":"imported"}]}"""
        ),
    };

    [Test]
    public void EveryCallThatWrites_IsInTheTable() =>
        Assert.That(
            s_acts.Keys,
            Is.EquivalentTo(RoleMatrixTests.Calls.Keys.Where(c => !c.StartsWith("GET", StringComparison.Ordinal)))
        );

    [Test]
    public async Task EveryCall_Done_LeavesItsActOrNothing()
    {
        var trail = new AuditTrail(Server);
        foreach (var (call, (needed, matrixTarget, matrixBody)) in RoleMatrixTests.Calls)
        {
            var (target, body) = s_others.TryGetValue(call, out var other) ? other : (matrixTarget, matrixBody);
            var id = Server.NewId();
            await Server.RegisterAsync($$""" "source":"matrix","sourceKey":"{{id}}","attributes":{"name":"n"} """, id);
            var made = await Server.Node.Keys.CreateAsync(new NewKey(Role.Reader), Caller.Node, default);
            var seen = await Server.ObserveAsync(id);
            var grant = await Server.GrantAsync();
            string Fill(string text) =>
                text.Replace("ID", id, StringComparison.Ordinal)
                    .Replace("KEY", made.Value.Key.Id, StringComparison.Ordinal)
                    .Replace("EVENT", seen, StringComparison.Ordinal)
                    .Replace("GRANT", grant, StringComparison.Ordinal);
            await trail.BeginAsync();

            var answer = await Server.SendAsync(
                needed,
                call.Split(' ')[0],
                Fill(target),
                body is null or "" ? null : Fill(body),
                trail.Header
            );

            Assert.That(answer.Status, Is.InRange(200, 299), $"{call}: {answer}");
            var act = s_acts.TryGetValue(call, out var written) ? Fill(written) : "(reads)";
            var lines = await trail.LinesAsync();
            if (act.EndsWith('*'))
            {
                act = act[..^1] + answer.Json.GetProperty("id").GetString();
            }
            Assert.That(
                lines.Select(l => $"{l.Kind} {l.Outcome} {l.Action} {l.Target}"),
                Is.EqualTo(act[0] == '(' ? [] : new[] { $"Act done {act}" }),
                call
            );
            Assert.That(lines.Select(l => (l.Source, l.Trace)), Is.All.EqualTo(("127.0.0.1", trail.Trace)), call);
        }
    }

    [TestCase("PATCH", "/api/v1/identifiers/ID", """{"values":[VALUE]}""")]
    [TestCase("POST", "/api/v1/identifiers", """{"identifier":"NEW","values":[VALUE]}""")]
    [TestCase("POST", "/api/v1/identifiers:batch", """{"items":[{"identifier":"NEW","values":[VALUE]}]}""")]
    public async Task Rights_WrittenByRegistrars_LeaveADenialAndByAdminsAnAct(string method, string target, string body)
    {
        var trail = new AuditTrail(Server);
        foreach (var type in new[] { "HS_SECKEY", "HS_PUBKEY", "HS_ADMIN", "HS_VLIST", "HS_SITE", "HS_NA_DELEGATE" })
        {
            var id = method == "PATCH" ? await Server.RegisterAsync() : Server.NewId();
            string Fill(string text) =>
                text.Replace("ID", id, StringComparison.Ordinal)
                    .Replace("NEW", id, StringComparison.Ordinal)
                    .Replace(
                        "VALUE",
                        $$"""{"index":300,"type":"{{type}}","data":"theirs and theirs"}""",
                        StringComparison.Ordinal
                    );
            await trail.BeginAsync();

            await Server.SendAsync(Role.Registrar, method, Fill(target), Fill(body), trail.Header);
            Assert.That(
                (await trail.LinesAsync()).Select(l => (l.Kind, l.Outcome, l.Trace, l.Source)),
                Is.EqualTo([(AuditKind.Denial, "Forbidden", trail.Trace, "127.0.0.1")]),
                type
            );

            await Server.SendAsync(Role.Admin, method, Fill(target), Fill(body), trail.Header);
            Assert.That(
                (await trail.LinesAsync()).Select(l => (l.Kind, l.Action, l.Target, l.Outcome, l.Trace, l.Source)),
                Is.EqualTo([(AuditKind.Act, "record.rights", id, "done", trail.Trace, "127.0.0.1")]),
                type
            );

            await Server.SendAsync(Role.Admin, method, Fill(target), Fill(body), trail.Header);
            Assert.That(await trail.LinesAsync(), Is.Empty, "nothing has changed");

            await Server.SendAsync(Role.Admin, "DELETE", "/api/v1/identifiers/" + id);
            Assert.That(
                (await trail.LinesAsync()).Select(l => (l.Action, l.Target)),
                Is.EqualTo([("record.rights", id)]),
                "its rights are over"
            );
        }
    }

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
    public async Task EveryCallRefused_ThatNamesAnIdentifierInItsUrl_HasItAsTarget()
    {
        // What stands in a body is not known: that of a refused call is not read. A network has only so many lines a
        // minute, and other tests have written some.
        await using var node = await TestNode.StartAsync();
        var trail = new AuditTrail(node);
        foreach (var (call, (needed, target, body)) in RoleMatrixTests.Calls)
        {
            if (needed == Role.Anonymous || !target.Contains("ID", StringComparison.Ordinal))
            {
                continue;
            }
            var id = node.NewId();
            await trail.BeginAsync();

            var answer = await node.SendAsync(
                (string?)null,
                call.Split(' ')[0],
                target.Replace("ID", id, StringComparison.Ordinal),
                body
            );

            var lines = await trail.LinesAsync();
            Assert.That(lines.Select(l => l.Target), Is.EqualTo([id]), $"{call}: {answer}");
        }
    }

    [TestCase("/api/v1/events/3f2504e0-4f89-11d3-9a0c-0305e82c3301")]
    [TestCase("/api/v1/events?item=plain-text")]
    public async Task Denial_OfWhatIsNoIdentifier_HasNoTarget(string target)
    {
        var trail = new AuditTrail(Server);
        await trail.BeginAsync();

        await Server.GetAsync(target);

        Assert.That((await trail.LinesAsync()).Select(l => (l.Kind, l.Target)), Is.EqualTo([(AuditKind.Denial, "")]));
    }

    [TestCase("/ID")]
    [TestCase("/r?id=ID")]
    [TestCase("/trace?id=ID")]
    public async Task WrongKey_PostedToAPage_IsAnAuthentication(string target)
    {
        var trail = new AuditTrail(Server);
        await trail.BeginAsync();

        var answer = await PostAsync(target, await Server.RegisterAsync(), "idr_wrong", trail);

        Assert.That(answer.Status, Is.EqualTo(401));
        Assert.That(
            (await trail.LinesAsync()).Select(l => (l.Kind, l.Caller, l.Action, l.Target, l.Source, l.Trace)),
            Is.EqualTo([(AuditKind.Denial, "anonymous", Auditor.Authentication, "", "127.0.0.1", trail.Trace)])
        );
    }

    [Test]
    public async Task Denial_OfAKeyPostedToAPage_NamesTheKey()
    {
        var id = await Server.RegisterAsync();
        var made = await Server.Node.Keys.CreateAsync(new NewKey(Role.Partner), Caller.Node, default);
        var trail = new AuditTrail(Server);
        await trail.BeginAsync();

        var answer = await PostAsync("/trace?id=ID", id, made.Value.Text, trail);

        Assert.That(answer.Status, Is.EqualTo(403));
        Assert.That(
            (await trail.LinesAsync()).Select(l => (l.Kind, l.Caller, l.Target, l.Outcome, l.Source, l.Trace)),
            Is.EqualTo([(AuditKind.Denial, made.Value.Key.Id, id, "Forbidden", "127.0.0.1", trail.Trace)])
        );
    }

    private Task<Answer> PostAsync(string target, string id, string key, AuditTrail trail) =>
        Server.SendAsync(
            (string?)null,
            "POST",
            target.Replace("ID", id, StringComparison.Ordinal),
            "key=" + key,
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "text/html"),
            trail.Header
        );

    [TestCase("events:batch", 1)]
    [TestCase("events", 1)]
    public async Task Correction_OfAnotherKeysEvent_LeavesADenial(string call, int lines)
    {
        var seen = await Server.ObserveAsync(await Server.RegisterAsync());
        var made = await Server.Node.Keys.CreateAsync(new NewKey(Role.Registrar), Caller.Node, default);
        var correction = $$"""{"type":"correct","time":"2026-03-02T00:00:00Z","corrects":"{{seen}}","reason":"r"}""";
        var isBatch = call.EndsWith("batch", StringComparison.Ordinal);
        var trail = new AuditTrail(Server);
        await trail.BeginAsync();

        var answer = await Server.SendAsync(
            made.Value.Text,
            "POST",
            "/api/v1/" + call,
            isBatch ? $$"""{"items":[{{correction}}]}""" : correction,
            trail.Header
        );

        Assert.That(answer.Text, Does.Contain("Forbidden"));
        var denied = await trail.LinesAsync();
        Assert.That(
            denied.Select(l => (l.Kind, l.Caller, l.Outcome, l.Source, l.Trace)),
            Is.EqualTo([(AuditKind.Denial, made.Value.Key.Id, "Forbidden", "127.0.0.1", trail.Trace)])
        );
        if (isBatch)
        {
            Assert.That((denied[0].Action, denied[0].Target), Is.EqualTo(("event.correct", seen)));
        }
        Assert.That(denied, Has.Count.EqualTo(lines));
    }

    [Test]
    public async Task HoldReleaseAndCorrection_AreFoundByWhatTheyAreAbout()
    {
        var id = await Server.RegisterAsync();
        var other = Server.NewId();
        var hold = await TakeAsync($$""" "type":"hold","items":["{{id}}","{{other}}"],"reason":"r" """);
        var release = await TakeAsync($$""" "type":"release","items":["{{id}}"],"reason":"r" """);
        var correction = await TakeAsync($$""" "type":"correct","corrects":"{{release}}","reason":"r" """);

        var about = (await Server.GetAsync("/api/v1/audit?target=" + id, Role.Auditor)).Items.Select(One);
        var corrected = (await Server.GetAsync("/api/v1/audit?target=" + correction, Role.Auditor)).Items.Select(One);
        var longer = (await Server.GetAsync("/api/v1/audit?target=" + id[..^1], Role.Auditor)).Items;

        Assert.That(about, Is.EqualTo([("event.release", $"{id} {release}"), ("event.hold", $"{id} {hold} +1")]));
        Assert.That(corrected, Is.EqualTo([("event.correct", correction)]));
        Assert.That(longer, Is.Empty);

        static (string?, string?) One(System.Text.Json.JsonElement line) =>
            (line.GetProperty("action").GetString(), line.GetProperty("target").GetString());
    }

    private async Task<string> TakeAsync(string members)
    {
        var taken = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"time":"2026-03-01T08:00:00Z",{{members}}}"""
        );
        Assert.That(taken.Status, Is.EqualTo(201), taken.ToString());
        return taken.Json.GetProperty("event").GetString()!;
    }

    [TestCase("GET", "/api/v1/KEYS", "GET keys")]
    [TestCase("GET", "/API/v1/Keys", "GET keys")]
    [TestCase("POST", "/api/v1/TEMPLATES:import", "POST templates:import")]
    public async Task Denial_InAnotherCaseOfLetters_HasTheNameOfItsCall(string method, string target, string action)
    {
        var trail = new AuditTrail(Server);
        await trail.BeginAsync();

        var answer = await Server.RawAsync(target, method, $"{trail.Header.Name}: {trail.Header.Value}\r\n");

        Assert.That((await trail.LinesAsync()).Select(l => l.Action), Is.EqualTo([action]), answer.ToString());
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
