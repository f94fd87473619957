using System.Text.Json;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Snms;

/// <summary>Section 4 of the sheet: templates of both versions.</summary>
[TestFixture]
public sealed class TemplateTests : SnmsFixture
{
    private const string V3 = "/snms/api/v3/template";
    private const string V5 = "/snms/api/v5/template";

    [Test]
    public async Task Create_OfV5_IsReadAsTheSheetShowsIt()
    {
        var made = await CallAsync("POST", V5, Template("BOX-2025"));
        var read = await ReadAsync(V5, "BOX-2025");

        Assert.That((made.Outcome, made.Data.GetBoolean()), Is.EqualTo(((1, "success"), true)));
        Assert.That(read.Outcome, Is.EqualTo((1, "success")));
        var data = read.Data;
        Assert.That(data.GetProperty("id").GetInt64(), Is.GreaterThan(0));
        Assert.That(data.GetProperty("handle").GetString(), Does.StartWith(Prefix + "/META_"));
        Assert.That(Texts(data, "prefix", "version"), Is.EqualTo([Prefix, "BOX-2025"]));
        Assert.That(
            Texts(data, "industryCategory", "industrySpecific", "industryTrade", "industrySubclass", "description"),
            Is.EqualTo(["C", "15", "151", "1512", "box label"])
        );
        Assert.That(data.GetProperty("type").GetInt32(), Is.EqualTo(2));
        Assert.That(data.GetProperty("name").ValueKind, Is.EqualTo(JsonValueKind.String));
        var item = data.GetProperty("items")[0];
        Assert.That(
            item.EnumerateObject().Select(m => m.Name),
            Is.EquivalentTo(["name", "idType", "idIndex", "metadataId", "required", "state", "metadata"])
        );
        Assert.That(Texts(item, "name", "idType"), Is.EqualTo(["箱码", "boxCode"]));
        Assert.That(
            (item.GetProperty("idIndex").GetInt32(), item.GetProperty("state").GetInt32()),
            Is.EqualTo((2000, 1))
        );
        Assert.That(item.GetProperty("required").GetBoolean(), Is.True);
        Assert.That(
            item.GetProperty("metadata").GetRawText(),
            Is.EqualTo("""{"type":"string","minLength":1,"maxLength":64}""")
        );
    }

    [Test]
    public async Task Create_OfV3_NumbersInOrderAndShowsNoIndex()
    {
        var template = Template("V3-1");
        template["items"] = new[] { Item("甲", "a", null), Item("乙", "b", null) };
        var made = await CallAsync("POST", V3, template);
        var v3 = (await ReadAsync(V3, "V3-1")).Data;
        var v5 = (await ReadAsync(V5, "V3-1")).Data;

        Assert.That(made.Outcome, Is.EqualTo((1, "success")));
        Assert.That(v3.TryGetProperty("handle", out _), Is.False);
        Assert.That(
            v3.GetProperty("items")[0].EnumerateObject().Select(m => m.Name),
            Is.EquivalentTo(["name", "idType", "metadataId", "required", "metadata"])
        );
        Assert.That(
            v5.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("idIndex").GetInt32()),
            Is.EqualTo([2000, 2001])
        );
    }

    [Test]
    public async Task Create_IndexesAsTexts_AreTaken()
    {
        var template = Template("TEXTS");
        template["items"] = new[] { Item("甲", "a", "2005") };

        Assert.That((await CallAsync("POST", V5, template)).Outcome, Is.EqualTo((1, "success")));
        Assert.That(
            (await ReadAsync(V5, "TEXTS")).Data.GetProperty("items")[0].GetProperty("idIndex").GetInt32(),
            Is.EqualTo(2005)
        );
    }

    [Test]
    public async Task Create_Again_IsRefused()
    {
        var version = await TemplateAsync();

        Assert.That(
            (await CallAsync("POST", V5, Template(version))).Outcome,
            Is.EqualTo((-2, $"模板已存在: {version}"))
        );
    }

    [TestCase("prefix", "缺少必要的请求参数: prefix")]
    [TestCase("version", "缺少必要的请求参数: version")]
    [TestCase("industryCategory", "缺少必要的请求参数: industryCategory")]
    [TestCase("industrySpecific", "缺少必要的请求参数: industrySpecific")]
    [TestCase("industryTrade", "缺少必要的请求参数: industryTrade")]
    [TestCase("industrySubclass", "缺少必要的请求参数: industrySubclass")]
    [TestCase("type", "缺少必要的请求参数: type")]
    [TestCase("items", "缺少必要的请求参数: items")]
    public async Task Create_WithoutAMember_NamesIt(string member, string message)
    {
        var template = Template("INCOMPLETE");
        template.Remove(member);

        Assert.That((await CallAsync("POST", V5, template)).Outcome, Is.EqualTo((-2, message)));
        Assert.That((await CallAsync("PUT", V5, template)).Outcome, Is.EqualTo((-2, message)));
    }

    [TestCase("name", "缺少必要的请求参数: items[0].name")]
    [TestCase("idType", "缺少必要的请求参数: items[0].idType")]
    [TestCase("idIndex", "缺少必要的请求参数: items[0].idIndex")]
    [TestCase("metadata", "缺少必要的请求参数: items[0].metadata")]
    public async Task Create_AnItemWithoutAMember_NamesIt(string member, string message)
    {
        var item = Item("甲", "a", 2000);
        item.Remove(member);

        Assert.That(await ItemsAsync(item), Is.EqualTo((-2, message)));
    }

    [TestCase(V3)]
    [TestCase(V5)]
    public async Task Create_WithoutWhatMayBeAbsent_IsDone(string path)
    {
        var template = Template("LEAST-" + path[^11..^9]);
        template.Remove("description");
        var item = Item("甲", "a", 2000);
        item.Remove("required");
        item["metadata"] = new { minLength = 0, maxLength = 9 };
        template["items"] = new[] { item };

        var made = await CallAsync("POST", path, template);

        Assert.That((made.Outcome, made.Data.GetBoolean()), Is.EqualTo(((1, "success"), true)));
        var read = (await ReadAsync(path, (string)template["version"]!)).Data.GetProperty("items")[0];
        Assert.That(read.GetProperty("required").GetBoolean(), Is.False);
        Assert.That(
            read.GetProperty("metadata").GetRawText(),
            Is.EqualTo("""{"type":"string","minLength":0,"maxLength":9}""")
        );
    }

    [TestCase("minLength")]
    [TestCase("maxLength")]
    public async Task Create_MetadataWithoutALength_NamesIt(string length)
    {
        var item = Item("甲", "a", 2000);
        var metadata = new Dictionary<string, object> { ["minLength"] = 0, ["maxLength"] = 9 };
        metadata.Remove(length);
        item["metadata"] = metadata;

        Assert.That(await ItemsAsync(item), Is.EqualTo((-2, $"缺少必要的请求参数: items[0].metadata.{length}")));
    }

    [Test]
    public async Task Create_OfAnotherType_IsRefused()
    {
        var template = Template("TYPE-3");
        template["type"] = 3;

        Assert.That((await CallAsync("POST", V5, template)).Outcome, Is.EqualTo((-2, "type只能为1或2")));
    }

    [Test]
    public async Task Create_ItemsThatBreakARule_AreRefused()
    {
        Assert.That((await ItemsAsync(Item("甲", "a", 1999))).Message, Does.StartWith("items[0].idIndex应不小于2000"));
        Assert.That((await ItemsAsync(Item("甲", "a", 1001))).Status, Is.EqualTo(-2));
        Assert.That((await ItemsAsync(Item("甲", "a", "x"))).Message, Is.EqualTo("请求参数格式错误: items[0].idIndex"));
        Assert.That(
            (await ItemsAsync(Item("甲", "a", 2000), Item("甲", "b", 2001))).Message,
            Is.EqualTo("items[1].name重复: 甲")
        );
        Assert.That(
            (await ItemsAsync(Item("甲", "a", 2000), Item("乙", "a", 2001))).Message,
            Is.EqualTo("items[1].idType重复: a")
        );
        Assert.That(
            (await ItemsAsync(Item("甲", "a", 2000), Item("乙", "b", 2000))).Message,
            Is.EqualTo("items[1].idIndex重复: 2000")
        );
        Assert.That((await ItemsAsync(Item("甲", "a", 2000, least: 5, most: 4))).Message, Does.Contain("maxLength"));
        Assert.That((await ItemsAsync(Item("甲", "not a code", 2000))).Status, Is.EqualTo(-2));
        var typed = Item("甲", "a", 2000);
        typed["metadata"] = new
        {
            type = "String",
            minLength = 0,
            maxLength = 1,
        };
        Assert.That(await ItemsAsync(typed), Is.EqualTo((-2, "items[0].metadata.type只能为string")));
        var list = Item("甲", "a", 2000);
        list["metadata"] = new[]
        {
            new
            {
                type = "string",
                minLength = 0,
                maxLength = 1,
            },
        };
        Assert.That((await ItemsAsync(list)).Status, Is.EqualTo(-2));
        Assert.That((await ReadAsync(V5, "ITEMS")).Status, Is.EqualTo(-2), "nothing was made");
    }

    [Test]
    public async Task Create_TooLong_IsRefused()
    {
        var version = new string('V', 128);
        Assert.That((await CallAsync("POST", V5, Template(version))).Status, Is.EqualTo(1));
        Assert.That(
            (await CallAsync("POST", V5, Template(version + "V"))).Outcome,
            Is.EqualTo((-2, "请求参数过长: version，最多128个字符"))
        );
        Assert.That(
            (await CallAsync("POST", V5, Template("LONG", new string('8', 65)))).Outcome,
            Is.EqualTo((-2, "请求参数过长: prefix，最多64个字符"))
        );
    }

    [Test]
    public async Task Update_ChangesAndAdds_AndLeavesTheRest()
    {
        var version = await TemplateAsync();
        var change = Template(version);
        change["description"] = null;
        var renamed = Item("箱号", "boxCode", "2000", false, 1, 80);
        renamed["state"] = 1;
        change["items"] = new[] { renamed, Item("批次", "batch", null), Item("工厂", "plant", 2010) };

        var changed = await CallAsync("PUT", V5, change);

        var data = (await ReadAsync(V5, version)).Data;
        Assert.That(changed.Outcome, Is.EqualTo((1, "success")), changed.ToString());
        Assert.That(changed.Data.GetBoolean(), Is.True);
        Assert.That(data.GetProperty("description").GetString(), Is.EqualTo("box label"));
        Assert.That(
            data.GetProperty("items")
                .EnumerateArray()
                .Select(i => (i.GetProperty("idIndex").GetInt32(), i.GetProperty("name").GetString())),
            Is.EqualTo([(2000, "箱号"), (2001, "规格"), (2011, "批次"), (2010, "工厂")])
        );
        Assert.That(data.GetProperty("items")[0].GetProperty("required").GetBoolean(), Is.False);
        Assert.That(
            data.GetProperty("items")[0].GetProperty("metadata").GetProperty("maxLength").GetInt32(),
            Is.EqualTo(80)
        );
    }

    [Test]
    public async Task Update_State_DisablesAndAbsentLeavesItAlone()
    {
        var version = await TemplateAsync();
        var spec = Item("规格", "spec", 2001);
        spec["state"] = 0;
        await UpdateAsync(version, spec);
        var off = await StateAsync();
        spec.Remove("state");
        await UpdateAsync(version, spec);
        var still = await StateAsync();
        spec["state"] = 1;
        await UpdateAsync(version, spec);

        Assert.That((off, still, await StateAsync()), Is.EqualTo((0, 0, 1)));

        async Task<int> StateAsync() =>
            (await ReadAsync(V5, version)).Data.GetProperty("items")[1].GetProperty("state").GetInt32();
    }

    [Test]
    public async Task Update_ThatDoesNotMatch_IsRefused()
    {
        var version = await TemplateAsync();

        Assert.That(
            await UpdateAsync(version, Item("箱", "other", 2000)),
            Is.EqualTo((-2, "items[0].idType应为boxCode，索引2000已被该属性使用"))
        );
        Assert.That(
            await UpdateAsync(version, Item("又", "spec", null)),
            Is.EqualTo((-2, "items[0].idType重复: spec"))
        );
        Assert.That(
            await UpdateAsync(version, Item("又", "spec", 2009)),
            Is.EqualTo((-2, "items[0].idType重复: spec"))
        );
        Assert.That(await UpdateAsync(version, Item("规格", "more", 2009)), Is.EqualTo((-2, "items.name重复: 规格")));
        Assert.That(await UpdateAsync("NO-SUCH", Item("又", "x", 2009)), Is.EqualTo((-2, "没有找到模板: NO-SUCH")));
    }

    [Test]
    public async Task Delete_HidesTheTemplate_AndItCanBeMadeAnew()
    {
        var version = await TemplateAsync();
        var deleted = await CallAsync("DELETE", V3, new { prefix = Prefix, version });
        var read = await ReadAsync(V3, version);
        var again = await CallAsync("DELETE", V5, new { prefix = Prefix, version });
        var other = Template(version);
        other["items"] = new[] { Item("别的", "another", 2000) };
        var anew = await CallAsync("POST", V5, other);

        Assert.That((deleted.Outcome, deleted.Data.GetBoolean()), Is.EqualTo(((1, "success"), true)));
        Assert.That(read.Outcome, Is.EqualTo((-2, $"没有找到模板: {version}")));
        Assert.That(again.Outcome, Is.EqualTo((-2, $"没有找到模板: {version}")));
        Assert.That(anew.Outcome, Is.EqualTo((1, "success")), "with other attributes at the same index");
        Assert.That(
            (await ReadAsync(V5, version)).Data.GetProperty("items")[0].GetProperty("idType").GetString(),
            Is.EqualTo("another")
        );
    }

    [Test]
    public async Task Template_DeletedAndMadeAnewAsItWas_GoesOnForItsIdentifiers()
    {
        var version = await TemplateAsync();
        var id = Server.NewId();
        await CallAsync("POST", "/identityv2/data", Identifier(id, version, (2000, "boxCode", "A")));
        await CallAsync("DELETE", V5, new { prefix = Prefix, version });
        var change = Identifier(id, version, (2000, "boxCode", "B"));
        var meanwhile = await CallAsync("PUT", "/identityv2/data", change);
        var read = await DetailAsync(id);
        await TemplateAsync(version);

        Assert.That(meanwhile.Outcome, Is.EqualTo((-2, $"没有找到模板: {version}")));
        Assert.That(ValuesOf(read)[2000], Is.EqualTo("A"));
        Assert.That((await CallAsync("PUT", "/identityv2/data", change)).Outcome, Is.EqualTo((1, "success")));
    }

    [TestCase("/snms/api/v5/template", "缺少必要的请求参数: prefix")]
    [TestCase("/snms/api/v3/template?prefix=88.300.1", "缺少必要的请求参数: version")]
    public async Task Read_WithoutAParameter_NamesIt(string path, string message) =>
        Assert.That((await CallAsync("GET", path)).Outcome, Is.EqualTo((-2, message)));

    [Test]
    public async Task Template_WithAttributesOfOtherKinds_IsInvisible()
    {
        Assert.That(
            (await ReadAsync(V5, "part")).Outcome,
            Is.EqualTo((-2, "模板part含有非字符串类型的属性，本接口不支持"))
        );
        Assert.That(
            (
                await CallAsync("POST", "/identityv2/data", Identifier(Server.NewId(), "part", (2000, "name", "n")))
            ).Status,
            Is.EqualTo(-2)
        );
        var id = await Server.RegisterAsync();
        Assert.That((await DetailAsync(id)).Outcome, Is.EqualTo((-2, "模板part含有非字符串类型的属性，本接口不支持")));
    }

    [Test]
    public async Task Template_OfTheNodeOfTextsAlone_IsFoundByItsCodeAndIsAnAdminsToChange()
    {
        await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            """{"code":"plain","attributes":[{"code":"note","type":"text","visibility":"public"}]}"""
        );
        await Server.SendAsync(Role.Admin, "POST", "/api/v1/templates/plain/publish");
        var id = Server.NewId();

        var read = await ReadAsync(V5, "plain");
        var made = await CallAsync("POST", "/identityv2/data", Identifier(id, "plain", (2000, "note", "x")));
        var changed = await UpdateAsync("plain", Item("更多", "more", null));

        Assert.That(read.Data.GetProperty("items")[0].GetProperty("idType").GetString(), Is.EqualTo("note"));
        Assert.That(made.Outcome, Is.EqualTo((1, "success")));
        Assert.That((await DetailAsync(id)).Data.GetProperty("templateVersion").GetString(), Is.EqualTo("plain"));
        Assert.That(changed.Status, Is.EqualTo(-3));
    }

    [Test]
    public async Task Template_OfSnms_IsTheCoresTemplate()
    {
        var version = await TemplateAsync();
        var templates = await Server.GetAsync("/api/v1/templates", Role.Reader);

        var own = templates.Items.Single(t =>
            t.TryGetProperty("versionText", out var text) && text.GetString() == version
        );
        Assert.That(own.GetProperty("code").GetString(), Does.Match("^snms-[0-9a-f]{10}$"));
        Assert.That(own.GetProperty("state").GetString(), Is.EqualTo("published"));
        Assert.That(own.GetProperty("carrierType").GetInt32(), Is.EqualTo(2));
        Assert.That(own.GetProperty("industry").GetProperty("subclass").GetString(), Is.EqualTo("1512"));
        Assert.That(
            own.GetProperty("attributes")[0].GetProperty("visibility").GetString(),
            Is.EqualTo("public"),
            "as the reference shows them"
        );
        // A version saved over REST keeps the text, which other templates cannot take.
        var code = own.GetProperty("code").GetString()!;
        var kept = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            $$"""{"code":"{{code}}","attributes":[{"code":"boxCode","type":"text"}]}"""
        );
        var taken = await Server.SendAsync(
            Role.Admin,
            "POST",
            "/api/v1/templates",
            $$"""{"code":"other-code","prefix":"{{Prefix}}","versionText":"{{version}}","attributes":[]}"""
        );
        Assert.That((kept.Status, kept.Json.GetProperty("versionText").GetString()), Is.EqualTo((201, version)));
        Assert.That((taken.Status, taken.Text), Is.EqualTo((409, taken.Text)));
    }

    [Test]
    public async Task Template_WithAVersionThatIsACode_HasThatCode()
    {
        await TemplateAsync("lower-case-1");

        Assert.That(Server.Node.Catalog.Current.FindLatest("lower-case-1")?.VersionText, Is.EqualTo("lower-case-1"));
    }

    private async Task<(int Status, string Message)> ItemsAsync(params object[] items)
    {
        var template = Template("ITEMS");
        template["items"] = items;
        return (await CallAsync("POST", V5, template)).Outcome;
    }

    private async Task<(int Status, string Message)> UpdateAsync(string version, params object[] items)
    {
        var template = Template(version);
        template["items"] = items;
        return (await CallAsync("PUT", V5, template)).Outcome;
    }

    private Task<SnmsAnswer> ReadAsync(string path, string version) =>
        CallAsync("GET", $"{path}?prefix={Prefix}&version={Uri.EscapeDataString(version)}");

    private static string?[] Texts(JsonElement json, params string[] names) =>
        [.. names.Select(name => json.GetProperty(name).GetString())];
}
