using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Grpc;

namespace IdResolution.Server.Tests.Rest;

/// <summary>The field for an identifier on the pages, and the sheet of scanner settings.</summary>
[TestFixture]
public sealed class ScanFieldTests : NodeFixture
{
    private static readonly (string, string) s_html = ("Accept", "text/html");

    [TestCase("{0} ")]
    [TestCase(" {0}\t")]
    [TestCase("http://id.example.com/{0}?lang=zh")]
    [TestCase("id.example.com/{0}")]
    [TestCase("]Q1{0}")]
    [TestCase("\uFEFF{0}\u200E")]
    [TestCase("SN {0}; 5")]
    public async Task Field_WhatPeopleAndScannersSend_LeadsToThePage(string form)
    {
        var id = await Server.RegisterAsync();

        var answer = await AskAsync(string.Format(null, form, id));
        Assert.That((answer.Status, answer.Header("Location")), Is.EqualTo((303, "/" + id)), answer.Text);
        Assert.That((await Server.GetAsync(answer.Header("Location")!, headers: s_html)).Status, Is.EqualTo(200));
    }

    [TestCase("hello & <b>", 400, "holds no identifier")]
    [TestCase("(01)09506000134352(21)NONE", 404, "No item is registered")]
    [TestCase("88.300.1&amp;ABC", 400, "keyboard layout")]
    public async Task Field_NothingFound_KeepsWhatWasTyped_AndSaysWhatIsWrong(string text, int status, string reason)
    {
        var page = await AskAsync(text);

        Assert.That(page.Status, Is.EqualTo(status));
        Assert.That(page.Text, Does.Contain(reason));
        Assert.That(page.Text, Does.Contain($"value=\"{System.Net.WebUtility.HtmlEncode(text)}\""));
    }

    [Test]
    public async Task Field_Chinese_StaysChinese()
    {
        var id = await Server.RegisterAsync();

        var answer = await Server.GetAsync($"/r?text={Uri.EscapeDataString(id)}&lang=zh", headers: s_html);

        Assert.That(answer.Header("Location"), Is.EqualTo($"/{id}?lang=zh"));
    }

    [Test]
    public async Task Field_IdentifierThatNoPathHolds_LeadsToR()
    {
        var id = $"88.300.1/a//{Guid.NewGuid():N}";
        await Server.RegisterAsync(identifier: id);

        Assert.That((await AskAsync(id)).Header("Location"), Is.EqualTo("/r?id=" + Uri.EscapeDataString(id)));
    }

    [TestCase(1, "]Q188.300.1/Test-Qz_0:{1}", "text is right", "]Q1 is sent")]
    [TestCase(1, "88.300.1/tEST-qZ_0:{1}", "Caps Lock", "No AIM identifier")]
    [TestCase(1, "]Q1８８．３００．１／Ｔｅｓｔ－Ｑｚ＿０：｛１｝", "input method", "]Q1 is sent")]
    [TestCase(1, "88.300.1-TestßQy?0:{1}", "keyboard layout", "No AIM identifier")]
    [TestCase(2, "]Q1TEST-A{GS}B-END", "text is right", "]Q1 is sent")]
    [TestCase(2, "]Q1TEST-AB-END", "separator GS got lost", "]Q1 is sent")]
    [TestCase(3, "]Q2\\000026TEST 标识 é", "text is right", "]Q2 is sent")]
    [TestCase(3, "TEST æ ‡è¯† Ã©", "driver to UTF-8", "No AIM identifier")]
    [TestCase(3, "", "Nothing was received", "Scan into this field")]
    public async Task Scanners_WhatATestSends_NamesTheSetting(int test, string text, string finding, string other)
    {
        var page = await Server.GetAsync(
            $"/scanners?test={test}&text={Uri.EscapeDataString(text)}",
            headers: [s_html, ("Accept-Language", "en")]
        );

        Assert.That(page.Status, Is.EqualTo(200));
        Assert.That(page.Text, Does.Contain(finding).And.Contain(other));
        Assert.That(page.Text.Split("data:image/svg").Length - 1, Is.EqualTo(3));
    }

    [Test]
    public async Task Scanners_IsLinkedFromTheHomePage_AndCheckedCodesHoldWhatTheyAreComparedWith()
    {
        Assert.That((await Server.GetAsync("/", headers: s_html)).Text, Does.Contain("href=\"/scanners\""));
        var sheet = await Server.GetAsync("/scanners?lang=zh", headers: s_html);
        Assert.That(sheet.Text, Does.Contain("扫描器设置").And.Contain("{GS}"));
    }

    [Test]
    public async Task Mistyped_IsSaidByEveryFrontEnd_WithWhatMayBeMeant()
    {
        var right = await GivenAsync();
        var wrong = "88.300.1/" + right["88.300.1/".Length..].Replace('0', 'O');
        var swapped = $"{right[..^2]}{right[^1]}{right[^2]}";

        foreach (var path in new[] { "/api/v1/identifiers/", "/" })
        {
            var answer = await Server.GetAsync(path + wrong);
            Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "Mistyped")), answer.Text);
            Assert.That(answer.Json.GetProperty("proposals")[0].GetString(), Is.EqualTo(right));
        }
        var scan = await Server.SendAsync(Role.Anonymous, "POST", "/api/v1/scan", $$"""{"text":"]d1{{wrong}}\r\n"}""");
        Assert.That((scan.Status, scan.Code), Is.EqualTo((404, "Mistyped")));
        Assert.That(scan.Text, Does.Contain($"\"proposals\":[\"{right}\"]"));
        var page = await Server.GetAsync("/" + wrong, headers: [s_html, ("Accept-Language", "en")]);
        Assert.That(page.Status, Is.EqualTo(404));
        Assert.That(page.Text, Does.Contain("Mistyped").And.Contain("href=\"/r?id=" + Uri.EscapeDataString(right)));
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + swapped)).Code, Is.EqualTo("Mistyped"));
        var misread = $"{right[..^1]}{(right[^1] == 'A' ? 'B' : 'A')}";
        foreach (
            var (method, call, body) in new[]
            {
                ("PATCH", "identifiers/{0}", """{"attributes":{"name":"n"}}"""),
                ("DELETE", "identifiers/{0}", null),
                ("GET", "history/{0}", null),
                ("GET", "status/{0}", null),
                ("GET", "trace/{0}", null),
                ("GET", "life/{0}", null),
                ("GET", "calibration?item={0}", null),
                ("GET", "fulfilment/{0}", null),
                ("GET", "events?item={0}", null),
                ("GET", "events?place={0}", null),
                ("GET", "events?equipment={0}", null),
                ("GET", "made?equipment={0}", null),
                ("GET", "quality?by=step&equipment={0}", null),
                ("GET", "stock?item={0}", null),
                ("GET", "stock?place={0}", null),
                ("GET", "stock?within={0}", null),
                ("POST", "trace:rollup", """{"root":"{0}","function":"sum","measurement":"x"}"""),
                ("POST", "stock:count", """{"place":"{0}","scans":["88.300.1/x"]}"""),
                ("GET", "qr/{0}.svg", null),
                ("GET", "labels/{0}.zpl", null),
                ("POST", "business-keys/{0}", """{"source":"mes","sourceKey":"K"}"""),
                ("DELETE", "business-keys/{0}?source=mes&sourceKey=K", null),
            }
        )
        {
            foreach (var (asked, meant) in new[] { (wrong, right), (swapped, right), (misread, null) })
            {
                var sent = body?.Replace("{0}", asked, StringComparison.Ordinal);
                var answer = await Server.SendAsync(Role.Registrar, method, PathOf(call, asked), sent);
                Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "Mistyped")), $"{method} {call} {asked}");
                Assert.That(ProposalsOf(answer), Is.EqualTo(meant is null ? [] : new[] { meant }), $"{method} {call}");
            }
            var stranger = await Server.SendAsync(Role.Anonymous, method, PathOf(call, wrong), body);
            var isOpen =
                call.StartsWith("qr", StringComparison.Ordinal) || call.StartsWith("labels", StringComparison.Ordinal);
            Assert.That(
                (stranger.Status, ProposalsOf(stranger).Length),
                Is.EqualTo(isOpen ? (404, 1) : (401, 0)),
                $"{method} {call}"
            );
        }
        var handle = await Server.GetAsync("/api/handles/" + wrong);
        Assert.That((handle.Status, handle.Json.GetProperty("responseCode").GetInt32()), Is.EqualTo((404, 100)));
        Assert.That(handle.Json.GetProperty("message").GetString(), Does.Contain("mistyped").And.Contain(right));
        Assert.That((await Server.GetAsync("/api/v1/identifiers/88.300.1/by-hand")).Code, Is.EqualTo("NotFound"));
    }

    [Test]
    public async Task Mistyped_IsSaidByEveryMethodOfGrpc()
    {
        var right = await GivenAsync();
        var wrong = "88.300.1/" + right["88.300.1/".Length..].Replace('0', 'O');
        using var client = new RawGrpc(Server.GrpcEndPoint);

        foreach (
            var (method, request) in new (string, IMessage)[]
            {
                ("Resolver/Scan", new V1.ScanRequest { Text = wrong }),
                ("Resolver/Resolve", new V1.ResolveRequest { Identifier = wrong }),
                ("Registry/Revoke", new V1.RevokeRequest { Identifier = wrong }),
                ("Traceability/GetStatus", new V1.GetStatusRequest { Identifier = wrong }),
                ("Traceability/ListEvents", new V1.ListEventsRequest { Item = wrong }),
                ("Traceability/Trace", new V1.TraceRequest { Identifier = wrong }),
                ("Equipment/GetLife", new V1.GetLifeRequest { Identifier = wrong }),
                ("Equipment/ListCalibration", new V1.ListCalibrationRequest { Item = wrong }),
                ("Warehouse/GetFulfilment", new V1.GetFulfilmentRequest { Identifier = wrong }),
                ("Labels/RenderQr", new V1.RenderQrRequest { Identifier = wrong }),
            }
        )
        {
            using var refused = await client.SendAsync(
                "idresolution.v1." + method,
                request,
                Server.KeyOf(Role.Registrar)
            );
            await refused.Content.ReadAsByteArrayAsync();
            var details = refused
                .Headers.Concat(refused.TrailingHeaders)
                .First(h => h.Key == "grpc-status-details-bin");
            var encoded = details.Value.Single();
            var status = Google.Rpc.Status.Parser.ParseFrom(
                Convert.FromBase64String(encoded.PadRight((encoded.Length + 3) / 4 * 4, '='))
            );
            Assert.That(status.Code, Is.EqualTo(5), method);
            Assert.That(status.Details[0].Unpack<ErrorInfo>().Reason, Is.EqualTo("MISTYPED"), method);
            Assert.That(
                status.Details[1].Unpack<ResourceInfo>(),
                Is.EqualTo(new ResourceInfo { ResourceType = "proposal", ResourceName = right }),
                method
            );
        }
    }

    [Test]
    public async Task Mistyped_NamedByAnEvent_IsAFindingOfTheTrace()
    {
        var right = await GivenAsync();
        var misread = $"{right[..^1]}{(right[^1] == 'A' ? 'B' : 'A')}";
        var other = Server.NewId();
        var body = $$"""{"from":"{{other}}","type":"consumes","to":"{{misread}}","time":"2026-03-01T08:00:00Z"}""";
        Assert.That((await Server.SendAsync(Role.Registrar, "POST", "/api/v1/links", body)).Status, Is.EqualTo(201));

        var trace = await Server.GetAsync($"/api/v1/trace/{other}", Role.Reader);

        var finding = trace.Json.GetProperty("findings").EnumerateArray().Single(f => CodeOf(f) == "mistyped");
        Assert.That(finding.GetProperty("identifiers").GetRawText(), Is.EqualTo($"[\"{misread}\"]"));

        static string? CodeOf(JsonElement finding) => finding.GetProperty("code").GetString();
    }

    [Test]
    public async Task Mistyped_NamedByAnEvent_IsSaidInItsAnswer()
    {
        var right = await GivenAsync();
        var wrong = "88.300.1/" + right["88.300.1/".Length..].Replace('0', 'O');
        var (other, place) = (Server.NewId(), Server.NewId());
        foreach (
            var (call, body) in new[]
            {
                (
                    "events",
                    $$"""{"type":"move","items":["{{wrong}}"],"place":"{{place}}","time":"2026-03-01T08:00:00Z"}"""
                ),
                (
                    "events",
                    $$"""{"type":"move","items":["{{other}}"],"place":"{{wrong}}","time":"2026-03-01T08:00:00Z"}"""
                ),
                (
                    "events",
                    $$"""{"type":"observe","items":["{{other}}"],"equipment":["{{wrong}}"],"time":"2026-03-01T08:00:00Z"}"""
                ),
                (
                    "links",
                    $$"""{"from":"{{other}}","type":"consumes","to":"{{wrong}}","time":"2026-03-01T08:00:00Z"}"""
                ),
            }
        )
        {
            var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/" + call, body);
            Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
            AssertMistyped(answer.Json, wrong, right);
        }
        var batch = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events:batch",
            $$"""{"items":[{"type":"observe","items":["{{right}}"],"time":"2026-03-01T08:00:00Z"},{"type":"observe","items":["{{wrong}}","{{wrong}}"],"time":"2026-03-01T08:00:00Z"}]}"""
        );
        var items = batch.Json.GetProperty("items");
        Assert.That(items[0].TryGetProperty("findings", out _), Is.False);
        AssertMistyped(items[1], wrong, right);

        var many = string.Join(',', "ACDEFGHJKLMN".Where(c => c != right[^1]).Select(c => $"\"{right[..^1]}{c}\""));
        var first = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/events",
            $$"""{"type":"observe","items":[{{many}}],"time":"2026-03-01T08:00:00Z"}"""
        );
        Assert.That(first.Json.GetProperty("findings").GetArrayLength(), Is.EqualTo(10), first.Text);

        using var client = new RawGrpc(Server.GrpcEndPoint);
        var recorded = await client.CallAsync(
            "idresolution.v1.Traceability/Record",
            new V1.Event
            {
                Type = V1.EventType.Observe,
                Items = { new V1.Thing { Identifier = wrong } },
                Time = "2026-03-01T08:00:00Z",
            },
            V1.RecordedEvent.Parser,
            Server.KeyOf(Role.Registrar)
        );
        Assert.That(recorded.Findings.Single().Code, Is.EqualTo("mistyped"));
    }

    [TestCase("""{"do":"install","into":"WRONG"}""", "UnknownThing")]
    [TestCase("""{"do":"use","equipment":["WRONG"]}""", "UnknownThing")]
    [TestCase("""{"do":"move","place":"WRONG"}""", "UnknownThing")]
    [TestCase("""{"do":"ship","order":"WRONG"}""", "UnknownOrder")]
    public async Task Mistyped_NamedByAnIntent_IsSaidAsReason(string intent, string reason)
    {
        var right = await GivenAsync();
        var wrong = "88.300.1/" + right["88.300.1/".Length..].Replace('0', 'O');
        var item = await Server.RegisterAsync();

        var answer = await Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/scan",
            $$"""{"text":"{{item}}","intent":{{intent.Replace("WRONG", wrong)}}}"""
        );

        var told = answer.Json.GetProperty("reasons").EnumerateArray().Single();
        Assert.That(told.GetProperty("code").GetString(), Is.EqualTo(reason));
        Assert.That(told.GetProperty("message").GetString(), Does.Contain("mistyped").And.Contain(right));
    }

    [Test]
    public async Task Mistyped_RegisteredAsGiven_IsTakenAndSaid()
    {
        var right = await GivenAsync();
        var wrong = "88.300.1/" + right["88.300.1/".Length..].Replace('0', 'O');
        var swapped = $"{right[..^1]}{(right[^1] == 'A' ? 'B' : 'A')}";

        var answer = await RegisterAsync(wrong);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        AssertMistyped(answer.Json, wrong, right);
        // What was answered is taken back as the same, and then it is registered and no finding any more.
        var again = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/identifiers", answer.Text);
        Assert.That((again.Status, again.Json.TryGetProperty("findings", out _)), Is.EqualTo((200, false)), again.Text);
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + wrong)).Text, Does.Not.Contain("findings"));

        var batch = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers:batch",
            $$$"""{"items":[{"template":"part","identifier":"{{{swapped}}}","attributes":{"name":"n"}},{"template":"part","identifier":"{{{Server.NewId()}}}","attributes":{"name":"n"}}]}"""
        );
        var items = batch.Json.GetProperty("items");
        AssertMistyped(items[0], swapped, null);
        Assert.That(items[1].TryGetProperty("findings", out _), Is.False, "a number of one's own is none");

        using var client = new RawGrpc(Server.GrpcEndPoint);
        var record = await client.CallAsync(
            "idresolution.v1.Registry/Register",
            new V1.RegisterRequest
            {
                Template = "part",
                Identifier = $"{right[..^1]}{(right[^1] == 'C' ? 'D' : 'C')}",
                Attributes = new Struct { Fields = { ["name"] = Value.ForString("n") } },
            },
            V1.Record.Parser,
            Server.KeyOf(Role.Registrar)
        );
        Assert.That(record.Findings.Single().Message, Does.Contain("mistyped"));
    }

    private Task<Answer> RegisterAsync(string identifier) =>
        Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$$"""{"template":"part","identifier":"{{{identifier}}}","attributes":{"name":"n"}}"""
        );

    private static void AssertMistyped(JsonElement answer, string identifier, string? meant)
    {
        var finding = answer.GetProperty("findings").EnumerateArray().Single();
        Assert.That(finding.GetProperty("code").GetString(), Is.EqualTo("mistyped"));
        Assert.That(finding.GetProperty("message").GetString(), Does.Contain(identifier).And.Contain(meant ?? "fit"));
    }

    /// <summary>An identifier that a rule with a check character gave.</summary>
    private async Task<string> GivenAsync()
    {
        var given = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            """{"template":"part","attributes":{"name":"given"}}"""
        );
        return given.Json.GetProperty("identifier").GetString()!;
    }

    private static string PathOf(string call, string identifier) => "/api/v1/" + string.Format(null, call, identifier);

    private static string[] ProposalsOf(Answer answer) =>
        answer.Json.TryGetProperty("proposals", out var proposals)
            ? [.. proposals.EnumerateArray().Select(p => p.GetString()!)]
            : [];

    private Task<Answer> AskAsync(string text) =>
        Server.GetAsync("/r?text=" + Uri.EscapeDataString(text), headers: [s_html, ("Accept-Language", "en")]);
}
