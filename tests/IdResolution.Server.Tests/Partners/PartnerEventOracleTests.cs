using System.Text.Json;
using System.Text.Json.Nodes;
using IdResolution.Core.Access;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Partners;

/// <summary>
/// What partners are shown of events and of the status of items is what the owner is shown, filtered by an
/// <see cref="EventOracle"/>; and what they may not see is answered as what is not there.
/// </summary>
[TestFixture]
public sealed class PartnerEventOracleTests : PartnerPlantFixture
{
    private const string NoEvent = "00000000-0044-86c3-9be9-e0e45adf45ec";

    private static readonly string[] s_status = ["items", "outputs", "children"];

    [TestCase("")]
    [TestCase("?limit=7")]
    [TestCase("?order=desc&limit=11")]
    [TestCase("?type=ship")]
    [TestCase("?type=inspect&limit=3")]
    [TestCase("?from=2026-01-01T02:00:00Z&to=2026-01-01T06:00:00Z")]
    public async Task List_IsTheOwnersFiltered(string query)
    {
        var owners = await AllAsync(OwnersAsync, Events + query);
        Assert.That(owners, Is.Not.Empty);
        var all = await EventsAsync();
        foreach (var partner in Partners)
        {
            var oracle = OracleOf(partner);
            var seen = owners.Count(one => oracle.Seen(one, all.Find) is not null);
            Assert.That(
                query.Length > 0 || seen < owners.Count == partner is not "all",
                "A partner that sees all or nothing tells nothing of the rules."
            );
            Assert.That(query.Length > 0 || seen > 0 == partner is not ("none" or "over" or "gaps"), partner);
            await SameAsync(
                await AllAsync(p => AsAsync(partner, p), Events + query),
                owners.Select(one => oracle.Seen(one, all.Find)),
                partner,
                query
            );
        }
    }

    [TestCase("item")]
    [TestCase("place")]
    [TestCase("equipment")]
    public async Task List_OfAnItem_IsTheOwnersFiltered_AndOfAHiddenOneThatOfAnAbsentOne(string parameter)
    {
        var all = await EventsAsync();
        foreach (var id in Items.Where((_, i) => i % 3 == 0))
        {
            var path = $"{Events}?{parameter}={id}";
            var owners = await AllAsync(OwnersAsync, path);
            foreach (var partner in Partners)
            {
                var oracle = OracleOf(partner);
                if (oracle.Sees(id))
                {
                    await SameAsync(
                        await AllAsync(p => AsAsync(partner, p), path),
                        owners.Select(one => oracle.Seen(one, all.Find)),
                        partner,
                        path
                    );
                    continue;
                }
                var got = await AsAsync(partner, path);
                var absent = await AsAsync(partner, $"{Events}?{parameter}={Absent}");
                Assert.That(got.Status, Is.EqualTo(404), $"{partner} {path}: {got}");
                Assert.That(Plain(got, id), Is.EqualTo(Plain(absent, Absent)), $"{partner} {path}");
            }
        }
    }

    [Test]
    public async Task List_OfATextOrOfWhatNobodyRegistered_IsThatOfAnAbsentOne()
    {
        foreach (var partner in Partners)
        {
            foreach (
                var (asked, absent) in new[]
                {
                    ("place=dock", "place=nowhere"),
                    ($"item={TestNode.Prefix}/unknown1", $"item={TestNode.Prefix}/unknownX"),
                    ("source=mes&sourceKey=E0", "source=mes&sourceKey=E1"),
                }
            )
            {
                var got = await AsAsync(partner, $"{Events}?{asked}");
                var none = await AsAsync(partner, $"{Events}?{absent}");
                Assert.That(got.Status, Is.EqualTo(404), $"{partner} {asked}: {got}");
                Assert.That(
                    Plain(got, asked.Split('=')[^1]),
                    Is.EqualTo(Plain(none, absent.Split('=')[^1])),
                    $"{partner} {asked}"
                );
            }
        }
    }

    [Test]
    public async Task EachEvent_IsTheOwnersFiltered_OrThatOfAnAbsentOne()
    {
        var all = await EventsAsync();
        foreach (var owners in all.List)
        {
            var id = owners.GetProperty("event").GetString()!;
            foreach (var partner in Partners)
            {
                var seen = OracleOf(partner).Seen(owners, all.Find);
                var got = await AsAsync(partner, $"{Events}/{id}");
                var asked = await Server.GetAsync($"{Events}/{id}?as={partner}", Role.Reader);
                Assert.That(Plain(asked, id), Is.EqualTo(Plain(got, id)), $"{partner} {id}");
                if (seen is not null)
                {
                    await SameAsync([got.Json], [seen], partner, id);
                    var told = got.Json.GetProperty("event").GetString()!;
                    Assert.That((await AsAsync(partner, $"{Events}/{told}")).Text, Is.EqualTo(got.Text), id);
                    continue;
                }
                var absent = await AsAsync(partner, $"{Events}/{NoEvent}");
                Assert.That(got.Status, Is.EqualTo(404), $"{partner} {id}: {got}");
                Assert.That(Plain(got, id), Is.EqualTo(Plain(absent, NoEvent)), $"{partner} {id}");
            }
        }
    }

    [Test]
    public async Task Status_SaysWhatTheEventsSayThatAreSeen()
    {
        var all = await EventsAsync();
        foreach (var id in Items)
        {
            var owners = (await OwnersAsync("/api/v1/status/" + id)).Json;
            foreach (var partner in Partners)
            {
                var got = await AsAsync(partner, "/api/v1/status/" + id);
                var asked = await Server.GetAsync($"/api/v1/status/{id}?as={partner}", Role.Reader);
                Assert.That(Plain(asked, id), Is.EqualTo(Plain(got, id)), $"{partner} {id}");
                if (OracleOf(partner).Sees(id))
                {
                    await SameAsync([got.Json], [StatusOf(id, owners, partner, all)], partner, id);
                    continue;
                }
                var absent = await AsAsync(partner, "/api/v1/status/" + Absent);
                Assert.That(got.Status, Is.EqualTo(404), $"{partner} {id}: {got}");
                Assert.That(Plain(got, id), Is.EqualTo(Plain(absent, Absent)), $"{partner} {id}");
            }
        }
    }

    [Test]
    public async Task Affected_AreTheOwnersFiltered_AndAllElseIsLeftOut()
    {
        var all = await EventsAsync();
        string[] asked = [.. Items, Absent, $"{TestNode.Prefix}/unknown1", "no identifier"];
        var body = JsonSerializer.Serialize(new { items = asked });
        var owners = (await Server.SendAsync(Role.Reader, "POST", "/api/v1/affected", body)).Items.ToList();
        Assert.That(owners, Is.Not.Empty);
        foreach (var partner in Partners)
        {
            var oracle = OracleOf(partner);
            var expected = owners
                .Where(one => oracle.Sees(one.GetProperty("identifier").GetString()))
                .Select(one =>
                {
                    var item = JsonNode.Parse(one.GetRawText())!.AsObject();
                    var holds = item["holds"]!
                        .AsArray()
                        .Where(hold =>
                            all.Find((string)hold!["event"]!) is { } placed && oracle.Seen(placed, all.Find) is not null
                        )
                        .Select(hold =>
                        {
                            var shown = hold!.DeepClone().AsObject();
                            shown.Remove("reason");
                            return (JsonNode)shown;
                        });
                    item["holds"] = new JsonArray([.. holds]);
                    return item;
                })
                .Where(item => item["holds"]!.AsArray().Count > 0);
            var got = await Server.SendAsync(KeyOf(partner), "POST", "/api/v1/affected", body);
            Assert.That(got.Status, Is.EqualTo(200), got.ToString());
            await SameAsync(got.Items, expected, partner, "affected");
            var path = "/api/v1/affected?as=" + partner;
            var seen = await Server.SendAsync(Role.Reader, "POST", path, body);
            Assert.That(seen.Text, Is.EqualTo(got.Text), partner);
        }
    }

    [Test]
    public async Task Affected_NamedManyTimes_HasItsHoldsOnce()
    {
        var held = (
            await Server.SendAsync(
                Role.Reader,
                "POST",
                "/api/v1/affected",
                JsonSerializer.Serialize(new { items = Items })
            )
        ).Items[0];
        var id = held.GetProperty("identifier").GetString()!;
        var many = JsonSerializer.Serialize(new { items = Enumerable.Repeat(id, 300) });

        var answer = await Server.SendAsync(Role.Reader, "POST", "/api/v1/affected", many);

        Assert.That(answer.Items, Has.Length.EqualTo(300));
        Assert.That(
            answer.Items.Select(one => one.GetProperty("holds").GetRawText()),
            Is.All.EqualTo(held.GetProperty("holds").GetRawText())
        );
    }

    [Test]
    public async Task Affected_TakesTenThousand_AndNoMore()
    {
        string Body(int count) =>
            JsonSerializer.Serialize(new { items = Enumerable.Range(0, count).Select(i => $"{TestNode.Prefix}/s{i}") });

        var most = await Server.SendAsync(KeyOf("all"), "POST", "/api/v1/affected", Body(10_000));
        var more = await Server.SendAsync(KeyOf("all"), "POST", "/api/v1/affected", Body(10_001));
        var keys = await Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/affected",
            """{"items":["K1","K2"],"source":"mes"}"""
        );

        Assert.That((most.Status, most.Items.Length), Is.EqualTo((200, 0)), most.ToString());
        Assert.That((more.Status, more.Code), Is.EqualTo((413, "TooLarge")), more.ToString());
        Assert.That((keys.Status, keys.Items.Length), Is.EqualTo((200, 0)), keys.ToString());
    }

    [Test]
    public async Task Ids_OfEvents_TellNotHowManyThereAre_AndAreOfOnePartnerAlone()
    {
        var (all, packs) = (await IdsAsync("all"), await IdsAsync("packs"));
        foreach (var (id, told) in packs)
        {
            Assert.That(told, Is.Not.EqualTo(id).And.Not.EqualTo(all[id]));
            Assert.That((await AsAsync("all", $"{Events}/{told}")).Status, Is.EqualTo(404));
            Assert.That((await Server.GetAsync($"{Events}/{told}", Role.Admin)).Status, Is.EqualTo(404));
        }
        // In the order in which they were made, the first digits of the owner's ids go up.
        var digits = packs.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value[..13]).ToList();
        Assert.That(digits, Is.Not.Ordered);
        Assert.That(digits, Is.Unique);
    }

    [Test]
    public async Task Cursors_TellNoNumber_AndAreOfOnePartnerAlone()
    {
        var first = await AsAsync("all", Events + "?limit=5");
        var next = first.Json.GetProperty("next").GetString()!;
        var again = (await AsAsync("all", Events + "?limit=5")).Json.GetProperty("next").GetString()!;

        Assert.That(again, Is.Not.EqualTo(next), "Equal ones would tell that nothing was written meanwhile.");
        Assert.That(again, Has.Length.EqualTo(next.Length));
        foreach (var cursor in new[] { next[..^2] + "AA", "1.2.3.4", "!" })
        {
            var refused = await AsAsync("all", $"{Events}?after={cursor}");
            Assert.That((refused.Status, refused.Code), Is.EqualTo((422, "InvalidValue")), refused.ToString());
        }
        Assert.That((await AsAsync("packs", $"{Events}?after={next}")).Status, Is.EqualTo(422));
    }

    [Test]
    public async Task Page_OfAnItem_TellsItsStoryToWhoSeesIt_AndNoHiddenName()
    {
        foreach (var partner in Partners)
        {
            var oracle = OracleOf(partner);
            foreach (var id in Items.Where(id => id.Contains("/pack", StringComparison.Ordinal)))
            {
                var page = await Server.SendAsync(KeyOf(partner), "GET", "/" + id, null, ("Accept", "text/html"));
                foreach (var other in Items.Where(other => other != id && !oracle.Sees(other)))
                {
                    Assert.That(page.Text, Does.Not.Contain(other + "<").And.Not.Contain(other + "\n"), partner);
                }
            }
        }
    }

    private JsonObject StatusOf(
        string id,
        JsonElement owners,
        string partner,
        (List<JsonElement> List, Func<string, JsonElement?> Find) all
    )
    {
        var oracle = OracleOf(partner);
        var own = all
            .List.AsEnumerable()
            .Reverse()
            .Where(one => one.GetProperty("status").GetString() == "active")
            .Where(one => oracle.Shows(id, EventOracle.TypeOf(one)))
            .Where(one => Array.Exists(s_status, member => EventOracle.NamesIn(one, member).Contains(id)))
            .ToList();
        var status = new JsonObject
        {
            ["identifier"] = id,
            ["template"] = owners.GetProperty("template").GetString(),
            ["registered"] = true,
            ["balance"] = new JsonArray(),
            ["lacks"] = new JsonArray(),
        };
        if (PlaceOf(id, own) is { } at)
        {
            status["place"] = oracle.Sees(at) ? at : null;
        }
        if (
            owners.TryGetProperty("parent", out var parent)
            && oracle.LinksOf(id).Contains("contains")
            && oracle.LinksOf(parent.GetString()!).Contains("contains")
        )
        {
            status["parent"] = parent.GetString();
            status["position"] = owners.TryGetProperty("position", out var position) ? position.GetString() : null;
        }
        status["disposition"] = own.Select(DispositionOf).FirstOrDefault(static d => d is not null);
        var holds = owners
            .GetProperty("holds")
            .EnumerateArray()
            .Where(hold =>
                all.Find(hold.GetProperty("event").GetString()!) is { } one && oracle.Seen(one, all.Find) is not null
            )
            .Select(hold =>
            {
                var shown = JsonNode.Parse(hold.GetRawText())!.AsObject();
                shown.Remove("reason");
                return (JsonNode)shown;
            })
            .ToArray();
        status["held"] = holds.Length > 0;
        status["holds"] = new JsonArray(holds);
        status["lastEvent"] = own.Count == 0 ? null : JsonNode.Parse(own[0].GetProperty("time").GetRawText());
        foreach (var absent in status.Where(m => m.Value is null).Select(m => m.Key).ToList())
        {
            status.Remove(absent);
        }
        return status;
    }

    /// <summary>The place by events, the latest first; a shipment without one ends it, until the item is back.</summary>
    private static string? PlaceOf(string id, List<JsonElement> own)
    {
        var isBack = false;
        foreach (var one in own)
        {
            if (one.TryGetProperty("place", out _))
            {
                return EventOracle.NamesIn(one, "place").FirstOrDefault();
            }
            var type = EventOracle.TypeOf(one);
            if (type == "ship" && !isBack)
            {
                return null;
            }
            isBack |=
                type is "receive" or "commission" or "disassemble" || EventOracle.NamesIn(one, "outputs").Contains(id);
        }
        return null;
    }

    private static string? DispositionOf(JsonElement one)
    {
        if (one.TryGetProperty("disposition", out var said))
        {
            return said.GetString();
        }
        return EventOracle.TypeOf(one) switch
        {
            "commission" => "active",
            "ship" => "in_transit",
            "receive" => "in_progress",
            _ => null,
        };
    }
}
