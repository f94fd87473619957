using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;

namespace IdResolution.Server.Tests.Rest;

/// <summary>What a key that is bound to a prefix is shown, and what it changes, over REST and on pages.</summary>
[TestFixture]
public sealed class BoundKeyTests : BoundKeyFixture
{
    /// <summary>An event names items of several prefixes, so these calls are of the whole node.</summary>
    private static bool IsOfEvents(string call) =>
        call.Contains("/events", StringComparison.Ordinal)
        || call.Contains("/links", StringComparison.Ordinal)
        || call.Contains("/trace:", StringComparison.Ordinal)
        || call.Contains("/affected", StringComparison.Ordinal)
        || call.Contains("/stock", StringComparison.Ordinal)
        || call.Contains("/fulfilment", StringComparison.Ordinal)
        || call.Contains("/life", StringComparison.Ordinal)
        || call.Contains("/calibration", StringComparison.Ordinal)
        || call.Contains("/made", StringComparison.Ordinal)
        || call.Contains("/status", StringComparison.Ordinal);

    [Test]
    public async Task EveryCall_OfEveryRole_ShowsAndChangesNothingBeyondThePrefix()
    {
        var wrong = new List<string>();
        var keyId = Server.Node.Catalog.Current.Keys[0].Id;
        var grant = await Server.GrantAsync();
        foreach (var (call, (needed, target, body)) in RoleMatrixTests.Calls)
        {
            var isNamed = (target + body).Contains("ID", StringComparison.Ordinal);
            var isAudit = call == "GET /api/v1/audit";
            foreach (var role in BoundRoles)
            {
                var head = await HeadAsync();
                var method = call.Split(' ')[0];
                var answer = await BoundAsync(role, method, Filled(target), body is null ? null : Filled(body));
                var isReading = method == "GET" || call is "POST /api/v1/scan" or "POST /api/v1/labels/sheet";
                if (
                    answer.Text.Contains(Hidden, StringComparison.Ordinal)
                    // The audit says what the enterprise's own keys asked for.
                    || (!isNamed && !isAudit && answer.Text.Contains(Theirs, StringComparison.OrdinalIgnoreCase))
                    || await HeadAsync() != head
                    || (isNamed && May(role, needed) && answer.Status != (isReading && !IsOfEvents(call) ? 404 : 403))
                )
                {
                    wrong.Add($"{call} as {role}: {answer}");
                }
            }
        }
        Assert.That(wrong, Is.Empty);

        string Filled(string text) =>
            text.Replace("KEY", keyId, StringComparison.Ordinal)
                .Replace("GRANT", grant, StringComparison.Ordinal)
                .Replace("ID", Theirs, StringComparison.Ordinal);
    }

    [TestCase("/api/v1/upstream")]
    [TestCase("/api/v1/upstream/letters")]
    public async Task Upstream_IsOfTheWholeNode(string path) =>
        Assert.That((await BoundAsync(Role.Reader, "GET", path)).Status, Is.EqualTo(403));

    [Test]
    public async Task EveryCallOfAnIdentifier_BelowThePrefix_IsDoneAsWithAnyKey()
    {
        var wrong = new List<string>();
        foreach (
            var (call, (needed, target, body)) in RoleMatrixTests.Calls.Where(c =>
                (c.Value.Target + c.Value.Body).Contains("ID", StringComparison.Ordinal)
            )
        )
        {
            foreach (var role in BoundRoles.Where(role => May(role, needed)))
            {
                var id = Own + "/" + Server.NewId().Split('/')[1];
                await Server.RegisterAsync(
                    $$""" "source":"matrix","sourceKey":"{{id}}","attributes":{"name":"n"} """,
                    id
                );
                var answer = await BoundAsync(
                    role,
                    call.Split(' ')[0],
                    target.Replace("ID", id, StringComparison.Ordinal),
                    body?.Replace("ID", id, StringComparison.Ordinal)
                );
                if (IsOfEvents(call) ? answer.Status != 403 : answer.Status is not (>= 200 and < 300))
                {
                    wrong.Add($"{call} as {role}: {answer}");
                }
            }
        }
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public async Task Registration_BeyondThePrefix_Answers403NamingThePrefixOfTheKey()
    {
        foreach (
            var beyond in new[]
            {
                """{"template":"part","identifier":"88.300.1.77/N1","attributes":{"name":"n"}}""",
                """{"template":"part","identifier":"88.300.1/N1","attributes":{"name":"n"}}""",
                // The coding rule of the node gives identifiers of its first prefix.
                """{"template":"part","attributes":{"name":"n"}}""",
            }
        )
        {
            var answer = await BoundAsync(Role.Registrar, "POST", "/api/v1/identifiers", beyond);

            Assert.That((answer.Status, answer.Code), Is.EqualTo((403, "Forbidden")), beyond);
            Assert.That(answer.Json.GetProperty("detail").GetString(), Does.Contain($"the prefix {Own},"));
        }
        var batch = await BoundAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers:batch",
            """
            {"items":[
              {"template":"part","identifier":"88.300.1.77/N2","attributes":{"name":"n"}},
              {"template":"part","identifier":"88.300.1.7/N2","attributes":{"name":"n"}},
              {"template":"ours","attributes":{"name":"n"}}
            ]}
            """
        );
        Assert.That(
            batch.Items.Select(i => i.GetProperty("status").GetInt32()),
            Is.EqualTo(new[] { 403, 201, 201 }),
            batch.Text
        );
        Assert.That(batch.Items[2].GetProperty("identifier").GetString(), Does.StartWith(Own + "/O-"));
    }

    [Test]
    public async Task Identifier_BeyondThePrefix_IsAbsentWhetherRegisteredOrNot()
    {
        foreach (var id in new[] { Theirs, Other + "/none", "88.300.1/none", "88.300.9/none" })
        {
            var answer = await BoundAsync(Role.Reader, "GET", "/api/v1/identifiers/" + id);

            Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "NotFound")));
            Assert.That(
                answer.Json.GetProperty("detail").GetString(),
                Is.EqualTo($"{id} is not below {Own}, the prefix that the key is bound to.")
            );
        }
        Assert.That(
            (await BoundAsync(Role.Reader, "GET", $"/api/v1/identifiers/{Own}/none"))
                .Json.GetProperty("detail")
                .GetString(),
            Is.EqualTo($"{Own}/none is not registered.")
        );
    }

    [Test]
    public async Task PrefixesBelow_AreReached_AndThoseThatBeginAlikeAreNot()
    {
        await Server.Node.Keys.CreateAsync(
            new NewKey(Role.Reader, Prefix: Own + ".A"),
            Caller.Node,
            CancellationToken.None
        );
        var below = await Server.RegisterAsync(identifier: Own + ".A/B1");

        Assert.That(
            (await BoundAsync(Role.Reader, "GET", "/api/v1/identifiers/" + below.ToLowerInvariant())).Status,
            Is.EqualTo(200)
        );
        var found = await BoundAsync(Role.Reader, "GET", "/api/v1/search?limit=1000");
        Assert.That(found.Items.Select(IdOf), Has.Member(below).And.Member(Mine).And.All.StartsWith(Own));
        Assert.That(found.Items.Select(IdOf), Has.None.StartsWith(Other));
    }

    [Test]
    public async Task Search_PageByPage_GivesWhatIsBelowThePrefixAlone()
    {
        for (var i = 0; i < 3; i++)
        {
            await Server.RegisterAsync();
            await Server.RegisterAsync(identifier: Own + "/" + Server.NewId().Split('/')[1]);
        }
        var all = (await BoundAsync(Role.Reader, "GET", "/api/v1/search?template=part&limit=1000")).Items.Select(IdOf);

        var paged = new List<string>();
        var after = "0";
        while (true)
        {
            var page = await BoundAsync(Role.Reader, "GET", $"/api/v1/search?template=part&limit=2&after={after}");
            paged.AddRange(page.Items.Select(IdOf));
            if (!page.Json.TryGetProperty("next", out var next))
            {
                break;
            }
            after = next.GetRawText();
        }

        Assert.That(paged, Is.EqualTo(all).And.All.StartsWith(Own));
        var foreign = await BoundAsync(
            Role.Reader,
            "GET",
            $"/api/v1/search?template={Hidden}-template&attr.{Hidden}=x"
        );
        var none = await BoundAsync(Role.Reader, "GET", "/api/v1/search?template=none&attr.none=x");
        Assert.That(foreign.Status, Is.EqualTo(400).Or.EqualTo(422));
        Assert.That(
            foreign.Text.Split("\"traceId\"")[0].Replace($"{Hidden}-template", "none").Replace(Hidden, "none"),
            Is.EqualTo(none.Text.Split("\"traceId\"")[0])
        );
    }

    [Test]
    public async Task Changes_SkipWhatIsBeyondAndMoveOn()
    {
        var own = await Server.RegisterAsync(identifier: Own + "/" + Server.NewId().Split('/')[1]);
        await Server.RegisterAsync();
        var seen = new List<JsonElement>();
        var after = "";
        while (true)
        {
            var page = await BoundAsync(Role.Partner, "GET", $"/api/v1/changes?limit=5{after}");
            seen.AddRange(page.Items);
            var next = "&after=" + Uri.EscapeDataString(page.Json.GetProperty("next").GetString()!);
            if (next == after)
            {
                break;
            }
            after = next;
        }

        Assert.That(seen.Select(IdOf), Has.Member(own).And.Member(Mine));
        Assert.That(seen.Select(IdOf), Has.All.StartsWith(Own).And.None.StartsWith(Other));
        Assert.That(seen.Select(c => c.GetProperty("kind").GetString()), Has.All.EqualTo("record"));
        var head = (await HeadAsync()).ToString();
        Assert.That(Uri.UnescapeDataString(after), Does.EndWith(head), "the cursor passes what it does not show");
    }

    [Test]
    public async Task Statistics_CountWhatIsBelowThePrefix()
    {
        var own = Own + "/" + Server.NewId().Split('/')[1];
        await Server.RegisterAsync(""" "source":"counted","sourceKey":"1","attributes":{"name":"n"} """, own);
        await Server.RegisterAsync(
            """ "source":"counted","sourceKey":"1","attributes":{"name":"n"} """,
            Other + "/" + Server.NewId().Split('/')[1]
        );
        await BoundAsync(Role.Reader, "GET", "/api/v1/identifiers/" + own);

        Assert.That(await CountsAsync(BoundKey(Role.Reader)), Is.EqualTo(new[] { ("register", 1L), ("resolve", 1L) }));
        Assert.That(
            await CountsAsync(Server.KeyOf(Role.Reader)),
            Is.EqualTo(new[] { ("register", 2L), ("resolve", 1L) }),
            "one count, whatever the prefix"
        );

        async Task<IEnumerable<(string?, long)>> CountsAsync(string key) =>
            (await Server.SendAsync(key, "GET", "/api/v1/statistics?template=part"))
                .Items.Where(i => i.GetProperty("source").GetString() == "counted")
                .Select(i => (i.GetProperty("operation").GetString(), i.GetProperty("count").GetInt64()));
    }

    [Test]
    public async Task Audit_ShowsWhatBoundKeysDidAndWhatWasDoneToTheirs()
    {
        var own = Own + "/" + Server.NewId().Split('/')[1];
        await Server.RegisterAsync(identifier: own);
        await DoAsync("POST", "/api/v1/business-keys/" + own, """{"source":"erp","sourceKey":"audited"}""");
        await DoAsync("POST", "/api/v1/business-keys/" + Theirs, """{"source":"shared","sourceKey":"audited"}""");
        await BoundAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + Theirs);
        await BoundAsync(Role.Reader, "GET", "/api/v1/keys");

        var lines = new List<JsonElement>();
        var before = "0";
        while (true)
        {
            var page = await BoundAsync(Role.Auditor, "GET", $"/api/v1/audit?limit=3&before={before}");
            lines.AddRange(page.Items);
            if (!page.Json.TryGetProperty("next", out var next) || next.ValueKind == JsonValueKind.Null)
            {
                break;
            }
            before = next.GetRawText();
        }

        var shown = lines
            .Select(l =>
                (
                    Caller: l.GetProperty("caller").GetString()!,
                    Action: l.GetProperty("action").GetString()!,
                    Target: l.GetProperty("target").GetString()!
                )
            )
            .ToList();
        var bound = BoundRoles.Select(IdOfBoundKey).ToList();
        Assert.That(shown.Select(l => (l.Action, l.Target)), Has.Member(("record.key-add", $"{own} erp")));
        Assert.That(shown.Select(l => (l.Action, l.Target)), Has.Member(("prefix.home", Own)));
        Assert.That(shown.Select(l => (l.Action, l.Target)), Has.Member(("key.create", bound[0])));
        Assert.That(
            shown.Where(l => l.Caller == IdOfBoundKey(Role.Registrar)).Select(l => (l.Action, l.Target)),
            Has.Member(("DELETE identifiers", Theirs)),
            "what the enterprise's own key was denied"
        );
        Assert.That(shown.Select(l => l.Caller), Has.Member(IdOfBoundKey(Role.Reader)));
        Assert.That(
            shown.Where(l =>
                !bound.Contains(l.Caller)
                && !bound.Contains(l.Target)
                && l.Target != "ours"
                && l.Target != Own
                && !l.Target.StartsWith(Own + "/", StringComparison.Ordinal)
                && !l.Target.StartsWith(Own + ".", StringComparison.Ordinal)
            ),
            Is.Empty
        );
    }

    [Test]
    public async Task Catalog_ShowsWhatIsOfThePrefixAndOfTheNode()
    {
        Assert.That(await CodesAsync("/api/v1/templates"), Does.Contain("part").And.Contain("ours"));
        Assert.That(await CodesAsync("/api/v1/coding-rules"), Does.Contain("part").And.Contain("ours"));
        Assert.That(await CodesAsync("/api/v1/sources"), Does.Contain("shared").And.Contain("erp"));
        foreach (
            var (method, target) in new[]
            {
                ("GET", $"/api/v1/templates/{Hidden}-template"),
                ("POST", $"/api/v1/coding-rules/{Hidden}-rule/try"),
            }
        )
        {
            var answer = await BoundAsync(Role.Reader, method, target, method == "POST" ? "{}" : null);
            Assert.That(answer.Status, Is.EqualTo(404), target);
        }
        var register = await BoundAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$$"""{"template":"{{{Hidden}}}-template","identifier":"{{{Own}}}/T1","attributes":{}}"""
        );
        Assert.That((register.Status, register.Fields), Is.EqualTo((422, new[] { "template" })), register.Text);

        async Task<string[]> CodesAsync(string target)
        {
            var answer = await BoundAsync(Role.Reader, "GET", target);
            Assert.That(answer.Text, Does.Not.Contain(Hidden));
            return [.. answer.Items.Select(i => i.GetProperty("code").GetString()!)];
        }
    }

    [Test]
    public async Task SharedKeysAndUniqueValues_OfOthers_AreTakenAndNameNobody()
    {
        var id = Own + "/" + Server.NewId().Split('/')[1];
        foreach (
            var (members, code) in new[]
            {
                (""" "source":"shared","sourceKey":"S1","attributes":{"name":"n"} """, "KeyConflict"),
                (
                    $$""" "source":"shared","sourceKey":"S1","attributes":{"name":"{{Hidden}}","serial":"N1"} """,
                    "KeyConflict"
                ),
                (
                    """ "source":"erp","sourceKey":"E9","furtherKeys":[{"source":"shared","sourceKey":"S1"}],"attributes":{"name":"n"} """,
                    "KeyConflict"
                ),
                (""" "attributes":{"name":"n","serial":"N1"} """, "AlreadyExists"),
                (""" "source":"shared","sourceKey":"S1","reinstate":true,"attributes":{"name":"n"} """, "KeyConflict"),
            }
        )
        {
            var answer = await BoundAsync(
                Role.Registrar,
                "POST",
                "/api/v1/identifiers",
                $$"""{"template":"part","identifier":"{{id}}",{{members}}}"""
            );

            Assert.That((answer.Status, answer.Code), Is.EqualTo((409, code)), members + answer);
            Assert.That(answer.Text, Does.Not.Contain("X1").And.Not.Contain(Other));
        }
        await Server.RegisterAsync(identifier: id);
        var added = await BoundAsync(
            Role.Registrar,
            "POST",
            "/api/v1/business-keys/" + id,
            """{"source":"shared","sourceKey":"S1"}"""
        );
        Assert.That((added.Status, added.Code), Is.EqualTo((409, "KeyConflict")));
        Assert.That(added.Text, Does.Not.Contain("X1").And.Not.Contain(Other));
        var changed = await BoundAsync(
            Role.Registrar,
            "PATCH",
            "/api/v1/identifiers/" + id,
            """{"attributes":{"serial":"N1"}}"""
        );
        Assert.That((changed.Status, changed.Code), Is.EqualTo((409, "AlreadyExists")));
        Assert.That(changed.Text, Does.Not.Contain("X1").And.Not.Contain(Other));
        foreach (var query in new[] { "source=shared&sourceKey=S1", $"source={Hidden}-erp&sourceKey=E1" })
        {
            var found = await BoundAsync(Role.Reader, "GET", "/api/v1/identifiers?" + query);
            Assert.That((found.Status, found.Code), Is.EqualTo((404, "NotFound")));
        }
    }

    [Test]
    public async Task Tombstone_OfOthers_IsNotBroughtBack()
    {
        var theirs = Other + "/" + Server.NewId().Split('/')[1];
        await Server.RegisterAsync(""" "source":"shared","sourceKey":"S2","attributes":{"name":"n"} """, theirs);
        await DoAsync("DELETE", "/api/v1/identifiers/" + theirs);
        var head = await HeadAsync();

        foreach (var identifier in new[] { "", $$""" "identifier":"{{Own}}/R1", """ })
        {
            foreach (var template in new[] { "part", "ours" })
            {
                var answer = await BoundAsync(
                    Role.Registrar,
                    "POST",
                    "/api/v1/identifiers",
                    $$$"""{"template":"{{{template}}}",{{{identifier}}}"source":"shared","sourceKey":"S2","reinstate":true,"attributes":{"name":"n"}}"""
                );
                Assert.That(answer.Status, Is.EqualTo(403).Or.EqualTo(409), answer.Text);
                Assert.That(answer.Text, Does.Not.Contain(theirs).And.Not.Contain(Other));
            }
        }
        Assert.That(await HeadAsync(), Is.EqualTo(head));
    }

    [Test]
    public async Task Pages_WithABoundKey_ShowWhatIsBelowThePrefix()
    {
        var key = "key=" + Uri.EscapeDataString(BoundKey(Role.Reader));
        foreach (
            var (target, status) in new[]
            {
                ("/" + Theirs, 404),
                ("/r?id=" + Theirs, 404),
                ("/r?text=" + Theirs, 404),
                ("/" + Mine, 200),
                ("/r?id=" + Mine, 200),
                ("/r?text=" + Mine, 200),
            }
        )
        {
            var answer = await Server.SendBytesAsync(
                Role.Anonymous,
                "POST",
                target,
                System.Text.Encoding.UTF8.GetBytes(key),
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Accept", "text/html")
            );
            Assert.That(answer.Status, Is.EqualTo(status), target);
            Assert.That(answer.Text, Does.Not.Contain(Hidden));
            Assert.That(
                (await BoundAsync(Role.Reader, "GET", target)).Status,
                Is.EqualTo(target.Contains("text=", StringComparison.Ordinal) && status == 200 ? 303 : status),
                target
            );
        }
        Assert.That(
            (await Server.GetAsync("/" + Theirs)).Status,
            Is.EqualTo(200),
            "who has no key sees what is public"
        );
    }

    [Test]
    public async Task Key_BoundToAPrefixBelowAHomedOne_HomesIt()
    {
        var prefix = "88.300.1." + Server.NewId().Split('/')[1];
        var made = await DoAsync("POST", "/api/v1/keys", $$"""{"role":"registrar","prefix":"{{prefix}}"}""");
        var key = made.Json.GetProperty("key").GetString();
        var own = $$$"""{"template":"part","identifier":"{{{prefix}}}/1","attributes":{"name":"n"}}""";

        Assert.That((await Server.SendAsync(key, "POST", "/api/v1/identifiers", own)).Status, Is.EqualTo(201));
        Assert.That((await Server.GetAsync($"/{prefix}/1")).Status, Is.EqualTo(200));
        var lines = (await Server.GetAsync($"/api/v1/audit?target={prefix}", Role.Admin)).Items;
        Assert.That(lines.Select(l => l.GetProperty("action").GetString()), Is.EqualTo(new[] { "prefix.home" }));
        foreach (
            var bad in new[]
            {
                """{"role":"admin","prefix":"88.300.1.8"}""",
                """{"role":"reader","prefix":"88.300"}""",
                """{"role":"reader","prefix":"88.300.12"}""",
                """{"role":"reader","prefix":"88.300.1..8"}""",
            }
        )
        {
            var head = await HeadAsync();
            var refused = await Server.SendAsync(Role.Admin, "POST", "/api/v1/keys", bad);
            Assert.That((refused.Status, refused.Fields), Is.EqualTo((422, new[] { "prefix" })), bad);
            Assert.That(await HeadAsync(), Is.EqualTo(head));
        }
    }

    private static bool May(Role role, Role needed) => new Caller(role, 0, "").Is(needed);

    private static string IdOf(JsonElement item) => item.GetProperty("identifier").GetString()!;
}
