using System.Diagnostics;
using System.Net;
using System.Text.Json;
using IdResolution.Server.Simulation;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Simulation;

/// <summary>Each fault, by code and over HTTP, and what is recorded.</summary>
[TestFixture]
public sealed class SimulatorFaultTests : SimulatorFixture
{
    private const string Data = "/identityv2/data";
    private const string BatchCreate = Data + "/batchCreate";

    [TestCase(FaultKind.NotLoggedIn, -1, "没有登录")]
    [TestCase(FaultKind.Busy, -1, "系统繁忙")]
    [TestCase(FaultKind.Refuse, -2, "业务处理失败")]
    [TestCase(FaultKind.Forbidden, -3, "没有权限")]
    [TestCase(FaultKind.Failed, -4, "系统内部错误")]
    public async Task Status_OfAFault_IsAnsweredToAllButLogIns(object kind, int status, string message)
    {
        await TemplateAsync();
        Node.Add(new Fault((FaultKind)kind) { Count = 2 });
        Node.Add(
            new Fault((FaultKind)kind)
            {
                Message = "另有原因",
                Path = Data,
                Count = 1,
            }
        );

        await LogInAsync();
        Assert.That((await CreateAsync("1")).Outcome, Is.EqualTo((status, message)));
        Assert.That((await CreateAsync("1")).Outcome, Is.EqualTo((status, message)));
        Assert.That((await CreateAsync("1")).Outcome, Is.EqualTo((status, "另有原因")));
        Assert.That((await CreateAsync("1")).Outcome, Is.EqualTo((1, "success")));
    }

    [TestCase("http500", 500)]
    [TestCase("http503", 503)]
    public async Task Http_OfAFault_IsAnsweredAndNothingIsDone(string fault, int status)
    {
        await TemplateAsync();
        object body = fault == "http503" ? new { fault, retryAfter = 7 } : new { fault };
        await ControlAsync("POST", "faults", body);

        using var answer = await SendAsync("POST", Data, Box("1"));
        using var login = await SendAsync("POST", "/identity/token", new { username = User, password = Password });

        Assert.That(((int)answer.StatusCode, (int)login.StatusCode), Is.EqualTo((status, status)));
        Assert.That(answer.Headers.RetryAfter?.Delta?.TotalSeconds, Is.EqualTo(status == 503 ? 7 : null));
        Assert.That(Node.Count, Is.Zero);
        Assert.That(Node.Calls[^2].Outcome, Is.EqualTo(fault));
    }

    [Test]
    public async Task Success_FollowedBy504_IsDone()
    {
        await TemplateAsync();
        Node.Add(new Fault(FaultKind.Status504AfterSuccess) { Count = 1 });

        using var first = await SendAsync("POST", Data, Box("1"));
        var second = await CreateAsync("1");

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.GatewayTimeout));
        Assert.That(second.Outcome, Is.EqualTo((-2, "标识已存在")));
    }

    [Test]
    public async Task Success_FollowedByACut_IsDone()
    {
        await TemplateAsync();
        await CreateAsync("1");
        Node.Add(new Fault(FaultKind.DropAfterSuccess) { Count = 1 });

        // What does not succeed is answered.
        Assert.That((await CreateAsync("1")).Outcome, Is.EqualTo((-2, "标识已存在")));
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("POST", Data, Box("2")));

        Assert.That(Node.Find(Prefix + "/2"), Is.Not.Null);
        Assert.That(Node.Calls[^1].Outcome, Is.EqualTo("dropAfterSuccess"));
        Assert.That((await CreateAsync("2")).Outcome, Is.EqualTo((-2, "标识已存在")));
    }

    [Test]
    public async Task Closed_Node_CutsEveryConnectionUntilItIsOpened()
    {
        await ControlAsync("POST", "faults", new { fault = "closed" });

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync("POST", Data, Box("1")));
        await Assert.ThrowsAsync<HttpRequestException>(() => LogInAsync());
        await ControlAsync("DELETE", "faults/closed");

        await LogInAsync();
        Assert.That(Node.Calls.Select(c => c.Outcome), Is.EqualTo(["1", "closed", "closed", "1"]));
    }

    [Test]
    public async Task Port_ClosedAndOpenedAgain_ServesTheSameNode()
    {
        await TemplateAsync();
        await CreateAsync("1");

        await StartAgainAsync(Node);

        Assert.That((await CreateAsync("1")).Outcome, Is.EqualTo((-2, "标识已存在")));
    }

    [Test]
    public async Task Slow_Answer_WaitsAfterTheWork()
    {
        await TemplateAsync();
        Node.Add(new Fault(FaultKind.Slow) { Milliseconds = 60_000, Count = 1 });
        var slow = SendAsync("POST", Data, Box("1"));

        Assert.That(() => Node.Find(Prefix + "/1"), Is.Not.Null.After(30_000, 5));
        Assert.That(slow.IsCompleted, Is.False);
        // Stopping ends the wait.
        await Server.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => slow);
    }

    [Test]
    public async Task Slow_Twice_Adds()
    {
        Node.Add(new Fault(FaultKind.Slow) { Milliseconds = 40, Count = 1 });
        Node.Add(new Fault(FaultKind.Slow) { Milliseconds = 60 });
        var watch = Stopwatch.StartNew();

        await LogInAsync();

        Assert.That(watch.ElapsedMilliseconds, Is.GreaterThanOrEqualTo(95));
        Assert.That(Node.Faults.Select(f => f.Milliseconds), Is.EqualTo([60]));
    }

    [Test]
    public async Task Refuse_OfAText_IsForTheItemsThatHoldIt()
    {
        await TemplateAsync();
        await ControlAsync(
            "POST",
            "faults",
            new
            {
                fault = "refuse",
                handle = "BAD",
                count = 2,
                message = "审核未通过",
            }
        );

        var untouched = await CallAsync("POST", BatchCreate, new[] { Box("OK-0") });
        var made = await CallAsync("POST", BatchCreate, new[] { Box("OK-1"), Box("BAD-1"), Box("BAD-2") });
        var one = await CreateAsync("BAD-1");
        var after = await CreateAsync("BAD-1");

        Assert.That(untouched.Messages, Is.EqualTo(["success"]));
        Assert.That(made.Messages, Is.EqualTo(["success", "审核未通过", "审核未通过"]));
        Assert.That(one.Outcome, Is.EqualTo((-2, "审核未通过")));
        Assert.That(after.Outcome, Is.EqualTo((1, "success")));
    }

    [Test]
    public async Task Failure_OfAText_IsForTheCallsThatHoldIt()
    {
        await TemplateAsync();
        Node.Add(new Fault(FaultKind.Failed) { Handle = "BAD" });

        Assert.That((await CallAsync("POST", BatchCreate, new[] { Box("OK-1") })).Messages, Is.EqualTo(["success"]));
        var made = await CallAsync("POST", BatchCreate, new[] { Box("OK-2"), Box("BAD-1") });
        var read = await DetailAsync(Prefix + "/BAD-1");

        Assert.That((made.Outcome.Status, read.Outcome.Status), Is.EqualTo((-4, -4)));
        Assert.That(Node.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Path_OfAFault_LeavesOtherCallsAlone()
    {
        Node.Add(new Fault(FaultKind.Failed) { Path = "/identityv2/*" });
        Node.Add(new Fault(FaultKind.Forbidden) { Path = "/identity/token" });

        Assert.That((await CreateAsync("1")).Outcome.Status, Is.EqualTo(-4));
        Assert.That((await DetailAsync("x")).Outcome.Status, Is.EqualTo(-4));
        Assert.That((await CallAsync("POST", "/snms/api/v5/template", Template())).Outcome.Status, Is.EqualTo(1));
        Assert.That((await CallAsync("POST", "/identity/token", new { })).Outcome.Status, Is.EqualTo(-3));
    }

    [Test]
    public async Task Tokens_Forgotten_AskForANewLogIn()
    {
        await ControlAsync("DELETE", "tokens");

        Assert.That((await CreateAsync("1")).Outcome, Is.EqualTo((-1, "没有登录")));
        var token = await LogInAsync();
        Assert.That((await CallAsync("POST", Data, Box("1"), token)).Outcome.Status, Is.EqualTo(-2));
    }

    [Test]
    public async Task Snapshot_Restored_IsTheStateOfThen()
    {
        await TemplateAsync();
        await CreateAsync("1", "old");
        await ControlAsync("POST", "restore", status: HttpStatusCode.Conflict);
        await ControlAsync("POST", "snapshot");
        await CreateAsync("2");
        await CallAsync("PUT", Data, Box("1", "new"));
        await CallAsync("DELETE", "/snms/api/v5/template", new { prefix = Prefix, version = Version });

        for (var i = 0; i < 2; i++)
        {
            await ControlAsync("POST", "restore");
            Assert.That((Node.Count, Node.Find(Prefix + "/1")![2000]), Is.EqualTo((1, "old")));
            Assert.That((await CreateAsync("2")).Outcome, Is.EqualTo((1, "success")));
        }
    }

    [TestCase("""{"fault":"none"}""", "$.fault")]
    [TestCase("""{"fault":2}""", "$.fault")]
    [TestCase("""{"fault":"closed","cuont":1}""", "cuont")]
    [TestCase("[]", "$")]
    [TestCase("null", "JSON object")]
    [TestCase("""{"fault":"slow"}""", "milliseconds")]
    [TestCase("""{"fault":"closed","count":0}""", "count")]
    [TestCase("""{"fault":"closed","milliseconds":5}""", "slow")]
    [TestCase("""{"fault":"closed","retryAfter":5}""", "http503")]
    [TestCase("""{"fault":"closed","handle":"x"}""", "refuse")]
    [TestCase("""{"fault":"closed","path":"identity"}""", "path")]
    public async Task Fault_OfTheWrongForm_IsNotSwitchedOn(string body, string part)
    {
        var answer = await ControlAsync("POST", "faults", body, HttpStatusCode.BadRequest);

        Assert.That(answer.GetProperty("error").GetString(), Does.Contain(part));
        Assert.That(Node.Faults, Is.Empty);
    }

    [Test]
    public async Task Faults_SwitchedOnAndOff_AreListed()
    {
        await ControlAsync(
            "POST",
            "faults",
            new
            {
                fault = "slow",
                milliseconds = 1,
                count = 3,
            }
        );
        var two = await ControlAsync("POST", "faults", new { fault = "http503", path = "/snms/*" });
        await LogInAsync();
        var left = await ControlAsync("DELETE", "faults/http503");
        var none = await ControlAsync("DELETE", "faults");

        Assert.That(two.GetArrayLength(), Is.EqualTo(2));
        Assert.That(left.GetRawText(), Is.EqualTo("""[{"fault":"slow","count":2,"milliseconds":1}]"""));
        Assert.That(none.GetArrayLength(), Is.Zero);
        await ControlMissingAsync("DELETE", "faults/none");
        await ControlMissingAsync("DELETE", "faults/0");
        await ControlMissingAsync("GET", "none");
    }

    [Test]
    public async Task State_Asked_TellsWhatIsThereAndWhatWasAsked()
    {
        await TemplateAsync();
        await CreateAsync("1");
        await CreateAsync("1");
        await CallAsync("POST", BatchCreate, new[] { Box("2") });

        var state = await ControlAsync("GET", "state?handle=88.300.1%2F1");

        Assert.That(
            state.GetProperty("users")[0].GetRawText(),
            Is.EqualTo("""{"name":"ent-1","prefixes":["88.300.1"]}""")
        );
        Assert.That(state.GetProperty("templates")[0].GetProperty("version").GetString(), Is.EqualTo(Version));
        Assert.That(state.GetProperty("identifiers").GetInt32(), Is.EqualTo(2));
        Assert.That(state.GetProperty("identifier").GetProperty("handle").GetString(), Is.EqualTo(Prefix + "/1"));
        Assert.That(state.GetRawText(), Does.Not.Contain(Password).And.Not.Contain(Token));
        Assert.That(
            state.GetProperty("calls").EnumerateObject().Select(c => $"{c.Name}: {c.Value}"),
            Is.EqualTo([
                "POST /identity/token 1: 1",
                "POST /identityv2/data -2: 1",
                "POST /identityv2/data 1: 1",
                "POST /identityv2/data/batchCreate 1: 1",
                "POST /snms/api/v5/template 1: 1",
            ])
        );
        Assert.That(state.GetProperty("mostBatchesAtOnce").GetRawText(), Is.EqualTo("""{"88.300.1":1}"""));
        var unknown = await ControlAsync("GET", "state?handle=x");
        Assert.That(unknown.TryGetProperty("identifier", out _), Is.False);
    }

    [Test]
    public async Task Calls_Asked_AreInTheOrderOfTheirWork()
    {
        await TemplateAsync();
        await ControlAsync("DELETE", "calls");
        await CallAsync("POST", BatchCreate, new[] { Box("2"), Box("1") });
        await CallAsync("DELETE", Data, new { handle = Prefix + "/1" });

        var calls = (await ControlAsync("GET", "calls")).EnumerateArray().ToList();

        Assert.That(
            calls.Select(c => $"{c.GetProperty("method")} {c.GetProperty("path")} {c.GetProperty("handles")}"),
            Is.EqualTo([
                """POST /identityv2/data/batchCreate ["88.300.1/2","88.300.1/1"]""",
                """DELETE /identityv2/data ["88.300.1/1"]""",
            ])
        );
        Assert.That(calls.Select(c => c.GetProperty("number").GetInt64()), Is.Ordered);
        Assert.That(calls.Select(c => c.GetProperty("at").GetDateTimeOffset()), Is.Ordered);
    }

    [Test]
    public async Task Clients_TenAtOnce_AreAnsweredEachAndCounted()
    {
        await TemplateAsync();
        Node.Add(
            new Fault(FaultKind.Slow)
            {
                Milliseconds = 1_000,
                Path = BatchCreate,
                Count = 10,
            }
        );

        var clients = Enumerable
            .Range(0, 10)
            .Select(async client =>
            {
                for (var batch = 0; batch < 3; batch++)
                {
                    var boxes = Enumerable.Range(0, 100).Select(i => Box($"{client}-{batch}-{i}")).Append(Box("SAME"));
                    var made = await CallAsync("POST", BatchCreate, boxes);
                    Assert.That(made.Messages.Take(100), Has.All.EqualTo("success"));
                    Assert.That(
                        (await CallAsync("PUT", Data, Box($"{client}-{batch}-0", "2"))).Outcome.Status,
                        Is.EqualTo(1)
                    );
                }
            });
        await Task.WhenAll(clients);

        Assert.That(Node.Count, Is.EqualTo(3_001));
        Assert.That(Node.MostBatchesAtOnce(Prefix), Is.GreaterThan(1).And.LessThanOrEqualTo(10));
        Assert.That(Node.MostBatchesAtOnce(OtherPrefix), Is.Zero);
        Assert.That(Node.Calls.Select(c => c.Number), Is.EqualTo(Enumerable.Range(1, 62)));
    }

    [Test]
    public async Task Batches_OneAfterTheOther_AreOneAtOnce()
    {
        await TemplateAsync();
        for (var i = 0; i < 20; i++)
        {
            await CallAsync("POST", BatchCreate, new[] { Box($"{i}"), Box("88.300.2/x") });
        }

        Assert.That(Node.MostBatchesAtOnce(Prefix), Is.EqualTo(1));
        Assert.That(Node.MostBatchesAtOnce(OtherPrefix), Is.EqualTo(1));
    }

    [Test]
    [Category(Lane.Soak)]
    public async Task Batches_OfAThousand_AreFast()
    {
        await TemplateAsync();
        var bodies = Enumerable
            .Range(0, 20)
            .Select(b => JsonSerializer.Serialize(Enumerable.Range(0, 1_000).Select(i => Box($"{b}-{i}"))))
            .ToList();
        await CallAsync("POST", BatchCreate, bodies[0]);
        var watch = Stopwatch.StartNew();

        foreach (var body in bodies[1..])
        {
            await CallAsync("POST", BatchCreate, body);
        }

        TestContext.Out.WriteLine($"{watch.ElapsedMilliseconds / 19.0:0.0} ms a batch");
        // They take some milliseconds; this catches what grows with the number of identifiers.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(19)));
        Assert.That(Node.Count, Is.EqualTo(20_000));
    }

    private async Task ControlMissingAsync(string method, string path)
    {
        using var answer = await SendAsync(method, "/simulator/" + path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }
}
