using System.Text;
using IdResolution.Core.Records;
using IdResolution.HandleProtocol.Messages;
using IdResolution.HandleProtocol.Values;
using IdResolution.Server.Tests.Rest;
using static IdResolution.Server.Tests.Handle.Http.HttpNode;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary><c>GET /api/handles/{handle}</c>.</summary>
[TestFixture]
public sealed class ResolutionTests : HttpTests
{
    private const Permissions AdminOnly = Permissions.AdminRead | Permissions.AdminWrite;

    [Test]
    public async Task Get_Handle_AnswersItsValuesInTheSpellingAskedFor()
    {
        var handle = NewHandle("-Ab");
        await KeepAsync(handle, Text(1, "URL", "https://example.cn/?a=1&b=2"), Text(2, "DESC", "电堆"));

        // The first comes from the store, the others from what is cached.
        var answers = new List<Answer>();
        for (var i = 0; i < 3; i++)
        {
            answers.Add(await SendAsync("GET", $"/api/handles/{handle.ToLowerInvariant()}"));
        }

        Assert.That(answers.Select(a => a.Text).Distinct().Count(), Is.EqualTo(1));
        var json = answers[0].Json;
        Assert.Multiple(() =>
        {
            Assert.That(answers[0].MediaType, Is.EqualTo("application/json"));
            Assert.That(answers.Select(a => a.Header("Access-Control-Allow-Origin")), Is.All.EqualTo("*"));
            Assert.That(json.EnumerateObject().Select(p => p.Name), Is.EqualTo(["responseCode", "handle", "values"]));
            Assert.That(json.GetProperty("responseCode").GetInt32(), Is.EqualTo(1));
            Assert.That(json.GetProperty("handle").GetString(), Is.EqualTo(handle.ToLowerInvariant()));
            var value = json.GetProperty("values")[0];
            Assert.That(
                value.EnumerateObject().Select(p => p.Name),
                Is.EqualTo(["index", "type", "data", "ttl", "timestamp"])
            );
            Assert.That(
                value.GetProperty("data").GetRawText(),
                Is.EqualTo("""{"format":"string","value":"https://example.cn/?a=1\u0026b=2"}""")
            );
            Assert.That(value.GetProperty("ttl").GetInt32(), Is.EqualTo(86_400));
            Assert.That(value.GetProperty("timestamp").GetString(), Does.Match("^20[0-9-]+T[0-9:]+Z$"));
            Assert.That(
                json.GetProperty("values")[1].GetProperty("data").GetProperty("value").GetString(),
                Is.EqualTo("电堆")
            );
        });
    }

    [Test]
    public async Task Get_ChangedHandle_IsNotAnsweredFromBefore()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "https://old"));
        await SendAsync("GET", $"/api/handles/{handle}");
        Assert.That((await SendAsync("GET", $"/api/handles/{handle}")).Text, Does.Contain("https://old"));

        Assert.That(
            (await AdminAsync("PUT", $"/api/handles/{handle}", $"[{Json(1, "URL", "https://new")}]")).Status,
            Is.EqualTo(200)
        );

        Assert.That((await SendAsync("GET", $"/api/handles/{handle}")).Text, Does.Contain("https://new"));
    }

    [TestCase("index=2", 2)]
    [TestCase("index=1&index=3", 1, 3)]
    [TestCase("index=1,3", 1, 3)]
    [TestCase("type=url", 1)]
    [TestCase("type=URL&index=3", 1, 3)]
    [TestCase("type=EMAIL.", 3)]
    [TestCase("auth=true&cert=true", 1, 2, 3)]
    public async Task Get_WithFilter_AnswersIndexesOrTypes(string query, params int[] expected)
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "u"), Text(2, "DESC", "d"), Text(3, "EMAIL.WORK", "e"));

        var answer = await SendAsync("GET", $"/api/handles/{handle}?{query}");
        var posted = await Server.SendAsync(
            (string?)null,
            "POST",
            $"/api/handles/{handle}",
            query,
            ("Content-Type", "application/x-www-form-urlencoded")
        );

        Assert.That(Indexes(answer), Is.EqualTo(expected));
        Assert.That(posted.Text, Is.EqualTo(answer.Text));
    }

    [Test]
    public async Task Get_NoSuchValue_IsNoErrorAndEmpty()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "u"));

        var answer = await SendAsync("GET", $"/api/handles/{handle}?index=77");

        Assert.That(
            (answer.Status, answer.Text),
            Is.EqualTo((200, $$"""{"responseCode":200,"handle":"{{handle}}","values":[]}"""))
        );
    }

    [Test]
    public async Task Get_WhatIsNotThere_AnswersTheCodeWithItsStatus()
    {
        AssertFailed(await SendAsync("GET", $"/api/handles/{Prefix}/nothing"), 404, 100);
        AssertFailed(await SendAsync("GET", "/api/handles/99.1/x"), 400, 301);
        AssertFailed(await SendAsync("GET", "/api/handles/99.1/x?doNotRefer=true"), 400, 301);
        AssertFailed(await SendAsync("GET", "/api/handles/not-a-prefix/x"), 400, 102);
        AssertFailed(await SendAsync("GET", $"/api/handles/{Prefix}/x?index=one"), 400, 4, "index");
        AssertFailed(await SendAsync("GET", $"/api/handles/{Prefix}/x?publicOnly=perhaps"), 400, 4, "publicOnly");
        AssertFailed(await SendAsync("GET", "/api/handles"), 400, 4, "prefix");
    }

    [Test]
    public async Task Get_Referral_NamesTheService()
    {
        // A prefix record of this node says who serves a prefix that is not homed here.
        await KeepAsync($"0.NA/{Prefix}", Value(5, "HS_SITE.PREFIX", new SiteRecord { Servers = [] }.ToData()));
        try
        {
            var answer = await SendAsync("GET", $"/api/handles/{Prefix}.7/x");

            Assert.That((answer.Status, CodeOf(answer)), Is.EqualTo((300, 303)), answer.ToString());
            Assert.That(answer.Json.GetProperty("referral").GetString(), Is.EqualTo($"0.NA/{Prefix}"));
            Assert.That(Indexes(answer), Is.EqualTo([5]));
            await AssertNotReferredAsync($"{Prefix}.7/x");
        }
        finally
        {
            Assert.That((await AdminAsync("DELETE", $"/api/handles/{Prefix}")).Status, Is.EqualTo(200));
        }
    }

    [TestCase("HS_SITE")]
    [TestCase("HS_SERV")]
    public async Task Get_DerivedPrefixServedElsewhere_IsReferredUnlessTheClientWantsNone(string type)
    {
        var prefix = $"{Prefix}.{type.Replace('_', 'x')}";
        var data = type == "HS_SITE" ? new SiteRecord { Servers = [] }.ToData() : "0.SERV/1"u8.ToArray();
        await KeepAsync($"0.NA/{prefix}", Value(3, type, data));

        var answer = await SendAsync("GET", $"/api/handles/{prefix}/x");

        Assert.That((answer.Status, CodeOf(answer)), Is.EqualTo((300, 302)), answer.ToString());
        Assert.That(answer.Json.GetProperty("referral").GetString(), Is.EqualTo($"0.NA/{prefix}"));
        Assert.That(Indexes(answer), Is.EqualTo([3]));
        await AssertNotReferredAsync($"{prefix}/x");
    }

    [Test]
    public async Task Get_NonPublicValues_AreForAdministratorsWhoAsk()
    {
        var handle = NewHandle();
        await KeepAsync(
            handle,
            Text(1, "URL", "u"),
            Text(2, "NOTE", "inside", AdminOnly),
            Value(300, "HS_SECKEY", "s3-of-the-test"u8.ToArray())
        );

        Assert.That(Indexes(await SendAsync("GET", $"/api/handles/{handle}")), Is.EqualTo([1]));
        Assert.That(Indexes(await SendAsync("GET", $"/api/handles/{handle}")), Is.EqualTo([1]));
        AssertFailed(await SendAsync("GET", $"/api/handles/{handle}?publicOnly=false"), 401, 402);
        AssertFailed(await StrangerAsync("GET", $"/api/handles/{handle}"), 403, 401);
        Assert.That(Indexes(await StrangerAsync("GET", $"/api/handles/{handle}?publicOnly=true")), Is.EqualTo([1]));
        var all = await AdminAsync("GET", $"/api/handles/{handle}");
        Assert.That(Indexes(all), Is.EqualTo([1, 2, 300]));
        Assert.That(
            all.Json.GetProperty("values")[2].GetProperty("data").GetProperty("value").GetString(),
            Is.EqualTo("s3-of-the-test")
        );
        Assert.That(all.Header("Cache-Control"), Is.EqualTo("no-store"));
    }

    [Test]
    public async Task Get_TemplatedRecord_IsRendered()
    {
        var handle = await Server.RegisterAsync(""" "attributes":{"name":"thing","cost":"12"} """);

        var open = await SendAsync("GET", $"/api/handles/{handle}");
        var all = await AdminAsync("GET", $"/api/handles/{handle}");

        Assert.That(Indexes(open), Is.EqualTo([1, 100, 1000, 1001, 2000]));
        Assert.That(
            open.Json.GetProperty("values")[1].GetProperty("data").GetRawText(),
            Does.Contain("\"format\":\"admin\"")
        );
        Assert.That(Indexes(all), Is.SupersetOf(Indexes(open)).And.Length.EqualTo(6));
    }

    [Test]
    public async Task Get_PrefixWithoutStoredRecord_IsRendered()
    {
        foreach (var name in new[] { Prefix, $"0.NA/{Prefix}" })
        {
            var answer = await SendAsync("GET", $"/api/handles/{name}");
            Assert.That(
                answer
                    .Json.GetProperty("values")
                    .EnumerateArray()
                    .Select(v => v.GetProperty("data").GetProperty("format").GetString()),
                Is.EqualTo(["site", "admin", "vlist"]),
                answer.ToString()
            );
        }
    }

    [TestCase("%20%e7%94%b5/a//b", " 电/a//b")]
    [TestCase("%2Fx%252F", "/x%2F")]
    [TestCase("%3Fq%23f%22", "?q#f\"")]
    [TestCase("+a%2Bb", "+a+b")]
    public async Task Get_PercentEncodedPath_IsDecodedOnce(string encoded, string decoded)
    {
        var handle = NewHandle(decoded);
        await KeepAsync(handle, Text(1, "URL", "u"));
        var path = "/api/handles/" + handle[..^decoded.Length] + encoded;

        foreach (var target in new[] { path, path.Replace($"{Prefix}/", $"{Prefix}%2f", StringComparison.Ordinal) })
        {
            var answer = await Server.RawAsync(target);
            Assert.That(
                (answer.Status, answer.Json.GetProperty("handle").GetString()),
                Is.EqualTo((200, handle)),
                answer.ToString()
            );
        }
    }

    [TestCase("/api/handles/88.300.1/../x")]
    [TestCase("/api/handles/88.300.1/%2e/x")]
    [TestCase("/api/handles/88.300.1/%zz")]
    [TestCase("/api/handles/88.300.1/%ff")]
    [TestCase("/api/handles/88.300.1/x%")]
    public async Task Get_PathThatCannotBeRead_IsRefused(string target) =>
        AssertFailed(await Server.RawAsync(target), 400, 102);

    [Test]
    public async Task Get_DotSegmentWithEncodedSlashes_IsTaken() =>
        AssertFailed(await Server.RawAsync($"/api/handles/{Prefix}%2F..%2Fx"), 404, 100);

    [Test]
    public async Task Get_AbsoluteTarget_IsTaken() =>
        AssertFailed(await Server.RawAsync($"http://node/api/handles/{Prefix}/nothing"), 404, 100);

    [Test]
    public async Task Get_Pretty_IsIndented()
    {
        var answer = await SendAsync("GET", $"/api/handles/{Admin}?pretty");

        Assert.That(answer.Text, Does.StartWith("{\n  \"responseCode\": 1").Or.StartWith("{\r\n  \"responseCode\": 1"));
    }

    [Test]
    public async Task Get_Callback_HandsTheJsonToTheFunction()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "</script>\u2028"), Text(2, "NOTE", "inside", AdminOnly));
        var plain = await SendAsync("GET", $"/api/handles/{handle}");

        var answer = await SendAsync(
            "GET",
            $"/api/handles/{handle}?callback=my.app.$show_1",
            null,
            await AuthorizationAsync(Admin)
        );

        Assert.Multiple(() =>
        {
            // Whatever credentials a browser adds, other sites' pages read what everyone may.
            Assert.That(answer.Text, Is.EqualTo($"/**/my.app.$show_1({plain.Text});"));
            Assert.That(answer.Text, Does.Not.Contain("</script>").And.Not.Contain("\u2028"));
            Assert.That(answer.MediaType, Is.EqualTo("application/javascript"));
            Assert.That(answer.Header("X-Content-Type-Options"), Is.EqualTo("nosniff"));
            Assert.That(answer.Header("Content-Disposition"), Is.EqualTo("attachment; filename=\"f.txt\""));
            Assert.That(plain.Header("Content-Disposition"), Is.Null);
        });
    }

    [TestCase("alert(1)")]
    [TestCase("a..b")]
    [TestCase("1a")]
    [TestCase("")]
    [TestCase("a%20b")]
    public async Task Get_CallbackThatIsNoName_IsRefused(string name)
    {
        var answer = await SendAsync("GET", $"/api/handles/{Admin}?callback={name}");

        AssertFailed(answer, 400, 4, "callback");
        Assert.That(answer.MediaType, Is.EqualTo("application/json"));
    }

    [TestCase("")]
    [TestCase("?index=300")]
    public async Task Head_Handle_AnswersHeadersAlone(string query)
    {
        var get = await SendAsync("GET", $"/api/handles/{Admin}{query}");
        var head = await Server.RawAsync($"/api/handles/{Admin}{query}", "HEAD");

        Assert.That(
            (head.Status, head.Header("Content-Length"), head.Body.Length),
            Is.EqualTo((200, Encoding.UTF8.GetByteCount(get.Text).ToString(), 0))
        );
    }

    [Test]
    public async Task Get_BigRecord_IsAnsweredWhole()
    {
        var handle = NewHandle();
        await KeepAsync(
            handle,
            [.. Enumerable.Range(1, 60).Select(i => Text(i, "T", new string((char)('a' + (i % 26)), 2_000)))]
        );
        var slow = await SendAsync("GET", $"/api/handles/{handle}");

        var fast = await SendAsync("GET", $"/api/handles/{handle}");

        Assert.That(fast.Text, Is.EqualTo(slow.Text));
        Assert.That(Indexes(fast), Has.Length.EqualTo(60));
    }

    [Test]
    public async Task OtherCalls_AreStillAnsweredByRest()
    {
        Assert.That(
            (await Server.GetAsync("/api/v1/identifiers/88.300.1/none")).MediaType,
            Is.EqualTo("application/problem+json")
        );
        Assert.That((await Server.GetAsync("/api/sites")).Status, Is.EqualTo(404));
        Assert.That((await Server.GetAsync("/api/sessions/other")).Status, Is.EqualTo(404));
        Assert.That((await Server.GetAsync("/healthz")).Status, Is.EqualTo(200));
    }

    /// <summary>
    /// A client that wants no referral is told that this node is not responsible, by the JSON interface and by a
    /// message.
    /// </summary>
    private static async Task AssertNotReferredAsync(string handle)
    {
        var answer = await SendAsync("GET", $"/api/handles/{handle}?doNotRefer=true");
        var message = (
            await Posts.SendAsync(Server, HandleWire.Resolution(handle, flags: OpFlags.PublicOnly | OpFlags.DoNotRefer))
        ).Single();

        AssertFailed(answer, 400, 301);
        Assert.That(answer.Json.TryGetProperty("referral", out _), Is.False, answer.ToString());
        Assert.That(message.Header.ResponseCode, Is.EqualTo(ResponseCode.NotResponsible));
    }
}
