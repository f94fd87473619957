using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Snms;
using IdResolution.Server.Http;
using IdResolution.Server.SnmsWire;
using IdResolution.Server.Tests.Attacks;
using IdResolution.Server.Tests.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Snms;

/// <summary>What all calls have in common: who may make them, and what is noted of them.</summary>
[TestFixture]
public sealed class CallTests : SnmsFixture
{
    /// <summary>The calls of section 2 of the sheet that a node serves, with the lowest role of each.</summary>
    private static readonly (string Call, Role Needed)[] s_calls =
    [
        ("POST /identity/token", Role.Anonymous),
        ("POST /identity/token/v1", Role.Anonymous),
        ("GET /snms/api/v3/template", Role.Partner),
        ("POST /snms/api/v3/template", Role.Registrar),
        ("DELETE /snms/api/v3/template", Role.Registrar),
        ("GET /snms/api/v5/template", Role.Partner),
        ("POST /snms/api/v5/template", Role.Registrar),
        ("PUT /snms/api/v5/template", Role.Registrar),
        ("DELETE /snms/api/v5/template", Role.Registrar),
        ("POST /snms/api/ent/config", Role.Registrar),
        ("GET /identityv2/data/detail", Role.Partner),
        ("POST /identityv2/data", Role.Registrar),
        ("POST /identityv2/data/batchCreate", Role.Registrar),
        ("PUT /identityv2/data", Role.Registrar),
        ("PUT /identityv2/data/batchUpdate", Role.Registrar),
        ("DELETE /identityv2/data", Role.Registrar),
        ("DELETE /identityv2/data/batchDelete", Role.Registrar),
        // Not of the sheet: what nodes of this kind below ask.
        ("GET /snms/api/idnode/prefix", Role.Registrar),
        ("GET /snms/api/idnode/identifiers", Role.Registrar),
        ("GET /snms/api/idnode/identifier", Role.Registrar),
        ("PUT /snms/api/idnode/counts", Role.Registrar),
    ];

    internal static IEnumerable<string> GuardedCalls =>
        s_calls.Where(c => c.Needed != Role.Anonymous).Select(c => c.Call);

    [Test]
    public async Task Calls_OfWhoTakesNoAnswers_AreRefusedInTheEnvelope()
    {
        var value = new string('v', 48 << 10);
        var id = Server.NewId();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$"""{"identifier":"{{id}}","values":[{"index":1,"type":"NOTE","data":"{{value}}"}]}"""
        );
        Assert.That(made.Status, Is.EqualTo(201));
        var detail = SnmsPaths.Detail + "?handle=" + Uri.EscapeDataString(id);
        var held = Server.Services.GetRequiredService<HeldAnswers>();
        var context = new DefaultHttpContext();
        context.SetCaller(Server.Services.GetRequiredService<SnmsTokens>().Find(Token)!);
        Assert.That((await CallAsync("GET", detail)).Outcome, Is.EqualTo((1, Success)));
        using (new HeldShare(held, context, HeldAnswers.MostOfKey))
        {
            var refused = await CallAsync("GET", detail);
            Assert.That(refused.Message, Does.Contain("长应答"));
            Assert.That(refused.Http.Header("Retry-After"), Is.EqualTo("1"));
            var change = await CallAsync("DELETE", SnmsPaths.Data + "?handle=" + Uri.EscapeDataString(id));
            Assert.That(change.Message, Does.Contain("长应答"));
        }
        Assert.That((await CallAsync("GET", detail)).Outcome, Is.EqualTo((1, Success)), "it was not revoked");
    }

    [Test]
    public void Calls_OfTheSheet_AreAllServedWithNameAndRole()
    {
        var served = Server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<CallName>()?.FrontEnd == "snms")
            .Select(e =>
                (
                    $"{e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {e.RoutePattern.RawText}",
                    e.Metadata.GetMetadata<RoleNeededAttribute>()!.Role
                )
            );

        Assert.That(served, Is.EquivalentTo(s_calls));
    }

    [TestCaseSource(nameof(GuardedCalls))]
    public async Task Call_WithoutToken_IsNotLoggedInAndNoted(string call)
    {
        var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);

        var answer = await CallAsync(method, path, method == "GET" ? null : "{", token: null);
        var stale = await CallAsync(method, path, method == "GET" ? null : "{", token: "stale");

        Assert.That((answer.Outcome, stale.Outcome), Is.EqualTo(((-1, "没有登录"), (-1, "没有登录"))));
        Assert.That(answer.Data.ValueKind, Is.EqualTo(JsonValueKind.Null));
        await Server.Node.Auditor.FlushAsync(all: true, CancellationToken.None);
        var lines = (await Server.GetAsync("/api/v1/audit?outcome=Unauthenticated&limit=1000", Role.Admin)).Items;
        Assert.That(lines.Select(l => l.GetProperty("action").GetString()), Has.Some.StartsWith("snms "));
    }

    [TestCaseSource(nameof(GuardedCalls))]
    public async Task Call_ByARoleThatIsTooLow_HasNoPermission(string call)
    {
        var needed = s_calls.Single(c => c.Call == call).Needed;
        var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
        foreach (var role in new[] { Role.Partner, Role.Reader, Role.Registrar, Role.Admin })
        {
            var user = role.ToString();
            if (Server.Node.Catalog.Current.KeyTable.FindUser(user) is null)
            {
                await IdentityAsync(user, Password, role);
            }
            var answer = await CallAsync(method, path, method == "GET" ? null : "{}", await TokenAsync(user, Password));
            Assert.That(
                answer.Status,
                Is.EqualTo(new Caller(role, 0, "").Is(needed) ? -2 : -3),
                $"{call} as {role}: {answer}"
            );
        }
    }

    [Test]
    public async Task Prefixes_OfOthers_HaveNoPermissionAndAreNoted()
    {
        await using var node = await TestNode.StartAsync(options => options.Prefixes.Add("88.300.2"));
        var first = await TokenOfAsync(node, "first", null);
        var second = await TokenOfAsync(node, "second", "88.300.2");

        Assert.That(await StatusAsync(node, first, Prefix), Is.EqualTo(1));
        Assert.That(await StatusAsync(node, first, "88.300.2"), Is.EqualTo(-3), "the node's first where none is named");
        Assert.That(await StatusAsync(node, second, Prefix), Is.EqualTo(-3));
        Assert.That(await StatusAsync(node, second, "88.300.2"), Is.EqualTo(1));
        var answer = new SnmsAnswer(
            await node.SendAsync(second, "DELETE", "/identityv2/data", $$"""{"handle":"{{Prefix}}/theirs"}""")
        );
        Assert.That(answer.Outcome, Is.EqualTo((-3, $"没有权限，前缀{Prefix}不属于当前用户")));
        await node.Node.Auditor.FlushAsync(all: true, CancellationToken.None);
        var line = (await node.GetAsync($"/api/v1/audit?target={Prefix}/theirs", Role.Admin)).Items.Single();
        Assert.That(
            (line.GetProperty("action").GetString(), line.GetProperty("outcome").GetString()),
            Is.EqualTo(("snms revoke", "Forbidden"))
        );
    }

    [Test]
    public async Task Templates_MadeChangedAndDeleted_AreInTheAudit()
    {
        var version = await TemplateAsync();
        var change = Template(version);
        change["items"] = new[] { Item("批次", "batch", null) };
        await CallAsync("PUT", "/snms/api/v5/template", change);
        await CallAsync("DELETE", "/snms/api/v5/template", new { prefix = Prefix, version });

        var lines = (await Server.GetAsync($"/api/v1/audit?target={version}", Role.Admin)).Items;

        Assert.That(
            lines.Select(l => l.GetProperty("action").GetString()),
            Is.EquivalentTo(["template.save", "template.save", "template.withdraw"])
        );
        Assert.That(lines.Select(l => l.GetProperty("source").GetString()), Has.All.EqualTo("127.0.0.1"));
        Assert.That(lines.Select(l => l.GetProperty("traceId").GetString()), Has.All.Not.Empty);
    }

    [Test]
    public async Task Identity_BeyondItsRate_IsToldToWait()
    {
        await IdentityAsync("slow", Password, rateLimit: 1);
        var token = await TokenAsync("slow", Password);

        var answers = new List<SnmsAnswer>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await CallAsync("GET", "/identityv2/data/detail?handle=88.300.1/none", null, token));
        }

        Assert.That(answers.Select(a => a.Message), Has.Some.EqualTo("已超出该密钥的速率限制。"));
        Assert.That(answers[^1].Http.Header("Retry-After"), Is.Not.Null);
    }

    [TestCase("POST", "/identityv2/data", """{"Handle":"88.300.1/A","templateVersion":"V","value":[]}""", "handle")]
    [TestCase("DELETE", "/identityv2/data", """{"HANDLE":"88.300.1/A"}""", "handle")]
    [TestCase("POST", "/identity/token", """{"userName":"mes-line-3","password":"x"}""", "username")]
    [TestCase("DELETE", "/snms/api/v5/template", """{"prefix":"88.300.1","Version":"V"}""", "version")]
    public async Task Member_InOtherCapitals_IsAnother(string method, string path, string body, string missing) =>
        Assert.That((await CallAsync(method, path, body)).Outcome, Is.EqualTo((-2, $"缺少必要的请求参数: {missing}")));

    [TestCase("PATCH", "/identityv2/data", "POST, PUT, DELETE, OPTIONS")]
    [TestCase("GET", "/identity/token", "POST, OPTIONS")]
    public async Task Method_ThatThePathDoesNotTake_Answers405(string method, string path, string allowed)
    {
        var answer = await Server.SendAsync(Token, method, path, method == "GET" ? null : "{}");

        Assert.That((answer.Status, answer.Header("Allow")), Is.EqualTo((405, allowed)));
    }

    [Test]
    public async Task Documents_OfRest_DoNotShowTheCalls() =>
        Assert.That((await Server.GetAsync("/openapi/v1.json")).Text, Does.Not.Contain("identityv2"));

    [Test]
    public async Task Secrets_AreInNoLogAndNoAnswer()
    {
        await IdentityAsync("secretive", "S3cret-of-someone");
        await TokenAsync("secretive", "S3cret-of-someone");
        await CallAsync("POST", "/identity/token", new { username = "secretive", password = "S3cret-mistyped" }, null);
        await Server.Node.Auditor.FlushAsync(all: true, CancellationToken.None);

        var shown =
            (await Server.GetAsync("/api/v1/keys", Role.Admin)).Text
            + (await Server.GetAsync("/api/v1/audit?limit=1000", Role.Admin)).Text
            + (await Server.GetAsync("/api/v1/changes?limit=1000", Role.Admin)).Text;
        Assert.That(
            shown,
            Does.Not.Contain("S3cret").And.Not.Contain(Core.Snms.SnmsPassword.Inner("S3cret-of-someone"))
        );
        var file = await File.ReadAllBytesAsync(Server.Node.Directory.Database);
        Assert.That(
            file.AsSpan()
                .IndexOf(System.Text.Encoding.ASCII.GetBytes(Core.Snms.SnmsPassword.Inner("S3cret-of-someone"))),
            Is.EqualTo(-1)
        );
    }

    private static async Task<string> TokenOfAsync(TestNode node, string user, string? prefix)
    {
        await node.Node.Keys.CreateAsync(
            new Core.Administration.NewKey(Role.Registrar, user, Prefix: prefix, Secret: Password),
            Caller.Node,
            CancellationToken.None
        );
        var answer = await node.SendAsync(
            (string?)null,
            "POST",
            SnmsPaths.Token,
            JsonSerializer.Serialize(new { username = user, password = Password })
        );
        return new SnmsAnswer(answer).Data.GetProperty("token").GetString()!;
    }

    /// <summary>The status of making a template of a prefix, and an identifier with it.</summary>
    private static async Task<int> StatusAsync(TestNode node, string token, string prefix)
    {
        var template = await SendAsync("/snms/api/v5/template", Template("OWN", prefix));
        var identifier = await SendAsync(
            "/identityv2/data",
            Identifier(prefix + "/own", "OWN", (2000, "boxCode", "A"))
        );
        Assert.That(identifier, Is.EqualTo(template));
        return template;

        async Task<int> SendAsync(string path, object body) =>
            new SnmsAnswer(await node.SendAsync(token, "POST", path, JsonSerializer.Serialize(body))).Status;
    }
}
