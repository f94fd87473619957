using IdResolution.HandleProtocol.Values;
using static IdResolution.Server.Tests.Handle.Http.HttpNode;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary><c>PUT</c> and <c>DELETE /api/handles/{handle}</c>.</summary>
[TestFixture]
public sealed class AdministrationTests : HttpTests
{
    [Test]
    public async Task Put_NewHandle_IsCreatedFromEveryFormOfBody()
    {
        foreach (
            var body in new[]
            {
                $"[{Json(1, "URL", "https://a")}]",
                $$"""{"handle":"ignored","values":[{{Json(1, "URL", "https://a")}}]}""",
                Json(1, "URL", "https://a"),
                """{"index":"1","type":"URL","data":"https://a"}""",
            }
        )
        {
            var handle = NewHandle();

            var answer = await AdminAsync("PUT", $"/api/handles/{handle}", body);

            Assert.That(
                (answer.Status, answer.Text),
                Is.EqualTo((201, $$"""{"responseCode":1,"handle":"{{handle}}"}""")),
                body
            );
            Assert.That((await SendAsync("GET", $"/api/handles/{handle}")).Text, Does.Contain("https://a"));
        }
    }

    [Test]
    public async Task Put_HandleThatExists_IsReplacedUnlessOverwriteIsFalse()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "old"), Text(2, "DESC", "old"));

        AssertFailed(
            await AdminAsync("PUT", $"/api/handles/{handle}?overwrite=false", $"[{Json(1, "URL", "new")}]"),
            409,
            101
        );
        Assert.That(
            (await AdminAsync("PUT", $"/api/handles/{handle}", $"[{Json(1, "URL", "new")}]")).Status,
            Is.EqualTo(200)
        );

        Assert.That(Indexes(await SendAsync("GET", $"/api/handles/{handle}")), Is.EqualTo([1]));
    }

    [Test]
    public async Task Put_Mint_AppendsASuffixOfItsOwn()
    {
        var beginning = $"{Prefix}/M-";

        var first = await AdminAsync(
            "PUT",
            $"/api/handles/{beginning}?overwrite=false&mintNewSuffix=true",
            Json(1, "URL", "m")
        );
        var second = await AdminAsync("PUT", $"/api/handles/{Prefix}/?mintNewSuffix=true", Json(1, "URL", "m"));

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 201)), $"{first} {second}");
        var handle = first.Json.GetProperty("handle").GetString()!;
        Assert.That(Guid.TryParseExact(handle[beginning.Length..], "D", out _));
        Assert.That((await SendAsync("GET", $"/api/handles/{handle}")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Put_WithIndex_Is201WhereNothingIsReplaced()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "one"));
        async Task<int> PutAsync(string query, params string[] values) =>
            (await AdminAsync("PUT", $"/api/handles/{handle}?{query}", $"[{string.Join(',', values)}]")).Status;

        Assert.That(await PutAsync("index=various", Json(2, "A", "2")), Is.EqualTo(201), "added, no overwrite named");
        Assert.That(await PutAsync("index=3&overwrite=true", Json(3, "A", "3")), Is.EqualTo(201), "added");
        Assert.That(await PutAsync("index=various", Json(3, "A", "4")), Is.EqualTo(200), "replaced");
        Assert.That(
            await PutAsync("index=various", Json(3, "A", "5"), Json(4, "A", "4")),
            Is.EqualTo(200),
            "one replaced, one added"
        );
    }

    [Test]
    public async Task Put_OfAnObjectThatIsNoValues_IsAProtocolErrorWithAndWithoutContentType()
    {
        AssertFailed(await AdminAsync("PUT", $"/api/handles/{NewHandle()}", "{}"), 400, 4);
        AssertFailed(await AdminAsync("PUT", $"/api/handles/{NewHandle()}?index=various", "{}"), 400, 4);
        foreach (var query in new[] { "", "?index=various" })
        {
            var bare = await Server.SendAsync(
                (string?)null,
                "PUT",
                $"/api/handles/{NewHandle()}{query}",
                "{}",
                ("Authorization", await AuthorizationAsync(HttpNode.Admin)),
                ("Content-Type", "")
            );
            AssertFailed(bare, 400, 4);
        }
    }

    [Test]
    public async Task Put_WithIndex_AddsOrReplacesThoseValues()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "one"), Text(2, "DESC", "two"));

        Assert.That(
            (
                await AdminAsync(
                    "PUT",
                    $"/api/handles/{handle}?index=various&overwrite=false",
                    $"[{Json(3, "A", "3")},{Json(4, "B", "4")}]"
                )
            ).Status,
            Is.EqualTo(201)
        );
        Assert.That(
            (
                await AdminAsync(
                    "PUT",
                    $"/api/handles/{handle}?index=1&index=5",
                    $"[{Json(5, "C", "5")},{Json(1, "URL", "uno")}]"
                )
            ).Status,
            Is.EqualTo(200)
        );
        AssertFailed(
            await AdminAsync("PUT", $"/api/handles/{handle}?index=2&overwrite=false", Json(2, "DESC", "dos")),
            409,
            201
        );
        AssertFailed(await AdminAsync("PUT", $"/api/handles/{handle}?index=2", Json(3, "A", "dos")), 400, 202, "index");
        AssertFailed(
            await AdminAsync("PUT", $"/api/handles/{handle}?index=2&mintNewSuffix=true", Json(2, "A", "dos")),
            400,
            4
        );
        AssertFailed(await AdminAsync("PUT", $"/api/handles/{handle}?index=two", Json(2, "A", "dos")), 400, 4, "index");
        AssertFailed(await AdminAsync("PUT", $"/api/handles/{handle}?index=various", "[]"), 400, 202);
        AssertFailed(
            await AdminAsync("PUT", $"/api/handles/{NewHandle()}?index=various", Json(2, "A", "dos")),
            404,
            100
        );

        var now = await SendAsync("GET", $"/api/handles/{handle}");
        Assert.That(Indexes(now), Is.EqualTo([1, 2, 3, 4, 5]));
        Assert.That(now.Text, Does.Contain("uno").And.Contain("two"));
    }

    [TestCase("1970-01-01T00:00:00Z")]
    [TestCase("2038-01-19T03:14:08Z")]
    [TestCase("2106-02-07T06:28:15Z")]
    public async Task Put_ValueWithAbsoluteTtl_IsKeptAndShownAsATime(string time)
    {
        var handle = NewHandle();

        var answer = await AdminAsync(
            "PUT",
            $"/api/handles/{handle}",
            $$"""{"index":1,"type":"URL","data":"https://a","ttl":"{{time}}"}"""
        );

        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
        var value = (await SendAsync("GET", $"/api/handles/{handle}")).Json.GetProperty("values")[0];
        var ofRest = (await Server.GetAsync($"/api/v1/identifiers/{handle}")).Json.GetProperty("values")[0];
        Assert.That(value.GetProperty("ttl").GetString(), Is.EqualTo(time));
        Assert.That(
            (ofRest.GetProperty("expires").GetString(), ofRest.TryGetProperty("ttl", out _)),
            Is.EqualTo((time.Replace("Z", ".000000Z", StringComparison.Ordinal), false))
        );
    }

    [Test]
    public async Task Delete_ValuesThenHandle_RemovesThem()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "one"), Text(2, "DESC", "two"), Text(3, "DESC", "three"));

        AssertFailed(await AdminAsync("DELETE", $"/api/handles/{handle}?index=9"), 400, 200);
        AssertFailed(await AdminAsync("DELETE", $"/api/handles/{handle}?index=all"), 400, 4);
        Assert.That(
            (await AdminAsync("DELETE", $"/api/handles/{handle}?index=2&index=3")).Text,
            Is.EqualTo($$"""{"responseCode":1,"handle":"{{handle}}"}""")
        );
        Assert.That(Indexes(await SendAsync("GET", $"/api/handles/{handle}")), Is.EqualTo([1]));
        Assert.That((await AdminAsync("DELETE", $"/api/handles/{handle}")).Status, Is.EqualTo(200));
        AssertFailed(await SendAsync("GET", $"/api/handles/{handle}"), 404, 100);
        AssertFailed(await AdminAsync("DELETE", $"/api/handles/{handle}"), 404, 100);
        Assert.That(
            (await AdminAsync("PUT", $"/api/handles/{handle}", Json(1, "URL", "again"))).Status,
            Is.EqualTo(201)
        );
    }

    [Test]
    public async Task Write_WithoutCredentials_IsChallenged()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "one"));

        foreach (
            var (method, path) in new[]
            {
                ("PUT", $"/api/handles/{handle}"),
                ("PUT", $"/api/handles/{handle}x"),
                ("PUT", $"/api/handles/{handle}?index=2"),
                ("DELETE", $"/api/handles/{handle}"),
                ("DELETE", $"/api/handles/{handle}?index=1"),
            }
        )
        {
            var answer = await SendAsync(method, path, method == "PUT" ? Json(2, "URL", "u") : null);
            AssertFailed(answer, 401, 402);
            Assert.That(
                answer.Header("WWW-Authenticate"),
                Does.Match("^Handle version=\"0\", sessionId=\"[0-9a-f]{32}\", nonce=\"[A-Za-z0-9+/]{22}==\"$")
            );
        }
        Assert.That(Indexes(await SendAsync("GET", $"/api/handles/{handle}")), Is.EqualTo([1]));
    }

    [Test]
    public async Task Write_WithoutRights_IsForbidden()
    {
        var (foreign, own) = (NewHandle(), NewHandle());
        await KeepAsync(foreign, Text(1, "URL", "one"));
        await KeepAsync(own, Text(1, "URL", "one"), StrangerMay(AdminPermissions.ModifyValue));

        AssertFailed(await StrangerAsync("PUT", $"/api/handles/{foreign}?index=1", Json(1, "URL", "u")), 403, 400);
        AssertFailed(await StrangerAsync("PUT", $"/api/handles/{NewHandle()}", Json(1, "URL", "u")), 403, 400);
        AssertFailed(await StrangerAsync("DELETE", $"/api/handles/{own}"), 403, 401);
        Assert.That(
            (await StrangerAsync("PUT", $"/api/handles/{own}?index=1", Json(1, "URL", "u"))).Status,
            Is.EqualTo(200)
        );
    }

    [TestCase(
        """[{"index":1,"type":"URL","data":"a"},{"index":2,"type":"B","data":"b"},{"index":3,"type":"C","data":{"format":"base64","value":"?"}}]""",
        202,
        "values[2].data.value"
    )]
    [TestCase("""{"values":[{"index":1,"data":"a"}]}""", 202, "values[0].type")]
    [TestCase("""{"index":"one","type":"URL","data":"a"}""", 202, "index")]
    [TestCase("""[{"index":1,"type":"URL","data":{"format":"picture","value":"a"}}]""", 202, "values[0].data.format")]
    [TestCase(
        """[{"index":1,"type":"HS_ADMIN","data":{"format":"admin","value":{"handle":"0.NA/88","index":1,"permissions":"2"}}}]""",
        202,
        "values[0].data.value.permissions"
    )]
    [TestCase("""[{"index":1,"type":"URL","data":"a","permissions":"xyz"}]""", 202, "values[0].permissions")]
    [TestCase("""[{"index":1,"type":"URL","data":"\ud800"}]""", 4, "Unicode")]
    [TestCase("""[{"index":0,"type":"URL","data":"a"}]""", 202, "index 0")]
    [TestCase("42", 4, "array")]
    [TestCase("{}", 4, "array")]
    [TestCase("""{"handle":"88.300.1/x"}""", 4, "array")]
    [TestCase("null", 4, "array")]
    [TestCase("{", 4, "JSON")]
    [TestCase("", 4, "JSON")]
    public async Task Put_BodyThatCannotBeTaken_NamesTheField(string body, int code, string field) =>
        AssertFailed(await AdminAsync("PUT", $"/api/handles/{NewHandle()}", body), 400, code, field);

    [Test]
    public async Task Put_SameIndexTwice_Conflicts() =>
        AssertFailed(
            await AdminAsync("PUT", $"/api/handles/{NewHandle()}", $"[{Json(1, "URL", "a")},{Json(1, "URL", "b")}]"),
            409,
            201
        );

    [Test]
    public async Task Put_DeepOrLongBody_IsRefusedAtItsBound()
    {
        AssertFailed(
            await AdminAsync("PUT", $"/api/handles/{NewHandle()}", new string('[', 100_000)),
            400,
            4,
            "levels"
        );
        AssertFailed(
            await AdminAsync("PUT", $"/api/handles/{NewHandle()}", Json(1, "URL", new string('x', (1 << 20) + 1))),
            413,
            4
        );
    }

    [Test]
    public async Task Put_ByTwoClientsAtOnce_LosesNothing()
    {
        var handle = NewHandle();
        await KeepAsync(handle, Text(1, "URL", "one"));
        var authorizations = new List<string>();
        for (var i = 0; i < 16; i++)
        {
            authorizations.Add(await AuthorizationAsync(Admin));
        }

        var answers = await Task.WhenAll(
            authorizations.Select(
                (a, i) => SendAsync("PUT", $"/api/handles/{handle}?index={i + 2}", Json(i + 2, "N", $"{i}"), a)
            )
        );

        Assert.That(answers.Select(a => a.Status), Is.All.EqualTo(201));
        Assert.That(Indexes(await SendAsync("GET", $"/api/handles/{handle}")), Is.EqualTo(Enumerable.Range(1, 17)));
    }

    [Test]
    public async Task Put_EveryFormatOfData_ComesBackAsItWas()
    {
        const string Body = """
            [{"index":1,"type":"B","data":{"format":"base64","value":"AP8="},"ttl":60,"permissions":"1111","references":[{"handle":"88.300.1/x","index":4}]},
             {"index":100,"type":"HS_ADMIN","data":{"format":"admin","value":{"handle":"0.NA/88.300.1","index":200,"permissions":"011111111111"}},"ttl":86400},
             {"index":200,"type":"HS_VLIST","data":{"format":"vlist","value":[{"handle":"88.300.1/ADMIN","index":300}]},"ttl":86400}]
            """;
        var handle = NewHandle();

        Assert.That((await AdminAsync("PUT", $"/api/handles/{handle}", Body)).Status, Is.EqualTo(201));

        var values = (await SendAsync("GET", $"/api/handles/{handle}")).Text;
        foreach (
            var part in new[]
            {
                """{"format":"base64","value":"AP8="},"permissions":"1111","ttl":60""",
                """[{"handle":"88.300.1/x","index":4}]""",
                """{"format":"admin","value":{"handle":"0.NA/88.300.1","index":200,"permissions":"011111111111"}}""",
                """{"format":"vlist","value":[{"handle":"88.300.1/ADMIN","index":300}]}""",
            }
        )
        {
            Assert.That(values, Does.Contain(part));
        }
    }
}
