using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Snms;
using IdResolution.Server.Hosting;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Snms;

/// <summary>Section 3 of the sheet: both log-ins, and how long a token holds.</summary>
[TestFixture]
public sealed class TokenTests : SnmsFixture
{
    private const string WrongLogin = "用户名/密码错误！";
    private const string NotLoggedIn = "没有登录";
    private const string Detail = "/identityv2/data/detail?handle=88.300.1/none";

    [Test]
    public async Task LogIn_InTheClear_GivesATokenAndNothingElse()
    {
        var answer = await CallAsync("POST", "/identity/token", new { username = User, password = Password }, null);

        Assert.That(answer.Outcome, Is.EqualTo((1, "success")));
        Assert.That(answer.Data.EnumerateObject().Select(m => m.Name), Is.EqualTo(["token"]));
        Assert.That(await OutcomeAsync(answer.Data.GetProperty("token").GetString()), Is.EqualTo((-2, "没有找到标识")));
    }

    [TestCase(-1, 1)]
    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(-2, -2)]
    [TestCase(2, -2)]
    public async Task LogIn_ByTheDigestOfADay_HoldsTheDayBeforeAndAfter(int days, int status)
    {
        var day = SnmsPassword.DayOf(DateTimeOffset.UtcNow).AddDays(days);
        var password = SnmsPassword.Outer(SnmsPassword.Inner(Password), day);

        var answer = await CallAsync("POST", "/identity/token/v1", new { username = User, password }, null);

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Message, Is.EqualTo(status == 1 ? "success" : WrongLogin));
    }

    [TestCase("/identity/token", User, "wrong-password-1")]
    [TestCase("/identity/token", "nobody-at-all", Password)]
    [TestCase("/identity/token", User, "0123456789012345678901234567890123456789012345678901234567890123x")]
    [TestCase("/identity/token", "012345678901234567890123456789012345678901234567890", Password)]
    [TestCase("/identity/token/v1", User, Password)]
    [TestCase(
        "/identity/token/v1",
        "nobody-at-all",
        "866150899c20d4d8edc89425e7994cb6b358bfce4c60885ed961d1f0171118e5"
    )]
    public async Task LogIn_Wrong_IsTold(string path, string username, string password)
    {
        var answer = await CallAsync("POST", path, new { username, password }, null);

        Assert.That(answer.Outcome, Is.EqualTo((-2, WrongLogin)));
        Assert.That(answer.Data.ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [TestCase("""{"password":"x"}""", "缺少必要的请求参数: username")]
    [TestCase("""{"username":"x"}""", "缺少必要的请求参数: password")]
    [TestCase("""{"Username":"x","password":"x"}""", "缺少必要的请求参数: username")]
    [TestCase("""{"username":5,"password":"x"}""", "请求参数格式错误: username")]
    [TestCase("[]", "请求参数格式错误: body")]
    public async Task LogIn_Incomplete_NamesWhatIsMissing(string body, string message) =>
        Assert.That((await CallAsync("POST", "/identity/token", body, null)).Outcome, Is.EqualTo((-2, message)));

    [Test]
    public async Task LogIn_ByAnotherDigest_IsWrong()
    {
        // A node of its own: wrong log-ins slow the next ones down.
        await using var node = await TestNode.StartAsync();
        await MakeAsync(node, "digest", null);
        var (day, inner) = (SnmsPassword.DayOf(DateTimeOffset.UtcNow), SnmsPassword.Inner(Password));
        var date = Encoding.ASCII.GetBytes(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        string[] wrong =
        [
            SnmsPassword.Outer(inner.ToUpperInvariant(), day),
            SnmsPassword.Outer(inner, day).ToUpperInvariant(),
            Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(inner), .. date])),
        ];

        foreach (var password in wrong)
        {
            Assert.That(await LogInAsync(password), Is.EqualTo((-2, WrongLogin)));
        }
        Assert.That(await LogInAsync(SnmsPassword.Outer(inner, day)), Is.EqualTo((1, "success")));

        async Task<(int, string)> LogInAsync(string password)
        {
            var body = JsonSerializer.Serialize(new { username = "digest", password });
            return new SnmsAnswer(await node.SendAsync((string?)null, "POST", "/identity/token/v1", body)).Outcome;
        }
    }

    [TestCase("{")]
    [TestCase("")]
    public async Task LogIn_NotJson_IsRefused(string body) =>
        Assert.That((await CallAsync("POST", "/identity/token", body, null)).Status, Is.EqualTo(-2));

    [Test]
    public async Task LogIn_TooLong_IsRefused() =>
        Assert.That(
            (
                await CallAsync(
                    "POST",
                    "/identity/token",
                    new { username = User, password = new string('x', 70_000) },
                    null
                )
            ).Status,
            Is.EqualTo(-2)
        );

    [TestCase(null)]
    [TestCase("nonsense")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Call_WithoutATokenThatHolds_IsNotLoggedIn(string? token) =>
        Assert.That(await OutcomeAsync(token), Is.EqualTo((-1, NotLoggedIn)));

    [Test]
    public async Task Call_WithAnApiKeyInPlaceOfAToken_IsNotLoggedIn() =>
        Assert.That(await OutcomeAsync(Server.KeyOf(Role.Admin)), Is.EqualTo((-1, NotLoggedIn)));

    [Test]
    public async Task Token_AlteredAnywhere_IsNotLoggedIn()
    {
        Assert.That((await OutcomeAsync(Token)).Status, Is.EqualTo(-2), "the true one is known from then on");
        for (var i = 0; i < Token.Length; i += 7)
        {
            var altered = Token[..i] + (Token[i] == 'A' ? 'B' : 'A') + Token[(i + 1)..];
            Assert.That(await OutcomeAsync(altered), Is.EqualTo((-1, NotLoggedIn)), $"at {i}");
        }
    }

    [Test]
    public async Task Token_OfARevokedKey_EndsAtOnce()
    {
        var key = await IdentityAsync("leaver", Password);
        var token = await TokenAsync("leaver", Password);
        var before = await OutcomeAsync(token);

        await Server.SendAsync(Role.Admin, "DELETE", $"/api/v1/keys/{key.Id}");

        Assert.That((before.Status, await OutcomeAsync(token)), Is.EqualTo((-2, (-1, NotLoggedIn))));
        Assert.That(
            (
                await CallAsync("POST", "/identity/token", new { username = "leaver", password = Password }, null)
            ).Outcome,
            Is.EqualTo((-2, WrongLogin))
        );
    }

    [Test]
    public async Task Token_AfterADay_OrTheEndOfItsKey_HasEnded()
    {
        var time = new SlidingTime();
        await using var node = await TestNode.StartAsync(time: time);
        await MakeAsync(node, "day", null);
        await MakeAsync(node, "short", time.GetUtcNow().AddHours(2));
        var (day, brief) = (await LogInAsync(node, "day"), await LogInAsync(node, "short"));

        time.Advance(TimeSpan.FromHours(3));
        var first = (await StatusAsync(node, day), await StatusAsync(node, brief));
        time.Advance(TimeSpan.FromHours(21.1));
        var second = await StatusAsync(node, day);

        Assert.That((first, second), Is.EqualTo(((-2, -1), -1)));
    }

    [Test]
    public async Task Token_OnAnotherNodeOfTheStore_Holds()
    {
        await using var other = await TestNode.StartAsync(data: Server.Node.Options.Data);

        Assert.That(await StatusAsync(other, Token), Is.EqualTo(-2));
    }

    [Test]
    public async Task LogIns_RightAndWrong_AreInTheAudit()
    {
        await IdentityAsync("audited", Password);
        await TokenAsync("audited", Password);
        await CallAsync("POST", "/identity/token", new { username = "audited", password = "wrong-password" }, null);
        await Server.Node.Auditor.FlushAsync(all: true, CancellationToken.None);

        var lines = (await Server.GetAsync("/api/v1/audit?action=snms.authenticate&target=audited", Role.Admin)).Items;

        Assert.That(
            lines.Select(l => l.GetProperty("outcome").GetString()),
            Is.EquivalentTo(["done", "AuthenticationFailed"])
        );
        Assert.That(lines.Select(l => l.GetProperty("source").GetString()), Has.All.EqualTo("127.0.0.1"));
    }

    [Test]
    public async Task Guessing_IsSlowedDown_AlsoForUsersThatNobodyHas()
    {
        await using var node = await TestNode.StartAsync();
        await MakeAsync(node, "guessed", null);
        foreach (var user in new[] { "guessed", "nobody" })
        {
            var answers = new List<SnmsAnswer>();
            for (var i = 0; i < 12; i++)
            {
                answers.Add(await TryAsync(node, user, "wrong-password-" + i));
            }
            var last = answers[^1];
            Assert.That(last.Status, Is.EqualTo(-2));
            Assert.That(last.Message, Does.Match("^登录失败次数过多，请[0-9]+秒后重试$"));
            Assert.That(last.Http.Header("Retry-After"), Is.Not.Null);
        }
    }

    [Test]
    public async Task Key_Rotated_LetsLogInAndTokensHold()
    {
        await using var node = await TestNode.StartAsync();
        await MakeAsync(node, "rotated", null);
        var token = await LogInAsync(node, "rotated");
        using (var verb = await NodeContainer.OpenAsync(node.Node.Options, create: false, TimeProvider.System))
        {
            await verb.Get<Core.Documents.DataKeys>().RotateAsync(CancellationToken.None);
        }

        Assert.That(await StatusAsync(node, token), Is.EqualTo(-2));
        Assert.That((await TryAsync(node, "rotated", Password)).Status, Is.EqualTo(1));
    }

    private async Task<(int Status, string Message)> OutcomeAsync(string? token) =>
        (await CallAsync("GET", Detail, null, token)).Outcome;

    private static async Task<int> StatusAsync(TestNode node, string token) =>
        new SnmsAnswer(await node.SendAsync(token, "GET", Detail)).Status;

    private static async Task MakeAsync(TestNode node, string user, DateTimeOffset? end) =>
        Assert.That(
            (
                await node.Node.Keys.CreateAsync(
                    new Core.Administration.NewKey(Role.Registrar, user, end, Secret: Password),
                    Caller.Node,
                    CancellationToken.None
                )
            ).IsOk
        );

    private static async Task<SnmsAnswer> TryAsync(TestNode node, string username, string password) =>
        new(
            await node.SendAsync(
                (string?)null,
                "POST",
                "/identity/token",
                JsonSerializer.Serialize(new { username, password })
            )
        );

    private static async Task<string> LogInAsync(TestNode node, string user) =>
        (await TryAsync(node, user, Password)).Data.GetProperty("token").GetString()!;
}
