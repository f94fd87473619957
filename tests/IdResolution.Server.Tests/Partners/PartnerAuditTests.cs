using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Server.Options;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Partners;

/// <summary>The audit of partners: read by the owner by item and by partner, and by a partner of its own keys.</summary>
[TestFixture]
public sealed class PartnerAuditTests : NodeFixture
{
    private const string Audit = "/api/v1/audit?limit=1000";

    private static readonly string[] s_partners = ["one", "two"];

    private protected override void Configure(NodeOptions options) => options.Access.AuditReads = true;

    [Test]
    public async Task Lines_AreThoseOfThePartner_ForTheOwnerAndForItself()
    {
        var keys = new Dictionary<string, string>();
        foreach (var partner in s_partners)
        {
            keys[partner] = await Server.PartnerAsync(partner, [Of(partner)]);
        }
        var id = await Server.RegisterAsync();
        foreach (var partner in s_partners)
        {
            await Server.SendAsync(keys[partner], "GET", "/api/v1/identifiers/" + id, null);
            await Server.SendAsync(keys[partner], "GET", "/api/v1/status/" + id, null);
            await Server.SendAsync(keys[partner], "GET", "/api/v1/keys", null);
        }
        await Server.GetAsync("/api/v1/status/" + id, Role.Reader);

        var all = Lines(await Server.GetAsync(Audit, Role.Admin));
        foreach (var partner in s_partners)
        {
            var owners = Lines(await Server.GetAsync($"{Audit}&partner={partner}", Role.Admin));
            var byItem = Lines(await Server.GetAsync($"{Audit}&partner={partner}&target={id}", Role.Admin));
            var own = await Server.SendAsync(keys[partner], "GET", Audit, null);
            var caller = owners[0].Caller;

            Assert.That(owners, Is.EqualTo(all.Where(line => line.Caller == caller)), partner);
            Assert.That(owners.Select(line => line.Action), Is.SupersetOf(new[] { "record.read", "GET status" }));
            Assert.That(byItem, Is.EqualTo(owners.Where(line => line.Target == id)), partner);
            Assert.That(
                Lines(own).Select(line => (line.Action, line.Caller)),
                Is.EqualTo(owners.Select(line => (line.Action, line.Caller))),
                partner
            );
            foreach (var line in own.Items)
            {
                Assert.That(line.GetProperty("node").GetString(), Is.Empty);
                Assert.That(line.GetProperty("id").GetInt64(), Is.GreaterThan(1_000_000), "It tells no count.");
            }
        }
    }

    [Test]
    public async Task Audit_ReadByAPartnerAgainAndAgain_WritesNoLineForEachOfItsCalls()
    {
        const int Calls = 5;
        var key = await Server.PartnerAsync("often", [Of("often")]);
        var path = "/api/v1/identifiers/" + await Server.RegisterAsync();
        var begun = DateTimeOffset.UtcNow;
        for (var i = 0; i < Calls; i++)
        {
            await Server.SendAsync(key, "GET", path, null);
            await Server.SendAsync(key, "GET", Audit, null);
        }
        var ended = DateTimeOffset.UtcNow;

        var lines = (await Server.GetAsync(Audit + "&partner=often", Role.Admin))
            .Items.Where(static line => line.GetProperty("action").GetString() == "record.read")
            .ToList();

        Assert.That(lines.Sum(static line => line.GetProperty("count").GetInt32()), Is.EqualTo(Calls));
        // One line a minute, however many minutes that took.
        Assert.That(lines, Has.Count.LessThanOrEqualTo(Math.Ceiling((ended - begun).TotalMinutes) + 1));
    }

    [Test]
    public async Task Page_GoesOnByItsNext_AndAnothersLinesAreNotAskedFor()
    {
        var key = await Server.PartnerAsync("pages", [Of("pages")]);
        for (var i = 0; i < 3; i++)
        {
            await Server.SendAsync(key, "GET", "/api/v1/identifiers/" + await Server.RegisterAsync(), null);
        }
        await Server.Node.Auditor.FlushAsync(all: true, default);
        var whole = Lines(await Server.SendAsync(key, "GET", Audit, null));
        var paged = new List<(string Caller, string Action, string Target)>();
        for (var before = ""; ; )
        {
            var page = await Server.SendAsync(key, "GET", "/api/v1/audit?limit=1" + before, null);
            paged.AddRange(Lines(page));
            if (!page.Json.TryGetProperty("next", out var next) || next.ValueKind == JsonValueKind.Null)
            {
                break;
            }
            before = "&before=" + next.GetRawText();
        }
        Assert.That(paged, Is.EqualTo(whole));
        Assert.That(paged, Has.Count.EqualTo(3));

        await Server.PartnerAsync("other", []);
        var there = await Server.SendAsync(key, "GET", Audit + "&partner=other", null);
        var absent = await Server.SendAsync(key, "GET", Audit + "&partner=nones", null);
        Assert.That((there.Status, absent.Status), Is.EqualTo((422, 422)));
        Assert.That(
            there.Text.Split("traceId")[0].Replace("other", "nones", StringComparison.Ordinal),
            Is.EqualTo(absent.Text.Split("traceId")[0])
        );
        Assert.That(
            (await Server.GetAsync(Audit + "&partner=nobody", Role.Admin)).Fields,
            Is.EqualTo(new[] { "partner" })
        );
        Assert.That((await Server.GetAsync(Audit, Role.Partner)).Status, Is.EqualTo(403));
    }

    private static List<(string Caller, string Action, string Target)> Lines(Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        return
        [
            .. answer.Items.Select(line =>
                (
                    line.GetProperty("caller").GetString()!,
                    line.GetProperty("action").GetString()!,
                    line.GetProperty("target").GetString()!
                )
            ),
        ];
    }

    private static Grant Of(string partner) =>
        new()
        {
            Id = "audit-" + partner,
            Partner = partner,
            Fields = new GrantFields { Events = ["observe"] },
            Purpose = "test",
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
}
