using IdResolution.Server.Options;

namespace IdResolution.Server.Tests.Snms;

/// <summary>Section 5 of the sheet: many identifiers at a time.</summary>
[TestFixture]
public sealed class BatchTests : SnmsFixture
{
    private const string Create = "/identityv2/data/batchCreate";
    private const string Update = "/identityv2/data/batchUpdate";
    private const string Delete = "/identityv2/data/batchDelete";

    private string _version = "";

    [OneTimeSetUp]
    public async Task MakeTemplateAsync() => _version = await TemplateAsync("BATCHES");

    private protected override void Configure(NodeOptions options) => options.Limits.BatchBytes = 2 << 20;

    [Test]
    public async Task Create_EachItem_HasItsOwnOutcomeInOrder()
    {
        var (there, first, second, bad) = (Server.NewId(), Server.NewId(), Server.NewId(), Server.NewId());
        await CallAsync("POST", "/identityv2/data", Box(there, "A"));

        var answer = await CallAsync(
            "POST",
            Create,
            new object?[]
            {
                Box(second, "2"),
                Box(there, "A"),
                Box(first, "1"),
                Box(first, "1"),
                Identifier(bad, _version, (2002, "x", "y")),
                Box(bad, "3"),
                Box("88.300.2/foreign", "4"),
                5,
                null,
                new { handle = "88.300.1/odd", templateVersion = 5 },
            }
        );

        Assert.That(answer.Outcome, Is.EqualTo((1, "success")));
        Assert.That(
            answer.Items,
            Is.EqualTo(
                new (string?, string?)[]
                {
                    (second, "success"),
                    (there, "标识已存在"),
                    (first, "success"),
                    (first, "标识已存在"),
                    (bad, "非法操作，索引2002在模板中不存在"),
                    (bad, "success"),
                    ("88.300.2/foreign", "没有权限，前缀88.300.2不属于当前用户"),
                    (null, "请求参数格式错误: body"),
                    (null, "请求参数格式错误: body"),
                    ("88.300.1/odd", "请求参数格式错误: templateVersion"),
                }
            ),
            answer.ToString()
        );
        Assert.That(answer.Data[0].EnumerateObject().Select(m => m.Name), Is.EqualTo(["handle", "msg"]));
    }

    [Test]
    public async Task Create_AfterAFirstOneThatFailed_TheSecondIsTaken()
    {
        // Unknown to the check before: the store alone finds the conflict of a unique value.
        var version = await TemplateAsync();
        var id = Server.NewId();

        var answer = await CallAsync(
            "POST",
            Create,
            new[]
            {
                Identifier(id, version, (2001, "spec", "without the required one")),
                Identifier(id, version, (2000, "boxCode", "A")),
                Identifier(id, version, (2000, "boxCode", "B")),
            }
        );

        Assert.That(
            answer.Items.Select(i => i.Message),
            Is.EqualTo(["缺少必填属性: boxCode", "success", "标识已存在"])
        );
    }

    [Test]
    public async Task Create_OfDeletedOnes_BringsThemBack()
    {
        var ids = Enumerable.Range(0, 5).Select(_ => Server.NewId()).ToList();
        await CallAsync("POST", Create, ids.Select(id => Box(id, "A")));
        await CallAsync("DELETE", Delete, ids);

        var answer = await CallAsync(
            "POST",
            Create,
            ids.Select(id => Box(id, id == ids[0] ? "A" : "B")).Append(Box(ids[1], "B")).Append(Box(ids[2], "C"))
        );

        Assert.That(
            answer.Items.Select(i => i.Message),
            Is.EqualTo(["success", "success", "success", "success", "success", "标识已存在", "标识已存在"])
        );
        Assert.That(ValuesOf(await DetailAsync(ids[2]))[2000], Is.EqualTo("B"));
    }

    [Test]
    public async Task Update_EachItem_HasItsOwnOutcomeInOrder()
    {
        var (first, second, gone) = (Server.NewId(), Server.NewId(), Server.NewId());
        await CallAsync("POST", Create, new[] { Box(first, "1"), Box(second, "2"), Box(gone, "3") });
        await CallAsync("DELETE", "/identityv2/data", new { handle = gone });

        var answer = await CallAsync(
            "PUT",
            Update,
            new[]
            {
                Box(second, "22"),
                Box(gone, "33"),
                Box(first, "11"),
                Box(first, "111"),
                Identifier(second, _version, (2000, "wrong", "x")),
            }
        );

        Assert.That(answer.Outcome, Is.EqualTo((1, "success")));
        Assert.That(
            answer.Items,
            Is.EqualTo(
                new (string?, string?)[]
                {
                    (second, "success"),
                    (gone, "标识不存在"),
                    (first, "success"),
                    (first, "success"),
                    (second, "非法操作，索引2000的类型应为boxCode"),
                }
            )
        );
        Assert.That(ValuesOf(await DetailAsync(first))[2000], Is.EqualTo("111"), "the last one");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Delete_AsAListOrAMember_SaysItByNumberAndText(bool bare)
    {
        var id = Server.NewId();
        await CallAsync("POST", "/identityv2/data", Box(id, "1"));
        string?[] handles = [id, Prefix + "/NONE", id, "88.300.2/x", null];

        var answer = await CallAsync("DELETE", Delete, bare ? handles : new { handles });

        Assert.That(answer.Outcome, Is.EqualTo((1, "success")));
        Assert.That(answer.Data[0].EnumerateObject().Select(m => m.Name), Is.EqualTo(["handle", "code", "msg"]));
        Assert.That(
            answer
                .Data.EnumerateArray()
                .Select(i => (i.GetProperty("code").GetInt32(), i.GetProperty("msg").GetString())),
            Is.EqualTo(
                new (int, string?)[]
                {
                    (1, "success"),
                    (-2, "标识不存在"),
                    (-2, "标识不存在"),
                    (-3, "没有权限，前缀88.300.2不属于当前用户"),
                    (-2, "缺少必要的请求参数: handle"),
                }
            )
        );
    }

    [Test]
    public async Task Batch_OfMoreThan2000_IsRefusedWhole()
    {
        var handles = Enumerable.Range(0, 2_001).Select(i => $"{Prefix}/MANY-{i}").ToList();
        var items = handles.Select(h => Box(h, "1")).ToList();
        var expected = (-2, "单次请求最多2000条标识");

        Assert.That((await CallAsync("POST", Create, items)).Outcome, Is.EqualTo(expected));
        Assert.That((await CallAsync("PUT", Update, items)).Outcome, Is.EqualTo(expected));
        Assert.That((await CallAsync("DELETE", Delete, handles)).Outcome, Is.EqualTo(expected));
        Assert.That((await DetailAsync(handles[0])).Status, Is.EqualTo(-2));
    }

    [Test]
    public async Task Batch_Of2000_IsDoneAndUndone()
    {
        var handles = Enumerable.Range(0, 2_000).Select(i => $"{Prefix}/FULL-{i}").ToList();

        var made = await CallAsync("POST", Create, handles.Select(h => Box(h, "1")));
        var changed = await CallAsync("PUT", Update, handles.Select(h => Box(h, "2")));
        var deleted = await CallAsync("DELETE", Delete, handles);

        foreach (var answer in new[] { made, changed, deleted })
        {
            Assert.That(answer.Items.Select(i => i.Handle), Is.EqualTo(handles));
            Assert.That(answer.Items.Select(i => i.Message), Has.All.EqualTo("success"));
        }
    }

    [TestCase("POST", Create)]
    [TestCase("PUT", Update)]
    [TestCase("DELETE", Delete)]
    public async Task Batch_OfTheWrongForm_IsRefused(string method, string path)
    {
        Assert.That((await CallAsync(method, path, "{}")).Outcome, Is.EqualTo((-2, "请求参数格式错误: body")));
        Assert.That((await CallAsync(method, path, "[")).Status, Is.EqualTo(-2));
        Assert.That((await CallAsync(method, path, "[]")).Outcome, Is.EqualTo((1, "success")));
        Assert.That((await CallAsync(method, path, new[] { new string('x', 3 << 20) })).Status, Is.EqualTo(-2));
    }

    private Dictionary<string, object?> Box(string handle, string code) =>
        Identifier(handle, _version, (2000, "boxCode", code));
}
