using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Server.SnmsWire;

namespace IdResolution.Server.Tests.Snms;

/// <summary>What an identity that is bound to a prefix is shown, and what it changes, by every call.</summary>
[TestFixture]
public sealed class BoundIdentityTests : SnmsFixture
{
    private const string Own = Prefix + ".7";
    private const string Below = Own + ".A";
    private const string Other = Prefix + ".77";

    private string _token = "";

    [OneTimeSetUp]
    public async Task FillAsync()
    {
        await IdentityAsync("enterprise", Password, prefix: Own);
        await IdentityAsync("department", Password, prefix: Below);
        await IdentityAsync("other", Password, prefix: Other);
        _token = await TokenAsync("enterprise", Password);
        var other = await TokenAsync("other", Password);
        foreach (
            var (path, body) in new (string, object)[]
            {
                (SnmsPaths.TemplateV5, Template("BOX", Other)),
                (SnmsPaths.Data, Identifier(Other + "/X1", "BOX", (2000, "boxCode", "hidden"))),
            }
        )
        {
            Assert.That((await CallAsync("POST", path, body, other)).Outcome, Is.EqualTo((1, Success)));
        }
        for (var i = 0; i < 2; i++)
        {
            // The second time L1 has it rendered.
            await CallAsync("GET", SnmsPaths.Detail + "?handle=" + Other + "/X1", null, other);
        }
    }

    /// <summary>A body for each call about what is beyond the prefix.</summary>
    private static readonly (string Call, object? Body)[] s_calls =
    [
        ($"GET /snms/api/v3/template?prefix={Other}&version=BOX", null),
        ($"GET /snms/api/v5/template?prefix={Other}&version=BOX", null),
        ("POST /snms/api/v3/template", Template("NEW", Other)),
        ("POST /snms/api/v5/template", Template("NEW", Other)),
        ("PUT /snms/api/v5/template", Template("BOX", Other)),
        ("DELETE /snms/api/v3/template", new { prefix = Other, version = "BOX" }),
        ("DELETE /snms/api/v5/template", new { prefix = Other, version = "BOX" }),
        ("POST /snms/api/ent/config", new { proxyServerId = 1, entPrefixConfig = new { entPrefix = Other } }),
        ($"GET /identityv2/data/detail?handle={Other}/X1", null),
        ("POST /identityv2/data", Identifier(Other + "/N1", "BOX", (2000, "boxCode", "A"))),
        ("PUT /identityv2/data", Identifier(Other + "/X1", "BOX", (2000, "boxCode", "A"))),
        ("DELETE /identityv2/data", new { handle = Other + "/X1" }),
        ("POST /identityv2/data/batchCreate", new[] { Identifier(Other + "/N1", "BOX", (2000, "boxCode", "A")) }),
        ("PUT /identityv2/data/batchUpdate", new[] { Identifier(Other + "/X1", "BOX", (2000, "boxCode", "A")) }),
        ("DELETE /identityv2/data/batchDelete", new[] { Other + "/X1" }),
        ($"GET /snms/api/idnode/prefix?prefix={Other}", null),
        ($"GET /snms/api/idnode/identifiers?prefix={Other}", null),
        ($"GET /snms/api/idnode/identifier?handle={Other}/X1", null),
        (
            "PUT /snms/api/idnode/counts",
            new { store = "plant", counts = new[] { new { day = "2026-03-01", prefix = Other } } }
        ),
    ];

    [Test]
    public async Task EveryCall_BeyondThePrefix_ShowsAndChangesNothing()
    {
        Assert.That(
            s_calls.Select(c => c.Call.Split('?')[0]),
            Is.EquivalentTo(CallTests.GuardedCalls),
            "The table names every call and no other."
        );
        var head = await Server.Node.Log.HeadAsync(CancellationToken.None);
        foreach (var (call, body) in s_calls)
        {
            var answer = await CallAsync(call.Split(' ')[0], call.Split(' ')[1], body, _token);

            Assert.That(answer.ToString(), Does.Not.Contain("hidden"), call);
            if (call.Contains("/batch", StringComparison.Ordinal))
            {
                Assert.That(answer.Items.Select(i => i.Message), Is.EqualTo(new[] { Refusal }), call);
            }
            else if (call.Contains("/detail", StringComparison.Ordinal))
            {
                Assert.That(
                    answer.Outcome,
                    Is.EqualTo((await CallAsync("GET", SnmsPaths.Detail + $"?handle={Own}/none", null, _token)).Outcome)
                );
            }
            else
            {
                Assert.That(answer.Outcome, Is.EqualTo((-3, Refusal)), call);
            }
        }
        Assert.That(await Server.Node.Log.HeadAsync(CancellationToken.None), Is.EqualTo(head));
    }

    private static string Refusal => $"没有权限，前缀{Other}不属于当前用户";

    [Test]
    public async Task Prefixes_BelowItsOwn_AreTheIdentitys()
    {
        foreach (var prefix in new[] { Own, Below })
        {
            var identifier = Identifier(prefix + "/B1", "BOX", (2000, "boxCode", "A"));
            foreach (
                var (path, body) in new (string, object)[]
                {
                    (SnmsPaths.TemplateV5, Template("BOX", prefix)),
                    (SnmsPaths.Data, identifier),
                }
            )
            {
                Assert.That((await CallAsync("POST", path, body, _token)).Outcome, Is.EqualTo((1, Success)), prefix);
            }
            var detail = await CallAsync("GET", SnmsPaths.Detail + $"?handle={prefix}/B1", null, _token);
            Assert.That(ValuesOf(detail)[2000], Is.EqualTo("A"));
        }
        // What is above its own is beyond it.
        var department = await TokenAsync("department", Password);
        Assert.That(
            (await CallAsync("DELETE", SnmsPaths.Data, new { handle = Own + "/B1" }, department)).Status,
            Is.EqualTo(-3)
        );
    }

    [Test]
    public async Task Key_OfAnIdentity_IsBoundOverRestToo()
    {
        var made = await Server.Node.Keys.CreateAsync(
            new NewKey(Role.Registrar, "both", Prefix: Own, Secret: Password),
            Caller.Node,
            CancellationToken.None
        );

        Assert.That(
            (await Server.SendAsync(made.Value.Text, "GET", $"/api/v1/identifiers/{Other}/X1")).Status,
            Is.EqualTo(404)
        );
        var body = JsonSerializer.Serialize(
            new
            {
                template = "part",
                identifier = Other + "/R1",
                attributes = new { name = "n" },
            }
        );
        Assert.That(
            (await Server.SendAsync(made.Value.Text, "POST", "/api/v1/identifiers", body)).Status,
            Is.EqualTo(403)
        );
    }
}
