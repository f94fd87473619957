using IdResolution.Core.Access;
using IdResolution.Server.Hosting;

namespace IdResolution.Server.Tests.Snms;

/// <summary>Section 5 of the sheet: one identifier at a time.</summary>
[TestFixture]
public sealed class IdentifierTests : SnmsFixture
{
    private const string Data = "/identityv2/data";

    private string _version = "";

    [OneTimeSetUp]
    public async Task MakeTemplateAsync() => _version = await TemplateAsync("IDENTIFIERS");

    [Test]
    public async Task Register_IsResolvedAsTheSheetShowsIt()
    {
        var id = Server.NewId();
        var made = await CallAsync("POST", Data, Box(id, "箱-1", "6 x 500 ml"));

        for (var i = 0; i < 2; i++)
        {
            // The second one is answered from bytes that are kept.
            var read = await DetailAsync(id);
            Assert.That(read.Outcome, Is.EqualTo((1, "success")));
            Assert.That(
                read.Http.Text,
                Is.EqualTo(
                    $$$"""
                    {"message":"success","status":1,"data":{"code":"200","prefix":"{{{Prefix}}}","handle":"{{{id}}}","templateVersion":"{{{_version}}}","value":[
                    {"auth":"1","index":1000,"type":"TEMPLATE_ID","data":{"format":"string","value":"{{{Meta}}}"}},
                    {"auth":"1","index":1001,"type":"TEMPLATE","data":{"format":"string","value":"{{{_version}}}"}},
                    {"auth":"1","index":2000,"type":"boxCode","data":{"format":"string","value":"箱-1"}},
                    {"auth":"1","index":2001,"type":"spec","data":{"format":"string","value":"6 x 500 ml"}}]}}
                    """.ReplaceLineEndings("")
                )
            );
        }
        Assert.That((made.Outcome, made.Data.GetBoolean()), Is.EqualTo(((1, "success"), true)));
    }

    [Test]
    public async Task Register_ResolvesOverTheOtherProtocolsAtTheSameIndexes()
    {
        var id = Server.NewId();
        await CallAsync("POST", Data, Box(id, "A", "B"));

        var rest = await Server.GetAsync("/api/v1/identifiers/" + id);
        var handle = await Server.GetAsync("/api/handles/" + id);

        Assert.That(rest.Json.GetProperty("attributes").GetRawText(), Is.EqualTo("""{"boxCode":"A","spec":"B"}"""));
        var values = handle
            .Json.GetProperty("values")
            .EnumerateArray()
            .ToDictionary(
                v => v.GetProperty("index").GetInt32(),
                v => (v.GetProperty("type").GetString(), v.GetProperty("data").GetProperty("value").ToString())
            );
        Assert.That(values[1000], Is.EqualTo(("TEMPLATE_ID", Meta)));
        Assert.That(values[1001], Is.EqualTo(("TEMPLATE", _version)));
        Assert.That((values[2000], values[2001]), Is.EqualTo((("boxCode", "A"), ("spec", "B"))));
    }

    [Test]
    public async Task Register_ThenGetAndPostOverRest_IsTheSame()
    {
        var id = Server.NewId();
        await CallAsync("POST", Data, Box(id, "箱-1", "6 x 500 ml"));

        var got = await Server.GetAsync("/api/v1/identifiers/" + id, Role.Admin);
        var sent = await Server.SendAsync(Role.Admin, "POST", "/api/v1/identifiers", got.Text);

        Assert.That((sent.Status, sent.Text), Is.EqualTo((200, got.Text)));
    }

    [Test]
    public async Task Register_Again_IsThereWhateverItHolds()
    {
        var id = Server.NewId();
        await CallAsync("POST", Data, Box(id, "A"));

        Assert.That((await CallAsync("POST", Data, Box(id, "A"))).Outcome, Is.EqualTo((-2, "标识已存在")));
        Assert.That((await CallAsync("POST", Data, Box(id, "B"))).Outcome, Is.EqualTo((-2, "标识已存在")));
        Assert.That(ValuesOf(await DetailAsync(id))[2000], Is.EqualTo("A"));
    }

    [TestCase("A")]
    [TestCase("B")]
    public async Task Register_Deleted_BringsItBack(string value)
    {
        var id = Server.NewId();
        await CallAsync("POST", Data, Box(id, "A"));
        await CallAsync("DELETE", Data, new { handle = id });

        var made = await CallAsync("POST", Data, Box(id, value));

        Assert.That(made.Outcome, Is.EqualTo((1, "success")));
        Assert.That(ValuesOf(await DetailAsync(id))[2000], Is.EqualTo(value));
    }

    [Test]
    public async Task Register_ByTextsAsIndexes_IsDone()
    {
        var id = Server.NewId();
        var body = $$$"""
            {"handle":"{{{id}}}","templateVersion":"{{{_version}}}",
             "value":[{"index":"2000","type":"boxCode","data":{"format":"string","value":"A"}}]}
            """;

        Assert.That((await CallAsync("POST", Data, body)).Outcome, Is.EqualTo((1, "success")));
    }

    [TestCase("")]
    [TestCase(""" "auth":"7", """)]
    public async Task Register_WithAnyAuthOrNone_IsReadWithTheReservedOne(string auth)
    {
        var id = Server.NewId();
        var body = $$$"""
            {"handle":"{{{id}}}","templateVersion":"{{{_version}}}",
             "value":[{ {{{auth}}}"index":2000,"type":"boxCode","data":{"format":"string","value":"A"}}]}
            """;

        Assert.That((await CallAsync("POST", Data, body)).Outcome, Is.EqualTo((1, "success")));
        var values = (await DetailAsync(id)).Data.GetProperty("value").EnumerateArray();
        Assert.That(values.Select(v => v.GetProperty("auth").GetString()), Is.All.EqualTo("1"));
    }

    [TestCase(1000)]
    [TestCase(1001)]
    [TestCase(2999)]
    public async Task Register_AtAnIndexThatTheTemplateLacks_IsRefused(int index)
    {
        var body = Identifier(Server.NewId(), _version, (2000, "boxCode", "A"), (index, "x", "y"));

        Assert.That(
            (await CallAsync("POST", Data, body)).Outcome,
            Is.EqualTo((-2, $"非法操作，索引{index}在模板中不存在"))
        );
    }

    [Test]
    public async Task Register_ChecksInTheOrderOfTheSheet()
    {
        var id = Server.NewId();
        var tooLong = new string('x', 65);
        // Each body has the fault that is told, and all those after it.
        (object Body, int Status, string Message)[] rows =
        [
            (Identifier("88.300.2/x", "NONE", (1, "x", tooLong)), -3, "没有权限，前缀88.300.2不属于当前用户"),
            (Identifier(id, "NONE", (1, "x", tooLong)), -2, "没有找到模板: NONE"),
            (Identifier(id, _version, (2001, "wrong", "x"), (1, "x", tooLong)), -2, "非法操作，索引1在模板中不存在"),
            (
                Identifier(id, _version, (2001, "wrong", tooLong + tooLong + tooLong + tooLong)),
                -2,
                "非法操作，索引2001的类型应为spec"
            ),
            (Identifier(id, _version, (2000, "boxCode", tooLong)), -2, "属性boxCode的长度应为1至64个字符"),
            (Identifier(id, _version, (2001, "spec", "x")), -2, "缺少必填属性: boxCode"),
        ];
        foreach (var (body, status, message) in rows)
        {
            Assert.That((await CallAsync("POST", Data, body)).Outcome, Is.EqualTo((status, message)));
        }
        Assert.That((await DetailAsync(id)).Outcome, Is.EqualTo((-2, "没有找到标识")), "nothing was registered");
    }

    [Test]
    public async Task Register_OfADisabledAttribute_IsRefused()
    {
        var version = await TemplateAsync();
        var change = Template(version);
        var spec = Item("规格", "spec", 2001);
        spec["state"] = 0;
        change["items"] = new[] { spec };
        await CallAsync("PUT", "/snms/api/v5/template", change);

        var answer = await CallAsync(
            "POST",
            Data,
            Identifier(Server.NewId(), version, (2000, "boxCode", "A"), (2001, "spec", "B"))
        );

        Assert.That(answer.Outcome, Is.EqualTo((-2, "非法操作，索引2001的属性已停用")));
    }

    [TestCase("""{"templateVersion":"IDENTIFIERS","value":[]}""", "缺少必要的请求参数: handle")]
    [TestCase("""{"handle":"88.300.1/q","value":[]}""", "缺少必要的请求参数: templateVersion")]
    [TestCase("""{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS"}""", "缺少必要的请求参数: value")]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{}]}""",
        "缺少必要的请求参数: value[0].index"
    )]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{"index":2000}]}""",
        "缺少必要的请求参数: value[0].type"
    )]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{"index":2000,"type":"boxCode"}]}""",
        "缺少必要的请求参数: value[0].data"
    )]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{"index":2000,"type":"boxCode","data":{"format":"string","vlaue":"x"}}]}""",
        "缺少必要的请求参数: value[0].data.value"
    )]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{"index":2000,"type":"boxCode","data":{"format":"number","value":"1"}}]}""",
        "非法操作，索引2000的数据格式只能为string"
    )]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{"index":2000,"type":"boxCode","data":{"format":"string","value":1}}]}""",
        "请求参数格式错误: value[0].data.value"
    )]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{"index":"two","type":"boxCode","data":{"format":"string","value":"1"}}]}""",
        "请求参数格式错误: value[0].index"
    )]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{"index":2000,"type":"boxCode","data":{"format":"string","value":"1"}},{"index":2000,"type":"boxCode","data":{"format":"string","value":"1"}}]}""",
        "非法操作，索引2000重复"
    )]
    [TestCase("""{"handle":5}""", "请求参数格式错误: handle")]
    [TestCase("""{"value":{}}""", "请求参数格式错误: value")]
    [TestCase("""{"value":[null,5]}""", "请求参数格式错误: value[1]")]
    [TestCase("""{"value":[{"auth":5}]}""", "请求参数格式错误: value[0].auth")]
    [TestCase("""{"value":[{"index":5.5}]}""", "请求参数格式错误: value[0].index")]
    [TestCase("""{"value":[{"type":[]}]}""", "请求参数格式错误: value[0].type")]
    [TestCase("""{"value":[{"data":"x"}]}""", "请求参数格式错误: value[0].data")]
    [TestCase("""{"value":[{"data":{"format":1}}]}""", "请求参数格式错误: value[0].data.format")]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[null]}""",
        "缺少必要的请求参数: value[0].index"
    )]
    [TestCase(
        """{"handle":"88.300.1/q","templateVersion":"IDENTIFIERS","value":[{"index":2000,"type":"boxCode","data":null}]}""",
        "缺少必要的请求参数: value[0].data"
    )]
    [TestCase("""{"handle":"88.300.1/q","templateVersion":null,"value":null}""", "缺少必要的请求参数: templateVersion")]
    [TestCase("[]", "请求参数格式错误: body")]
    public async Task Write_OfTheWrongForm_NamesTheFault(string body, string message)
    {
        Assert.That((await CallAsync("POST", Data, body)).Outcome, Is.EqualTo((-2, message)));
        Assert.That((await CallAsync("PUT", Data, body)).Outcome, Is.EqualTo((-2, message)));
    }

    [TestCase(255, 1)]
    [TestCase(256, -2)]
    public async Task Register_AValue_Of255CharactersAtMost(int length, int status)
    {
        var version = await TemplateAsync();
        var change = Template(version);
        change["items"] = new[] { Item("长", "long", 2002, most: 4000) };
        await CallAsync("PUT", "/snms/api/v5/template", change);
        // Characters beyond the first plane are two units of UTF-16 each.
        var text = string.Concat(Enumerable.Repeat("\U0001F600", length));

        var answer = await CallAsync(
            "POST",
            Data,
            Identifier(Server.NewId(), version, (2000, "boxCode", "A"), (2002, "long", text))
        );

        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
    }

    [TestCase(255, 1)]
    [TestCase(256, -2)]
    public async Task Register_AHandle_Of255CharactersAtMost(int length, int status)
    {
        var id = Server.NewId("-");
        id += new string('x', length - id.Length);

        Assert.That((await CallAsync("POST", Data, Box(id, "A"))).Status, Is.EqualTo(status));
        Assert.That((await DetailAsync(id)).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Update_ReplacesTheIndexesGivenAndKeepsTheRest()
    {
        var id = Server.NewId();
        await CallAsync("POST", Data, Box(id, "A", "B"));

        var changed = await CallAsync("PUT", Data, Identifier(id, _version, (2001, "spec", "C")));
        var emptied = Server.NewId();
        await CallAsync("POST", Data, Box(emptied, "A", "B"));
        await CallAsync("PUT", Data, Identifier(emptied, _version, (2001, "spec", "")));

        Assert.That((changed.Outcome, changed.Data.GetBoolean()), Is.EqualTo(((1, "success"), true)));
        Assert.That(
            ValuesOf(await DetailAsync(id)),
            Is.SupersetOf(new Dictionary<int, string?> { [2000] = "A", [2001] = "C" })
        );
        Assert.That(ValuesOf(await DetailAsync(emptied)).Keys, Is.EqualTo([1000, 1001, 2000]));
    }

    [Test]
    public async Task Update_AfterItsTemplateGrew_TakesTheNewAttribute()
    {
        var version = await TemplateAsync();
        var id = Server.NewId();
        await CallAsync("POST", Data, Identifier(id, version, (2000, "boxCode", "A")));
        var change = Template(version);
        change["items"] = new[] { Item("批次", "batch", 2002, required: true, least: 1) };
        await CallAsync("PUT", "/snms/api/v5/template", change);

        var without = await CallAsync("PUT", Data, Identifier(id, version, (2000, "boxCode", "B")));
        var with = await CallAsync("PUT", Data, Identifier(id, version, (2002, "batch", "L1")));

        Assert.That(without.Outcome, Is.EqualTo((-2, "批次为必填项。")));
        Assert.That(with.Outcome, Is.EqualTo((1, "success")));
        Assert.That(ValuesOf(await DetailAsync(id))[2002], Is.EqualTo("L1"));
        Assert.That(ValuesOf(await DetailAsync(id))[2000], Is.EqualTo("A"));
        var history = await Server.GetAsync("/api/v1/history/" + id, Role.Reader);
        Assert.That(history.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Store_WithAllThatTheProtocolWrites_IsSoundForDoctor()
    {
        var version = await TemplateAsync();
        var id = Server.NewId();
        await CallAsync("POST", Data, Identifier(id, version, (2000, "boxCode", "A")));
        var change = Template(version);
        change["items"] = new[] { Item("批次", "batch", 2002) };
        await CallAsync("PUT", "/snms/api/v5/template", change);
        await CallAsync("PUT", Data, Identifier(id, version, (2002, "batch", "L1")));
        await CallAsync("DELETE", Data, new { handle = id });
        await CallAsync("POST", Data, Identifier(id, version, (2000, "boxCode", "B")));

        var findings = Storage.Maintenance.Doctor.Run(DataDirectory.StoreIn(Server.Node.Options), null, default);

        Assert.That(findings.Where(f => !f.Ok).Select(f => $"{f.Check}: {f.Detail.En}"), Is.Empty);
    }

    [Test]
    public async Task Update_OfWhatIsNotThere_OrOfAnotherTemplate_IsRefused()
    {
        var other = await TemplateAsync();
        var id = Server.NewId();
        await CallAsync("POST", Data, Box(id, "A"));

        Assert.That((await CallAsync("PUT", Data, Box(Server.NewId(), "A"))).Outcome, Is.EqualTo((-2, "没有找到标识")));
        Assert.That(
            (await CallAsync("PUT", Data, Identifier(id, other, (2000, "boxCode", "B")))).Outcome,
            Is.EqualTo((-2, $"标识注册时使用的模板不是{other}"))
        );
    }

    [Test]
    public async Task Delete_IsDoneOnce()
    {
        var id = Server.NewId();
        await CallAsync("POST", Data, Box(id, "A"));

        var deleted = await CallAsync("DELETE", Data, new { handle = id });

        Assert.That((deleted.Outcome, deleted.Data.GetBoolean()), Is.EqualTo(((1, "success"), true)));
        Assert.That((await CallAsync("DELETE", Data, new { handle = id })).Outcome, Is.EqualTo((-2, "没有找到标识")));
        Assert.That((await DetailAsync(id)).Outcome, Is.EqualTo((-2, "没有找到标识")));
        Assert.That(
            (await CallAsync("DELETE", Data, new { handle = Prefix + "/never" })).Outcome,
            Is.EqualTo((-2, "没有找到标识"))
        );
        Assert.That((await CallAsync("DELETE", Data, "{}")).Outcome, Is.EqualTo((-2, "缺少必要的请求参数: handle")));
        Assert.That((await Server.GetAsync("/api/v1/identifiers/" + id)).Status, Is.EqualTo(410));
    }

    [Test]
    public async Task Detail_WithoutHandle_NamesIt()
    {
        Assert.That(
            (await CallAsync("GET", "/identityv2/data/detail")).Outcome,
            Is.EqualTo((-2, "缺少必要的请求参数: handle"))
        );
        Assert.That((await DetailAsync("88.300.77/elsewhere")).Outcome, Is.EqualTo((-2, "没有找到标识")));
        Assert.That((await DetailAsync("not a handle")).Status, Is.EqualTo(-2));
    }

    [TestCase("/")]
    [TestCase("%2F")]
    [TestCase("%2f")]
    public async Task Detail_HoweverTheSlashIsWritten_IsFound(string slash)
    {
        var id = Server.NewId();
        await CallAsync("POST", Data, Box(id, "A"));
        var target = "/identityv2/data/detail?handle=" + id.Replace("/", slash, StringComparison.Ordinal);

        for (var i = 0; i < 2; i++)
        {
            Assert.That((await CallAsync("GET", target)).Outcome, Is.EqualTo((1, "success")));
        }
    }

    [Test]
    public async Task Detail_OfARecordWithoutTemplate_ShowsItsTexts()
    {
        var id = Server.NewId();
        await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/identifiers",
            $$$"""
            {"identifier":"{{{id}}}","values":[{"index":1,"type":"URL","data":{"format":"string","value":"http://a"}},
             {"index":2,"type":"X","data":{"format":"base64","value":"/w=="}}]}
            """
        );

        var read = await DetailAsync(id);

        Assert.That(read.Data.GetProperty("templateVersion").GetString(), Is.Empty);
        Assert.That(ValuesOf(read), Is.EqualTo(new Dictionary<int, string?> { [1] = "http://a" }));
    }

    [Test]
    public async Task Detail_ShowsWhatTheIdentityMaySee()
    {
        await IdentityAsync("partner", Password, Role.Partner);
        var token = await TokenAsync("partner", Password);
        await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates:import",
            """
            {"templates":[{"code":"shades","attributes":[{"code":"open","type":"text","visibility":"public"},
             {"code":"shut","type":"text","visibility":"private"}]}]}
            """
        );
        var id = Server.NewId();
        await CallAsync("POST", Data, Identifier(id, "shades", (2000, "open", "a"), (2001, "shut", "b")));
        var target = "/identityv2/data/detail?handle=" + id;

        for (var i = 0; i < 2; i++)
        {
            Assert.That(ValuesOf(await CallAsync("GET", target)).Keys, Is.EqualTo([1000, 1001, 2000, 2001]));
            Assert.That(ValuesOf(await CallAsync("GET", target, null, token)).Keys, Is.EqualTo([1000, 1001, 2000]));
        }
        Assert.That((await CallAsync("POST", Data, Box(Server.NewId(), "A"), token)).Status, Is.EqualTo(-3));
    }

    private string Meta => $"{Prefix}/META_{Server.Node.Catalog.Current.CodesOf(_version)[0]}";

    private Dictionary<string, object?> Box(string handle, string code, string? spec = null) =>
        spec is null
            ? Identifier(handle, _version, (2000, "boxCode", code))
            : Identifier(handle, _version, (2000, "boxCode", code), (2001, "spec", spec));
}
