using System.Text.Json;
using System.Text.Json.Nodes;
using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Server.Tests.Rest;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// Every call of REST that a partner may make shows it what the owner is shown, filtered by an <see cref="Oracle"/>; and
/// what it may not see is answered as what is not there.
/// </summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class PartnerOracleTests(bool anonymousReads) : PartnerFixture(anonymousReads)
{
    private const string Absent = TestNode.Prefix + "/N9999";

    /// <summary>
    /// The calls that a key tied to a partner may make, with the test that compares them. A call that is not here is
    /// refused.
    /// </summary>
    private static readonly Dictionary<string, string> s_allowed = new()
    {
        ["GET /api/v1/identifiers/{id}"] = nameof(Resolution_OfEachRecord_IsTheOwnersFiltered),
        ["GET /api/v1/identifiers"] = nameof(BusinessKey_FindsWhatItIsShownOf),
        ["GET /api/v1/history"] = nameof(History_OfEachRecord_IsTheOwnersFiltered),
        ["GET /api/v1/history/{id}"] = nameof(History_OfEachRecord_IsTheOwnersFiltered),
        ["GET /api/v1/search"] = nameof(Search_FindsWhatTheOwnerFindsFiltered),
        ["GET /api/v1/changes"] = nameof(Changes_AreTheOwnersFiltered),
        ["POST /api/v1/scan"] = nameof(HiddenAndAbsent_AreAnsweredAlike),
        ["GET /api/v1/qr"] = nameof(HiddenAndAbsent_AreAnsweredAlike),
        ["GET /api/v1/qr/{id}"] = nameof(HiddenAndAbsent_AreAnsweredAlike),
        ["GET /api/v1/labels"] = nameof(HiddenAndAbsent_AreAnsweredAlike),
        ["GET /api/v1/labels/{id}"] = nameof(HiddenAndAbsent_AreAnsweredAlike),
        ["GET /api/v1/labels/sheet"] = nameof(HiddenAndAbsent_AreAnsweredAlike),
        ["POST /api/v1/labels/sheet"] = nameof(HiddenAndAbsent_AreAnsweredAlike),
        // PartnerEventOracleTests and PartnerTraceOracleTests compare these.
        ["GET /api/v1/events"] = "",
        ["GET /api/v1/events/{id}"] = "",
        ["GET /api/v1/status"] = "",
        ["GET /api/v1/status/{id}"] = "",
        ["POST /api/v1/affected"] = "",
        ["GET /api/v1/trace"] = "",
        ["GET /api/v1/trace/{id}"] = "",
        // These say what kinds of items there are, and are as for every key of role partner.
        ["GET /api/v1/templates"] = "",
        ["GET /api/v1/templates/{code}"] = "",
        ["GET /api/v1/categories"] = "",
        // PartnerAuditTests hold that a partner is shown the lines of its own keys.
        ["GET /api/v1/audit"] = "",
        // PartnerApiTests hold that a partner sees itself and its own grants alone.
        ["GET /api/v1/partners"] = "",
        ["GET /api/v1/partners/{code}"] = "",
        ["GET /api/v1/grants"] = "",
        ["GET /api/v1/grants/{id}"] = "",
    };

    [Test]
    public async Task EveryCall_IsAllowedAndComparedOrRefused()
    {
        var wrong = new List<string>();
        foreach (var (call, (_, target, body)) in RoleMatrixTests.Calls)
        {
            var answer = await Server.SendAsync(
                KeyOf("all"),
                call.Split(' ')[0],
                target.Replace("ID", Identifiers[0], StringComparison.Ordinal),
                body?.Replace("ID", Identifiers[0], StringComparison.Ordinal)
            );
            if (answer.Status == 403 == s_allowed.ContainsKey(call))
            {
                wrong.Add($"{call}: {answer}");
            }
        }
        Assert.That(wrong, Is.Empty, "A call that partners may make has a row, and a test that compares it.");
    }

    [Test]
    public async Task Resolution_OfEachRecord_IsTheOwnersFiltered()
    {
        foreach (var id in Identifiers)
        {
            var owners = await OwnersAsync("/api/v1/identifiers/" + id);
            var history = (await OwnersAsync("/api/v1/history/" + id)).Items[0];
            foreach (var partner in Partners)
            {
                // The second time L1 has it rendered, and the third answer is asked for by its tag.
                for (var i = 0; i < 2; i++)
                {
                    var got = await AsAsync(partner, "/api/v1/identifiers/" + id);
                    var seen = OracleOf(partner).Seen(owners.Status == 200 ? owners.Json : history);
                    var expected = seen is null ? 404 : owners.Status;
                    Assert.That(got.Status, Is.EqualTo(expected), $"{partner} {id}: {got}");
                    if (expected == 200)
                    {
                        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(got.Text), seen), $"{partner} {id}: {got}");
                        var again = await AsAsync(
                            partner,
                            "/api/v1/identifiers/" + id,
                            ("If-None-Match", got.Header("ETag")!)
                        );
                        Assert.That(again.Status, Is.EqualTo(304));
                    }
                }
            }
        }
    }

    [Test]
    public async Task Resolution_AsAPartner_AnswersAReaderAsThePartner()
    {
        foreach (var id in Identifiers.Take(20).Append(Absent))
        {
            foreach (var partner in Partners)
            {
                var path = "/api/v1/identifiers/" + id;
                var own = await AsAsync(partner, path);
                var owners = await Server.GetAsync($"{path}?as={partner}", Role.Reader);
                Assert.That(Plain(owners, id), Is.EqualTo(Plain(own, id)), $"{partner} {id}");
            }
        }
    }

    [Test]
    public async Task Resolution_AsAPartner_IsForReadersAndPartnersThatThereAre()
    {
        var path = "/api/v1/identifiers/" + Identifiers[0];
        var unknown = await Server.GetAsync($"{path}?as=nobody", Role.Reader);

        Assert.That((unknown.Status, unknown.Code), Is.EqualTo((422, "InvalidValue")));
        Assert.That(unknown.Fields, Is.EqualTo(new[] { "as" }));
        Assert.That((await Server.GetAsync($"{path}?as=all", Role.Partner)).Status, Is.EqualTo(403));
        Assert.That((await AsAsync("none", $"{path}?as=all")).Status, Is.EqualTo(403));
        Assert.That((await Server.GetAsync($"{path}?as=all")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Tags_OfDifferentViews_AreDifferent()
    {
        foreach (var id in Identifiers.Take(40))
        {
            var tags = new Dictionary<string, string>();
            foreach (var partner in Partners)
            {
                var got = await AsAsync(partner, "/api/v1/identifiers/" + id);
                if (got.Status == 200)
                {
                    var tag = got.Header("ETag")!;
                    Assert.That(tags.TryAdd(tag, got.Text) || tags[tag] == got.Text, $"{partner} {id}");
                }
            }
        }
    }

    [Test]
    public async Task History_OfEachRecord_IsTheOwnersFiltered()
    {
        foreach (var id in Identifiers.Where((_, i) => i % 17 == 3 || i % 13 == 4 || i % 10 == 0))
        {
            var owners = (await OwnersAsync("/api/v1/history/" + id)).Items;
            foreach (var partner in Partners)
            {
                var oracle = OracleOf(partner);
                var got = await AsAsync(partner, "/api/v1/history/" + id);
                if (oracle.Found(owners[0]) is null)
                {
                    Assert.That(got.Status, Is.EqualTo(404), $"{partner} {id}: {got}");
                    continue;
                }
                Same(got.Items, owners.Select(oracle.Found), $"{partner} {id}");
            }
        }
    }

    [TestCase("")]
    [TestCase("?template=coil")]
    [TestCase("?template=coil&attr.maker=acme")]
    [TestCase("?template=coil&attr.width.from=20")]
    [TestCase("?template=part&attr.cost=1.5")]
    [TestCase("?template=part&attr.grade=A&limit=3")]
    [TestCase("?source=erp")]
    [TestCase("?source=erp&sourceKey=K4")]
    [TestCase("?limit=7")]
    public async Task Search_FindsWhatTheOwnerFindsFiltered(string query)
    {
        var owners = await AllAsync(p => OwnersAsync(p), query);
        var searched = query.Split("attr.").ElementAtOrDefault(1)?.Split('=', '.')[0];
        foreach (var partner in Partners)
        {
            var oracle = OracleOf(partner);
            if (
                searched is not null
                && !oracle.MayShow(query.Contains("=coil", StringComparison.Ordinal) ? "coil" : "part", searched)
            )
            {
                var got = await AsAsync(partner, "/api/v1/search" + query);
                var absent = new string('x', searched.Length);
                var none = await AsAsync(
                    partner,
                    "/api/v1/search" + query.Replace(searched, absent, StringComparison.Ordinal)
                );
                Assert.That(got.Status, Is.EqualTo(422), $"{partner} {query}: {got}");
                Assert.That(Plain(got, searched), Is.EqualTo(Plain(none, absent)), $"{partner} {query}");
                continue;
            }
            var expected = owners
                .Where(o => !query.Contains("source", StringComparison.Ordinal) || oracle.ShowsKeys(o))
                .Select(oracle.Found)
                .Where(o => searched is null || o?["attributes"]![searched] is not null);
            Same(await AllAsync(p => AsAsync(partner, p), query), expected, $"{partner} {query}");
        }
    }

    [Test]
    public async Task BusinessKey_FindsWhatItIsShownOf()
    {
        for (var i = 0; i < Identifiers.Count; i += 2)
        {
            var path = $"/api/v1/identifiers?source=erp&sourceKey=K{i}";
            if ((await Server.GetAsync(path, Role.Admin)) is not { Status: 200 } owners)
            {
                continue;
            }
            foreach (var partner in Partners)
            {
                var oracle = OracleOf(partner);
                var got = await AsAsync(partner, path);
                if (oracle.ShowsKeys(owners.Json))
                {
                    Same([got.Json], [oracle.Seen(owners.Json)], $"{partner} K{i}");
                    continue;
                }
                var none = await AsAsync(partner, path.Replace("=K", "=X", StringComparison.Ordinal));
                Assert.That(Plain(got, $"K{i}"), Is.EqualTo(Plain(none, $"X{i}")), partner);
            }
        }
    }

    [Test]
    public async Task Changes_AreTheOwnersFiltered()
    {
        var versions = new Dictionary<(string, long), JsonElement>();
        var now = new Dictionary<string, JsonElement>();
        foreach (var id in Identifiers)
        {
            var history = (await OwnersAsync("/api/v1/history/" + id)).Items;
            now[id] = history[0];
            foreach (var version in history)
            {
                versions[(id, version.GetProperty("version").GetInt64())] = version;
            }
        }
        var owners = (await ChangesAsync(p => OwnersAsync(p), 1_000))
            .Where(c => c.GetProperty("kind").GetString() == "record")
            .Select(c => (c.GetProperty("identifier").GetString()!, c.GetProperty("version").GetInt64()))
            .ToList();
        foreach (var partner in Partners)
        {
            var oracle = OracleOf(partner);
            foreach (var limit in new[] { 1_000, 9 })
            {
                var got = await ChangesAsync(p => AsAsync(partner, p), limit);
                Assert.That(
                    got.Select(c => (c.GetProperty("identifier").GetString()!, c.GetProperty("version").GetInt64())),
                    Is.EqualTo(
                        owners.Where(o =>
                            oracle.Found(versions[o]) is not null && oracle.Found(now[o.Item1]) is not null
                        )
                    ),
                    partner
                );
                Assert.That(got.Any(c => c.TryGetProperty("sequence", out _)), Is.False);
            }
        }
    }

    [Test]
    public async Task Changes_OfOneEntryEach_TellNothingOfWhatIsHidden()
    {
        foreach (var partner in Partners)
        {
            var first = await AsAsync(partner, "/api/v1/changes?limit=1");
            if (first.Items.Length == 0)
            {
                // Nothing is seen: the cursor stays where it was.
                Assert.That(first.Json.GetProperty("next").GetString(), Does.EndWith(".0").Or.EqualTo("0"), partner);
                continue;
            }
            var all = await ChangesAsync(p => AsAsync(partner, p), 1_000);
            var single = await ChangesAsync(p => AsAsync(partner, p), 1);
            Assert.That(single.Select(s => s.GetRawText()), Is.EqualTo(all.Select(s => s.GetRawText())), partner);
        }
    }

    [Test]
    public async Task Cache_CountsWhatItKeepsOfPartners()
    {
        var cache = Server.Services.GetRequiredService<CacheLevels>().Local;
        foreach (var id in Identifiers.Take(20))
        {
            foreach (var partner in Partners)
            {
                await AsAsync(partner, "/api/v1/identifiers/" + id);
                await AsAsync(partner, "/api/v1/identifiers/" + id);
            }
            if (cache.Find(LookupKey.Of(id).Bytes) is { Record: not null } entry)
            {
                Assert.That(entry.Charged, Is.EqualTo(entry.Bytes), id);
            }
        }
    }

    [Test]
    public async Task HiddenAndAbsent_AreAnsweredAlike()
    {
        var hidden = Identifiers.Where((_, i) => i % 4 == 0 || i % 17 == 3).ToList();
        foreach (var id in hidden)
        {
            var record = (await OwnersAsync("/api/v1/history/" + id)).Items[0];
            foreach (var partner in Partners)
            {
                var oracle = OracleOf(partner);
                foreach (var call in Probes)
                {
                    var isListed = call.Contains("/history", StringComparison.Ordinal);
                    var isSeen = (isListed ? oracle.Found(record) : oracle.Seen(record)) is not null;
                    var got = await SendAsync(partner, call, id);
                    var absent = await SendAsync(partner, call, Absent);
                    Assert.That(
                        Plain(got, id) == Plain(absent, Absent),
                        Is.EqualTo(!isSeen),
                        $"{partner} {call} {id}:\n{Plain(got, id)}\n{Plain(absent, Absent)}"
                    );
                    if (!isSeen)
                    {
                        Assert.That(got.Status, Is.EqualTo(404), $"{partner} {call} {id}");
                    }
                }
            }
        }
    }

    private static IEnumerable<string> Probes =>
        [
            "GET /api/v1/identifiers/ID",
            "GET /api/v1/identifiers?id=ID",
            "GET /api/v1/history/ID",
            "GET /api/v1/history?id=ID",
            "GET /api/v1/qr/ID.svg",
            "GET /api/v1/qr?id=ID&format=png",
            "GET /api/v1/labels/ID.zpl",
            "GET /api/v1/labels?id=ID",
            "GET /api/v1/labels/sheet?id=ID",
            "POST /api/v1/labels/sheet {\"identifiers\":[\"ID\"]}",
            "POST /api/v1/scan {\"text\":\"ID\"}",
            "POST /api/v1/scan {\"text\":\"http://node/ID\"}",
            "GET /ID",
            "HTML /ID",
            "HTML /r?id=ID",
        ];

    private Task<Answer> SendAsync(string partner, string call, string id)
    {
        var parts = call.Replace("ID", id, StringComparison.Ordinal).Split(' ', 3);
        return parts[0] == "HTML"
            ? AsAsync(partner, parts[1], ("Accept", "text/html"))
            : Server.SendAsync(KeyOf(partner), parts[0], parts[1], parts.ElementAtOrDefault(2));
    }

    /// <summary>All of an answer but the identifier asked for, the time and the trace id.</summary>
    private static string Plain(Answer answer, string asked)
    {
        var text = answer.Text;
        if (text.StartsWith('{') && answer.Json.TryGetProperty("traceId", out var trace))
        {
            text = text.Replace(trace.GetString()!, "TRACE", StringComparison.Ordinal);
        }
        text = text.Replace(asked, "ID", StringComparison.Ordinal)
            .Replace(Uri.EscapeDataString(asked), "ID", StringComparison.Ordinal);
        return $"{answer.Status}\n{answer.HeadersWithout("Date")}\n{text}";
    }

    /// <summary>All records that a search finds, page by page.</summary>
    private static async Task<List<JsonElement>> AllAsync(Func<string, Task<Answer>> getAsync, string query)
    {
        var all = new List<JsonElement>();
        for (var after = "0"; ; )
        {
            var page = await getAsync($"/api/v1/search{(query.Length == 0 ? "?" : query + "&")}after={after}");
            Assert.That(page.Status, Is.EqualTo(200), page.ToString());
            all.AddRange(page.Items);
            if (!page.Json.TryGetProperty("next", out var next))
            {
                return all;
            }
            after = next.ToString();
        }
    }

    private static async Task<List<JsonElement>> ChangesAsync(Func<string, Task<Answer>> getAsync, int limit)
    {
        var all = new List<JsonElement>();
        var after = "";
        while (true)
        {
            var page = await getAsync($"/api/v1/changes?limit={limit}{after}");
            all.AddRange(page.Items);
            var next = "&after=" + page.Json.GetProperty("next").GetString();
            if (next == after)
            {
                return all;
            }
            after = next;
        }
    }

    private static void Same(IEnumerable<JsonElement> got, IEnumerable<JsonNode?> expected, string what)
    {
        var (left, right) = (got.Select(g => JsonNode.Parse(g.GetRawText())).ToList(), expected.ToList());
        right.RemoveAll(static r => r is null);
        Assert.That(left, Has.Count.EqualTo(right.Count), what);
        for (var i = 0; i < left.Count; i++)
        {
            Assert.That(JsonNode.DeepEquals(left[i], right[i]), $"{what}: {left[i]} is not {right[i]}");
        }
    }
}
