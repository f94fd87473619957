using IdResolution.HandleProtocol.Security;
using IdResolution.HandleProtocol.Values;
using static IdResolution.Server.Tests.Handle.Http.HttpNode;

namespace IdResolution.Server.Tests.Handle.Http;

/// <summary>Lists, prefixes, the site, verifications, and what browsers ask.</summary>
[TestFixture]
public sealed class ServerCallTests : HttpTests
{
    private const string Listed = Prefix + ".5";

    [Test]
    public async Task Prefix_HomedListedAndUnhomed_ByAdministratorsOfTheServer()
    {
        Assert.That(
            (await AdminAsync("POST", "/api/prefixes/88.308")).Text,
            Is.EqualTo("""{"responseCode":1,"handle":"88.308"}""")
        );
        var homed = (await AdminAsync("GET", "/api/prefixes")).Json;
        Assert.That(
            homed.GetProperty("totalCount").GetString(),
            Is.EqualTo($"{homed.GetProperty("prefixes").GetArrayLength()}")
        );
        Assert.That(
            homed.GetProperty("prefixes").EnumerateArray().Select(p => p.GetString()),
            Does.Contain("0.NA/88.308").And.Contain($"0.NA/{Prefix}")
        );
        Assert.That((await AdminAsync("PUT", "/api/handles/88.308/x", Json(1, "URL", "u"))).Status, Is.EqualTo(201));
        Assert.That(
            (await AdminAsync("DELETE", "/api/prefixes/88.308")).Text,
            Is.EqualTo("""{"responseCode":1,"handle":"88.308"}""")
        );
        AssertFailed(await SendAsync("GET", "/api/handles/88.308/x"), 400, 301);

        AssertFailed(await StrangerAsync("POST", "/api/prefixes/88.300.1.9"), 403, 400);
        AssertFailed(await SendAsync("POST", "/api/prefixes/88.300.1.9"), 401, 402);
        AssertFailed(await SendAsync("GET", "/api/prefixes"), 401, 402);
        AssertFailed(await AdminAsync("POST", "/api/prefixes/88.300.1/x"), 400, 102);
    }

    [Test]
    public async Task List_OfPrefix_ComesWholeOrInPages()
    {
        await AdminAsync("POST", $"/api/prefixes/{Listed}");
        var handles = Enumerable.Range(10, 13).Select(i => $"{Listed}/{i}").ToList();
        foreach (var handle in handles)
        {
            await KeepAsync(handle, Text(1, "URL", "u"));
        }

        var whole = await AdminAsync("GET", $"/api/handles?prefix={Listed}");
        Assert.That(
            whole.Json.EnumerateObject().Select(p => p.Name),
            Is.EqualTo(["responseCode", "prefix", "totalCount", "page", "pageSize", "handles"])
        );
        Assert.That(
            (whole.Json.GetProperty("totalCount").GetString(), whole.Json.GetProperty("prefix").GetString()),
            Is.EqualTo(("13", Listed))
        );
        Assert.That(ListedIn(whole), Is.EqualTo(handles));
        Assert.That(
            ListedIn(await AdminAsync("GET", $"/api/handles/?prefix=0.NA/{Listed}&page=1&pageSize=5")),
            Is.EqualTo(handles.Skip(5).Take(5))
        );
        // Reading on goes by where the page before ended.
        foreach (var page in new[] { 0, 1, 2, 3 })
        {
            Assert.That(
                ListedIn(await AdminAsync("GET", $"/api/handles?prefix={Listed}&page={page}&pageSize=5")),
                Is.EqualTo(handles.Skip(5 * page).Take(5)),
                $"{page}"
            );
        }
        var counted = await AdminAsync("GET", $"/api/handles?prefix={Listed}&pageSize=0");
        Assert.That(
            (counted.Json.GetProperty("totalCount").GetString(), ListedIn(counted).Count),
            Is.EqualTo(("13", 0))
        );
        Assert.That(ListedIn(await AdminAsync("GET", $"/api/handles?prefix={Listed}&page=9&pageSize=5")), Is.Empty);
    }

    [Test]
    public async Task List_WithoutRight_IsRefused()
    {
        AssertFailed(await SendAsync("GET", $"/api/handles?prefix={Prefix}"), 401, 402);
        AssertFailed(await StrangerAsync("GET", $"/api/handles?prefix={Prefix}"), 403, 400);
        AssertFailed(await AdminAsync("GET", "/api/handles?prefix=99.1"), 400, 301);
        AssertFailed(await AdminAsync("GET", $"/api/handles?prefix={Prefix}&pageSize=many"), 400, 4, "pageSize");
    }

    [Test]
    public async Task Site_IsThatOfTheNode()
    {
        var answer = (await SendAsync("GET", "/api/site")).Json;

        Assert.That(answer.EnumerateObject().Select(p => p.Name), Is.EqualTo(["responseCode", "site"]));
        Assert.That(answer.GetProperty("responseCode").GetInt32(), Is.EqualTo(1));
        var site = answer.GetProperty("site");

        Assert.That(site.GetProperty("primarySite").GetBoolean());
        Assert.That(
            site.GetProperty("servers")[0].GetProperty("interfaces")[0].GetProperty("port").GetInt32(),
            Is.EqualTo(Server.HandleEndPoint.Port)
        );
    }

    [Test]
    public async Task Verification_TellsWhetherTheProofIsRight()
    {
        var (nonce, clientNonce) = ("nonce-of-another-server"u8.ToArray(), "and of its client"u8.ToArray());
        async Task<bool> VerifiedAsync(byte[] secret)
        {
            var mac = KeyedDigest.Make(KeyedDigestKind.HmacSha1, secret, nonce, clientNonce);
            var query = string.Join(
                '&',
                new[] { ("nonce", nonce), ("cnonce", clientNonce), ("signature", mac) }.Select(p =>
                    $"{p.Item1}={Uri.EscapeDataString(Convert.ToBase64String(p.Item2))}"
                )
            );
            var answer = await SendAsync(
                "GET",
                $"/api/verifications/{SecretIndex}:{Uri.EscapeDataString(Admin)}?alg=HMAC-SHA1&{query}"
            );
            Assert.That((answer.Status, CodeOf(answer)), Is.EqualTo((200, 1)), answer.ToString());
            return answer.Json.GetProperty("verified").GetBoolean();
        }

        Assert.That(await VerifiedAsync(Secret));
        Assert.That(await VerifiedAsync("wrong"u8.ToArray()), Is.False);
        AssertFailed(await SendAsync("GET", $"/api/verifications/{Admin}"), 400, 4);
    }

    [Test]
    public async Task Preflight_AllowsEverySiteWithoutCredentials()
    {
        var answer = await SendAsync("OPTIONS", $"/api/handles/{Admin}");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(204));
            Assert.That(answer.Header("Access-Control-Allow-Origin"), Is.EqualTo("*"));
            Assert.That(
                answer.Header("Access-Control-Allow-Methods"),
                Is.EqualTo("GET, HEAD, POST, PUT, DELETE, OPTIONS")
            );
            Assert.That(
                answer.Header("Access-Control-Allow-Headers"),
                Does.Contain("Authorization").And.Contain("Content-Type")
            );
            Assert.That(answer.Header("Access-Control-Allow-Credentials"), Is.Null);
        });
    }

    [Test]
    public async Task Method_ThatACallDoesNotTake_IsRefusedWithThoseItTakes()
    {
        var answer = await SendAsync("DELETE", "/api/site");

        AssertFailed(answer, 405, 5);
        Assert.That(answer.Header("Allow"), Is.EqualTo("GET, HEAD, POST, OPTIONS"));
    }

    [Test]
    public async Task ListRight_OfThePrefixRecord_IsEnough()
    {
        const string Own = Prefix + ".6";
        await AdminAsync("POST", $"/api/prefixes/{Own}");
        await KeepAsync($"0.NA/{Own}", StrangerMay(AdminPermissions.ListHandles));
        await KeepAsync($"{Own}/x", Text(1, "URL", "u"));

        Assert.That(ListedIn(await StrangerAsync("GET", $"/api/handles?prefix={Own}")), Is.EqualTo([$"{Own}/x"]));
    }

    private static List<string?> ListedIn(Rest.Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return [.. answer.Json.GetProperty("handles").EnumerateArray().Select(h => h.GetString())];
    }
}
