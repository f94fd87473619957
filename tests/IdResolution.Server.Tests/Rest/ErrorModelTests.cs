using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Server.Http;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class ErrorModelTests : NodeFixture
{
    [TestCaseSource(nameof(Codes))]
    public void ErrorCode_Every_HasStatusesAndATitle(ErrorCode code)
    {
        Assert.Multiple(() =>
        {
            Assert.That(ErrorMap.HttpStatus(code, writing: true), Is.InRange(400, 507));
            Assert.That(ErrorMap.HttpStatus(code, writing: false), Is.InRange(400, 507));
            Assert.That(
                ErrorMap.GrpcStatus(code),
                Is.Not.AnyOf(global::Grpc.Core.StatusCode.OK, global::Grpc.Core.StatusCode.Unknown)
            );
            Assert.That(ErrorMap.SnmsStatus(code), Is.InRange(-4, -1));
            Assert.That(ErrorMap.Title(code).En, Does.Match("^[A-Z][A-Za-z ]+$"));
            Assert.That(ErrorMap.Title(code).Zh, Does.Match(@"^\p{IsCJKUnifiedIdeographs}+$"));
        });
    }

    [Test]
    public void Titles_AreDifferent()
    {
        Assert.That(Codes().Select(code => ErrorMap.Title(code).En), Is.Unique);
        Assert.That(Codes().Select(code => ErrorMap.Title(code).Zh), Is.Unique);
    }

    [TestCase(ErrorCode.InvalidIdentifier, 422, 400)]
    [TestCase(ErrorCode.NotResponsible, 422, 404)]
    [TestCase(ErrorCode.StorageFull, 507, 507)]
    [TestCase(ErrorCode.SequenceExhausted, 409, 409)]
    [TestCase(ErrorCode.NotPublished, 409, 409)]
    [TestCase(ErrorCode.KeyConflict, 409, 409)]
    [TestCase(ErrorCode.Revoked, 410, 410)]
    [TestCase(ErrorCode.Unavailable, 503, 503)]
    public void ErrorCode_HasTheStatusOfTheContract(ErrorCode code, int writing, int reading)
    {
        Assert.That(
            (ErrorMap.HttpStatus(code, true), ErrorMap.HttpStatus(code, false)),
            Is.EqualTo((writing, reading))
        );
    }

    [Test]
    public async Task Problem_HasItsMembersAndMediaType()
    {
        var answer = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            """{"template":"part","attributes":{"grade":"Z"}}"""
        );

        Assert.Multiple(() =>
        {
            Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/problem+json"));
            Assert.That(
                answer.Json.EnumerateObject().Select(m => m.Name),
                Is.EqualTo(new[] { "title", "status", "code", "detail", "errors", "traceId" })
            );
            Assert.That(answer.Json.GetProperty("status").GetInt32(), Is.EqualTo(422));
            Assert.That(
                answer
                    .Json.GetProperty("errors")
                    .EnumerateArray()
                    .Select(e => string.Join(' ', e.EnumerateObject().Select(m => m.Name))),
                Has.All.EqualTo("field code message")
            );
        });
    }

    [Test]
    public async Task Problem_InChineseWhereTheCallerAsks()
    {
        var english = await Server.GetAsync(
            "/api/v1/identifiers/" + Server.NewId(),
            headers: ("Accept-Language", "en")
        );
        var chinese = await Server.GetAsync(
            "/api/v1/identifiers/" + Server.NewId(),
            headers: ("Accept-Language", "zh-CN,zh;q=0.9")
        );

        Assert.That(english.Json.GetProperty("detail").GetString(), Does.Contain("is not registered"));
        Assert.That(chinese.Text, Does.Contain("未注册"), "Chinese stands in the answer as such.");
        Assert.That(Title(english), Is.EqualTo("Not found"));
        Assert.That(Title(chinese), Is.EqualTo("未找到"));
    }

    [TestCase("GET", "/api/v1/nothing", null, "Not found", "未找到")]
    [TestCase("DELETE", "/api/v1/categories", null, "Method not allowed", "不支持该请求方法")]
    [TestCase("POST", "/api/v1/identifiers", "{", "Malformed request", "请求格式错误")]
    [TestCase("POST", "/api/v1/identifiers", """{"values":7}""", "Invalid value", "值无效")]
    public async Task Problem_Title_IsInTheLanguageOfTheCaller(
        string method,
        string target,
        string? body,
        string en,
        string zh
    )
    {
        var english = await Server.SendAsync(Role.Admin, method, target, body, ("Accept-Language", "fr, en;q=0.5"));
        var chinese = await Server.SendAsync(Role.Admin, method, target, body, ("Accept-Language", "zh"));

        Assert.That((Title(english), Title(chinese)), Is.EqualTo((en, zh)));
    }

    [Test]
    public async Task Problem_InChinese_HasABlankBehindALatinNameAndNoneBehindAChineseOne()
    {
        var list = await RefusedAsync("""{"template":"part","attributes":{"name":"a"},"values":7}""");
        var whole = await RefusedAsync("7");
        var required = await RefusedAsync("""{"template":"part","attributes":{}}""");

        Assert.That(list, Is.EqualTo("values 应为列表。"));
        Assert.That(whole, Is.EqualTo("请求体应为对象。"));
        Assert.That(required, Is.EqualTo("名称为必填项。"));

        async Task<string?> RefusedAsync(string body) =>
            (await Server.SendAsync(Role.Admin, "POST", "/api/v1/identifiers", body, ("Accept-Language", "zh")))
                .Json.GetProperty("detail")
                .GetString();
    }

    [Test]
    public async Task Problem_OfAFault_SaysNothingOfItsCause()
    {
        await using var node = await TestNode.StartAsync();
        node.Log.Expect("RequestFailed");
        // A node whose store is closed under it fails to write in a way that nobody foresaw.
        await node.StopWorkerAsync();
        node.Node.Store.Dispose();

        foreach (
            var (method, target, body) in new (string, string, string)[]
            {
                ("POST", "/api/v1/identifiers", """{"template":"part","attributes":{"name":"n"}}"""),
                ("POST", "/api/v1/categories", """{"code":"never"}"""),
                ("POST", "/api/v1/keys", """{"role":"reader"}"""),
            }
        )
        {
            var answer = await node.SendAsync(Role.Admin, method, target, body);
            Assert.That(
                (answer.Status, answer.MediaType),
                Is.EqualTo((500, "application/problem+json")).Or.EqualTo((503, "application/problem+json")),
                answer.Text
            );
            Assert.That(
                answer.Text,
                Does.Not.Contain("Exception")
                    .And.Not.Contain("Sqlite")
                    .And.Not.Contain("   at ")
                    .And.Not.Contain("disposed")
                    .IgnoreCase
            );
            Assert.That(answer.Json.GetProperty("traceId").GetString(), Is.Not.Empty);
        }
    }

    [Test]
    public async Task EveryErrorOfTheDocument_IsAProblem()
    {
        var document = (await Server.GetAsync("/openapi/v1.json")).Json;
        var responses = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject())
            .SelectMany(o => o.Value.GetProperty("responses").EnumerateObject());

        Assert.That(
            responses
                .Where(r => r.Name.StartsWith('4'))
                .Select(r => r.Value.GetProperty("content").EnumerateObject().Single().Name),
            Is.Not.Empty.And.All.EqualTo("application/problem+json")
        );
    }

    private static string? Title(Answer answer) => answer.Json.GetProperty("title").GetString();

    private static ErrorCode[] Codes() => Enum.GetValues<ErrorCode>();
}
