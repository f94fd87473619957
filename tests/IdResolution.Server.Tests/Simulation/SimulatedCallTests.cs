using System.Net;
using System.Text.Json;
using IdResolution.Core.Snms;
using IdResolution.Server.Simulation;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Simulation;

/// <summary>What the sheet of the protocol says, section by section, held against the simulator over HTTP.</summary>
[TestFixture]
public sealed class SimulatedCallTests : SimulatorFixture
{
    private const string Data = "/identityv2/data";
    private const string V3 = "/snms/api/v3/template";
    private const string V5 = "/snms/api/v5/template";
    private const string NotThere = "没有找到标识";
    private const string WrongLogin = "用户名/密码错误！";
    private const string Key = "?prefix=88.300.1&version=BOX-2025";

    private static readonly string[] s_required =
    [
        "prefix",
        "version",
        "industryCategory",
        "industrySpecific",
        "industryTrade",
        "industrySubclass",
        "type",
        "items",
    ];

    private static readonly (int, string) s_success = (1, "success");

    [TestCase(-1, 1)]
    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(2, -2)]
    public async Task LogIn_ByTheDigestOfADay_HoldsTheDayBeforeAndAfter(int days, int status)
    {
        var day = SnmsPassword.DayOf(DateTimeOffset.UtcNow).AddDays(days);
        var password = SnmsPassword.Outer(SnmsPassword.Inner(Password), day);

        var answer = await CallAsync("POST", "/identity/token/v1", new { username = User, password }, token: null);

        Assert.That(answer.Outcome, Is.EqualTo(status == 1 ? s_success : (-2, WrongLogin)));
    }

    [TestCase("""{"username":"ent-1","password":"wrong"}""", WrongLogin)]
    [TestCase("""{"username":"nobody","password":"Secret#2026"}""", WrongLogin)]
    [TestCase("""{"username":"ent-1"}""", "缺少必要的请求参数: password")]
    [TestCase("""{"Username":"ent-1","password":"Secret#2026"}""", "缺少必要的请求参数: username")]
    [TestCase("""{"username":5}""", "请求参数格式错误: username")]
    [TestCase("[", "请求参数格式错误: body")]
    [TestCase("", "请求参数格式错误: body")]
    public async Task LogIn_Wrong_IsRefused(string body, string message)
    {
        var answer = await CallAsync("POST", "/identity/token", body, token: null);

        Assert.That(answer.Outcome, Is.EqualTo((-2, message)));
        Assert.That(answer.Data.ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Call_WithoutATokenThatHolds_IsNotLoggedIn()
    {
        var time = new SlidingTime();
        var node = new SecondaryNode([new SecondaryNodeUser(User, Password, Prefix)], time)
        {
            TokenLife = TimeSpan.FromMinutes(1),
        };
        await StartAgainAsync(node);
        var token = await LogInAsync();
        var path = $"{Data}/detail?handle={Prefix}/x";

        var first = await CallAsync("GET", path, token: token);
        time.Advance(TimeSpan.FromMinutes(1.1));

        Assert.That(first.Outcome, Is.EqualTo((-2, NotThere)));
        foreach (var lost in new[] { null, "nonsense", token })
        {
            Assert.That((await CallAsync("GET", path, token: lost)).Outcome, Is.EqualTo((-1, "没有登录")));
        }
    }

    [Test]
    public async Task Template_OfVersion5_IsShownWhole()
    {
        Assert.That((await CallAsync("POST", V5, Template())).Data.GetBoolean());

        var data = (await CallAsync("GET", V5 + Key)).Data;

        Assert.That(
            data.EnumerateObject().Select(m => m.Name),
            Is.EquivalentTo([.. s_required, "id", "name", "handle", "description"])
        );
        Assert.That(data.GetProperty("handle").GetString(), Does.Match("^88.300.1/META_[0-9a-f]{10}$"));
        var item = data.GetProperty("items")[0];
        Assert.That(
            item.EnumerateObject().Select(m => m.Name),
            Is.EquivalentTo("name idType idIndex metadataId required state metadata".Split(' '))
        );
        Assert.That(item.GetProperty("idIndex").GetInt32(), Is.EqualTo(2000));
        Assert.That(item.GetProperty("state").GetInt32(), Is.EqualTo(1));
        Assert.That(
            item.GetProperty("metadata").GetRawText(),
            Is.EqualTo("""{"type":"string","minLength":1,"maxLength":64}""")
        );
    }

    [Test]
    public async Task Template_OfVersion3_IsNumberedAndShowsNoIndex()
    {
        var form = Template(Item("箱码", "boxCode", null, true), Item("规格", "spec", null));
        Assert.That((await CallAsync("POST", V3, form)).Outcome, Is.EqualTo(s_success));

        var shown = (await CallAsync("GET", V3 + Key)).Data;

        Assert.That(shown.TryGetProperty("handle", out _), Is.False);
        Assert.That(shown.GetProperty("items")[1].TryGetProperty("idIndex", out _), Is.False);
        Assert.That(shown.GetProperty("items")[1].TryGetProperty("state", out _), Is.False);
        var items = (await CallAsync("GET", V5 + Key)).Data.GetProperty("items").EnumerateArray();
        Assert.That(items.Select(i => i.GetProperty("idIndex").GetInt32()), Is.EqualTo([2000, 2001]));
        Assert.That((await SendAsync("PUT", V3, form)).StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [Test]
    public async Task Template_Changed_KeepsWhatIsNotSent()
    {
        await TemplateAsync();
        var off = Item("规格", "spec", 2001);
        off["state"] = 0;

        var changed = await CallAsync("PUT", V5, Template(off, Item("批次", "lot", null), Item("重量", "kg", 2010)));
        var again = await CallAsync("PUT", V5, Template(Item("规格型号", "spec", 2001)));

        Assert.That((changed.Outcome, again.Outcome), Is.EqualTo((s_success, s_success)));
        var items = (await CallAsync("GET", V5 + Key)).Data.GetProperty("items").EnumerateArray();
        Assert.That(
            items.Select(i => $"{i.GetProperty("idIndex")} {i.GetProperty("name")} {i.GetProperty("state")}"),
            Is.EqualTo(["2000 箱码 1", "2001 规格型号 0", "2002 批次 1", "2010 重量 1"])
        );
        await RefusedAsync("PUT", V5, Template(Item("规格", "other", 2001)), "idType重复: other");
        await RefusedAsync("PUT", V5, Template(Item("规格", "spec", 2050)), "idType重复: spec");
        await RefusedAsync("PUT", V5, Template(Item("箱码", "more", null)), "name重复: 箱码");
        await RefusedAsync("POST", Data, Box("OFF", "1", (2001, "spec", "x")), "非法操作，索引2001的属性已停用");
    }

    [Test]
    public async Task Template_OfTheWrongForm_IsRefused()
    {
        foreach (var name in s_required)
        {
            var form = Template();
            form.Remove(name);
            await RefusedAsync("POST", V5, form, "缺少必要的请求参数: " + name);
        }
        foreach (var index in new[] { 1000, 1001, 1999 })
        {
            await RefusedAsync(
                "POST",
                V5,
                Template(Item("箱码", "boxCode", index)),
                "items[0].idIndex应不小于2000，1000、1001、1999为保留索引"
            );
        }
        await RefusedAsync("POST", V5, Template(Item(null, "x", 2000)), "缺少必要的请求参数: items[0].name");
        await RefusedAsync("POST", V5, Template(Item("名", null, 2000)), "缺少必要的请求参数: items[0].idType");
        await RefusedAsync("POST", V5, Template(Item("名", "x", null)), "缺少必要的请求参数: items[0].idIndex");
        await RefusedAsync("POST", V5, Template(Item("名", "x", 2000), Item("名", "y", 2001)), "items[1].name重复: 名");
        await RefusedAsync(
            "POST",
            V5,
            Template(Item("名", "x", 2000), Item("称", "x", 2001)),
            "items[1].idType重复: x"
        );
        await RefusedAsync(
            "POST",
            V5,
            Template(Item("名", "x", 2000), Item("称", "y", 2000)),
            "items[1].idIndex重复: 2000"
        );
        await RefusedAsync(
            "POST",
            V5,
            Template(Item("名", "x", 2000, least: 5, most: 4)),
            "请求参数格式错误: items[0].metadata.maxLength"
        );
        await RefusedAsync("POST", V5, """{"items":[{"metadata":[]}]}""", "请求参数格式错误: items[0].metadata");
    }

    [Test]
    public async Task Template_DeletedOrUnknown_IsNotThere()
    {
        await TemplateAsync();
        await CreateAsync("KEPT");
        const string Unknown = "没有找到模板: BOX-2025";

        await RefusedAsync("POST", V5, Template(), "模板已存在: BOX-2025");
        var deleted = await CallAsync("DELETE", V3, new { prefix = Prefix, version = Version });

        Assert.That(deleted.Data.GetBoolean());
        await RefusedAsync("DELETE", V5, new { prefix = Prefix, version = Version }, Unknown);
        await RefusedAsync("GET", V5 + Key, null, Unknown);
        await RefusedAsync("PUT", V5, Template(), Unknown);
        await RefusedAsync("POST", Data, Box("NEW"), Unknown);
        await RefusedAsync("GET", V5 + "?prefix=88.300.1", null, "缺少必要的请求参数: version");
        Assert.That((await DetailAsync(Prefix + "/KEPT")).Outcome, Is.EqualTo(s_success));
    }

    [Test]
    public async Task Identifier_Registered_IsShownWithItsTemplate()
    {
        await TemplateAsync();
        var made = await CallAsync("POST", Data, Box("BOX-1", "B-1", ("2001", "spec", "6 x 500 ml")));

        var data = (await DetailAsync(Prefix + "/BOX-1")).Data;

        Assert.That(made.Data.GetBoolean());
        var handle = Node.Look((registry, _, _) => registry.Templates[(Prefix, Version)].Handle);
        Assert.That(
            data.GetRawText(),
            Is.EqualTo(
                """{"code":"200","prefix":"88.300.1","handle":"88.300.1/BOX-1","templateVersion":"BOX-2025","value":["""
                    + Value(1000, "TEMPLATE_ID", handle!)
                    + ","
                    + Value(1001, "TEMPLATE", Version)
                    + ","
                    + Value(2000, "boxCode", "B-1")
                    + ","
                    + Value(2001, "spec", "6 x 500 ml")
                    + "]}"
            )
        );
    }

    [Test]
    public async Task Identifier_Updated_HasTheValuesGivenAndKeepsTheOthers()
    {
        await TemplateAsync();
        await CallAsync("POST", Data, Box("BOX-1", "B-1", (2001, "spec", "old")));

        var updated = await CallAsync("PUT", Data, Box("BOX-1", "B-2"));

        var held = Node.Find(Prefix + "/BOX-1")!;
        Assert.That(updated.Data.GetBoolean());
        Assert.That((held[2000], held[2001]), Is.EqualTo(("B-2", "old")));
    }

    [Test]
    public async Task Identifier_ThereOrNotThere_IsRefused()
    {
        await TemplateAsync();
        await CreateAsync("BOX-1");

        await RefusedAsync("POST", Data, Box("BOX-1"), "标识已存在");
        await RefusedAsync("PUT", Data, Box("NONE"), NotThere);
        await RefusedAsync("DELETE", Data, new { handle = Prefix + "/NONE" }, NotThere);
        await RefusedAsync("GET", Data + $"/detail?handle={Prefix}/NONE", null, NotThere);
        await RefusedAsync("GET", Data + "/detail", null, "缺少必要的请求参数: handle");
        Assert.That((await CallAsync("DELETE", Data, new { handle = Prefix + "/BOX-1" })).Data.GetBoolean());
        Assert.That(Node.Count, Is.Zero);
    }

    [Test]
    public async Task Identifier_OfTheWrongForm_IsRefusedInTheOrderOfTheSheet()
    {
        await TemplateAsync();
        var box = Box("BOX-1");
        // Each has the faults of those behind it too.
        await RefusedAsync("POST", Data, With(Box("88.300.2/X", ""), "templateVersion", "NONE"), "没有权限", -3);
        await RefusedAsync(
            "POST",
            Data,
            With(Box("X", "", (2009, "x", "")), "templateVersion", "NONE"),
            "没有找到模板: NONE"
        );
        await RefusedAsync(
            "POST",
            Data,
            Box("X", "", (2001, "x", ""), (1000, "x", "")),
            "非法操作，索引1000在模板中不存在"
        );
        await RefusedAsync("POST", Data, Box("X", "", (1001, "TEMPLATE", "")), "非法操作，索引1001在模板中不存在");
        await RefusedAsync("POST", Data, Box("X", "", (2001, "x", "")), "非法操作，索引2001的类型应为spec");
        await RefusedAsync("POST", Data, Box("X", "", (2000, "boxCode", "")), "非法操作，索引2000重复");
        await RefusedAsync("POST", Data, Box("X", ""), "属性boxCode的长度应为1至64个字符");
        await RefusedAsync(
            "POST",
            Data,
            Box("X", "1", (2001, "spec", new('x', 256))),
            "属性spec的长度应为0至255个字符"
        );
        await RefusedAsync("POST", Data, With(box, "value", Array.Empty<object>()), "缺少必填属性: boxCode");
        await RefusedAsync("POST", Data, With(box, "value", null), "缺少必要的请求参数: value");
        await RefusedAsync("POST", Data, With(box, "templateVersion", null), "缺少必要的请求参数: templateVersion");
        await RefusedAsync("POST", Data, With(box, "handle", null), "缺少必要的请求参数: handle");
        await RefusedAsync("POST", Data, With(box, "handle", "88.300.1"), "请求参数格式错误: handle");
        await RefusedAsync("POST", Data, Box(new('x', 255)), "请求参数过长: handle，最多255个字符");
        await RefusedAsync(
            "POST",
            Data,
            With(box, "value", new[] { new { index = 2000, type = "boxCode" } }),
            "缺少必要的请求参数: value[0].data"
        );
        await RefusedAsync(
            "POST",
            Data,
            With(
                box,
                "value",
                new[]
                {
                    new
                    {
                        index = 2000,
                        type = "boxCode",
                        data = new { format = "int", value = "1" },
                    },
                }
            ),
            "非法操作，索引2000的数据格式只能为string"
        );
        Assert.That(
            (await CallAsync("POST", Data, Box("X", "1", (2001, "spec", new('锂', 255))))).Outcome,
            Is.EqualTo(s_success)
        );
    }

    [Test]
    public async Task Prefix_OfAnotherUser_IsForbidden()
    {
        await TemplateAsync();
        await CreateAsync("BOX-1");
        var other = await LogInAsync("ent-2");

        foreach (
            var (method, path, body) in new (string, string, object?)[]
            {
                ("GET", $"{Data}/detail?handle={Prefix}/BOX-1", null),
                ("DELETE", Data, new { handle = Prefix + "/BOX-1" }),
                ("PUT", Data, Box("BOX-1")),
                ("GET", V5 + Key, null),
                ("POST", V5, Template()),
                ("DELETE", V5, new { prefix = Prefix, version = Version }),
                ("GET", "/snms/api/prefix/query?prefix=88.300.1", null),
                (
                    "POST",
                    "/snms/api/ent/config",
                    new { proxyServerId = 1, entPrefixConfig = new { entPrefix = Prefix } }
                ),
            }
        )
        {
            Assert.That((await CallAsync(method, path, body, other)).Outcome, Is.EqualTo((-3, "没有权限")), path);
        }
    }

    [Test]
    public async Task Batch_OfAnyKind_AnswersForEachItemInItsOrder()
    {
        await TemplateAsync();
        await CreateAsync("1");

        var created = await CallAsync(
            "POST",
            Data + "/batchCreate",
            new[] { Box("2"), Box("1"), Box("3"), Box("3"), Box("88.9/x"), null }
        );
        var updated = await CallAsync("PUT", Data + "/batchUpdate", new[] { Box("2", "new"), Box("8") });
        var deleted = await CallAsync(
            "DELETE",
            Data + "/batchDelete",
            new[] { Prefix + "/2", Prefix + "/8", "88.9/x" }
        );

        Assert.That(
            created.Messages,
            Is.EqualTo(["success", "标识已存在", "success", "标识已存在", "没有权限", "缺少必要的请求参数: handle"])
        );
        Assert.That(created.Data[0].GetRawText(), Is.EqualTo("""{"handle":"88.300.1/2","msg":"success"}"""));
        Assert.That(updated.Messages, Is.EqualTo(["success", "标识不存在"]));
        Assert.That(
            deleted.Data.GetRawText(),
            Is.EqualTo(
                """[{"handle":"88.300.1/2","code":1,"msg":"success"},"""
                    + """{"handle":"88.300.1/8","code":-2,"msg":"标识不存在"},"""
                    + """{"handle":"88.9/x","code":-3,"msg":"没有权限"}]"""
            )
        );
    }

    [Test]
    public async Task Batch_OfMoreThan2000_IsRefusedWhole()
    {
        await TemplateAsync();
        var boxes = Enumerable.Range(0, 2_001).Select(i => Box($"M-{i}")).ToList();
        const string Message = "单次请求最多2000条标识";

        await RefusedAsync("POST", Data + "/batchCreate", boxes, Message);
        await RefusedAsync("PUT", Data + "/batchUpdate", boxes, Message);
        await RefusedAsync("DELETE", Data + "/batchDelete", boxes.Select(b => b["handle"]), Message);
        var full = await CallAsync("POST", Data + "/batchCreate", boxes[1..]);

        Assert.That(full.Messages, Has.Exactly(2_000).EqualTo("success"));
    }

    [TestCase("POST", "/batchCreate", "{}")]
    [TestCase("PUT", "/batchUpdate", "{}")]
    [TestCase("DELETE", "/batchDelete", """{"handles":["88.300.1/x"]}""")]
    public Task Batch_ThatIsNoList_IsRefused(string method, string path, string body) =>
        RefusedAsync(method, Data + path, body, "请求参数格式错误: body");

    [Test]
    public async Task Prefix_OfTheUser_IsShown()
    {
        var data = (await CallAsync("GET", "/snms/api/prefix/query?prefix=88.300.1")).Data;

        Assert.That(
            data.EnumerateObject().Select(m => m.Name),
            Is.EqualTo("prefix createDate ghrName status entNameCn entWebSite entIndustry entAddrCn entDesc".Split(' '))
        );
        Assert.That(data.GetProperty("status").GetInt32(), Is.EqualTo(1));
        Assert.That(data.GetProperty("createDate").GetString(), Does.Match(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"));
        await RefusedAsync("GET", "/snms/api/prefix/query", null, "缺少必要的请求参数: prefix");
    }

    [Test]
    public async Task Prefixes_ByPages_AreThoseOfTheUser()
    {
        const string Path = "/snms/api/prefix/page";
        var page = (await CallAsync("GET", Path + "?currentPage=1&pageSize=10")).Data;

        Assert.That(
            page.EnumerateObject().Select(m => m.Name),
            Is.EqualTo("first last totalPages totalElements number size numberOfElements content".Split(' '))
        );
        Assert.That(
            page.GetProperty("content")[0].EnumerateObject().Select(m => m.Name),
            Is.EqualTo("id createDate updateDate entPrefix entId state entName proxyState".Split(' '))
        );
        Assert.That(page.GetProperty("content")[0].GetProperty("entPrefix").GetString(), Is.EqualTo(Prefix));
        foreach (
            var query in new[] { "?entPrefix=88.9", "?entName=other", "?startDate=2999-01-01", "?endDate=1999-01-01" }
        )
        {
            var none = (await CallAsync("GET", Path + query)).Data;
            Assert.That(none.GetProperty("totalElements").GetInt32(), Is.Zero, query);
        }
        await RefusedAsync("GET", Path + "?currentPage=x", null, "请求参数格式错误: currentPage, pageSize");
    }

    [Test]
    public async Task Route_Configured_IsRemembered()
    {
        const string Path = "/snms/api/ent/config";
        const string Own =
            """{"entPrefixConfig":{"entPrefix":"88.300.1","hdlType":"HS_SITE","ipType":4,"ip":"203.0.113.10","""
            + "\"tcpPort\":\"2641\",\"udpPort\":2641,\"httpPort\":\"\"}}";

        Assert.That((await CallAsync("POST", Path, Own)).Data.GetBoolean());
        var route = (await ControlAsync("GET", "state")).GetProperty("routes")[0].GetRawText();
        var hosted = await CallAsync(
            "POST",
            Path,
            """{"proxyServerId":7,"entPrefixConfig":{"entPrefix":"88.300.1"}}"""
        );

        Assert.That(
            route,
            Is.EqualTo(
                Own.Replace(":4,", ":\"4\",", StringComparison.Ordinal)
                    .Replace(":2641,", ":\"2641\",", StringComparison.Ordinal)
            )
        );
        Assert.That(hosted.Data.GetBoolean());
        Assert.That(Node.Look((registry, _, _) => registry.Routes[Prefix].ProxyServerId), Is.EqualTo(7));
        var content = (await CallAsync("GET", "/snms/api/prefix/page")).Data.GetProperty("content");
        Assert.That(content[0].GetProperty("proxyState").GetInt32(), Is.EqualTo(4));
    }

    [TestCase("""{}""", "缺少必要的请求参数: entPrefixConfig.entPrefix")]
    [TestCase("""{"entPrefixConfig":{"entPrefix":"88.300.1"}}""", "请求参数格式错误: entPrefixConfig.hdlType")]
    [TestCase(
        """{"entPrefixConfig":{"entPrefix":"88.300.1","hdlType":"HS_SITE","ipType":5}}""",
        "请求参数格式错误: entPrefixConfig.ipType"
    )]
    [TestCase(
        """{"entPrefixConfig":{"entPrefix":"88.300.1","hdlType":"HS_SITE","ipType":"6"}}""",
        "缺少必要的请求参数: entPrefixConfig.ip"
    )]
    [TestCase(
        """{"entPrefixConfig":{"entPrefix":"88.300.1","hdlType":"HS_SITE","ipType":4,"ip":"::1","tcpPort":""}}""",
        "至少填写一个端口"
    )]
    public Task Route_OfTheWrongForm_IsRefused(string body, string message) =>
        RefusedAsync("POST", "/snms/api/ent/config", body, message);

    [Test]
    public async Task Path_ThatIsNone_IsAnsweredByHttpAlone()
    {
        Assert.That((await SendAsync("GET", "/identityv2/none")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await SendAsync("GET", Data)).StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    private async Task RefusedAsync(string method, string path, object? body, string message, int status = -2)
    {
        var answer = await CallAsync(method, path, body);
        Assert.That(answer.Outcome, Is.EqualTo((status, message)));
        Assert.That(answer.Data.ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private static Dictionary<string, object?> With(Dictionary<string, object?> body, string name, object? value) =>
        new(body) { [name] = value };

    private static string Value(int index, string type, string text) =>
        $$$"""{"auth":"1","index":{{{index}}},"type":"{{{type}}}","data":{"format":"string","value":"{{{text}}}"}}""";
}
