using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class VisibilityTests : NodeFixture
{
    private string _id = "";

    [OneTimeSetUp]
    public async Task RegisterAsync() =>
        _id = await Server.RegisterAsync(
            """
            "source":"mes-7","sourceKey":"order-815","attributes":{"name":"open","grade":"A","cost":471.1},
            "values":[{"index":3,"type":"OPEN","data":"all-may-read"},{"index":4,"type":"SHUT","data":"admins-alone","permissions":"1100"},{"index":5,"type":"HS_SECKEY","data":"nobody-at-all"}]
            """
        );

    [TestCase(Role.Anonymous, "open all-may-read")]
    [TestCase(Role.Partner, "open grade all-may-read")]
    [TestCase(Role.Reader, "open grade 471.1 mes-7 order-815 all-may-read")]
    [TestCase(Role.Registrar, "open grade 471.1 mes-7 order-815 all-may-read")]
    [TestCase(Role.Admin, "open grade 471.1 mes-7 order-815 all-may-read admins-alone")]
    public async Task Record_InEveryView_ShowsEachRoleWhatItMaySee(Role role, string shown)
    {
        string[] all =
        [
            "open",
            "grade",
            "471.1",
            "mes-7",
            "order-815",
            "all-may-read",
            "admins-alone",
            "nobody-at-all",
        ];
        var expected = shown.Split(' ');
        // Twice: the second answers come from the cache.
        for (var i = 0; i < 2; i++)
        {
            foreach (
                var (method, target, body, accept) in new (string, string, string?, string)[]
                {
                    ("GET", "/api/v1/identifiers/" + _id, null, "*/*"),
                    ("GET", "/" + _id, null, "application/json"),
                    ("POST", "/api/v1/scan", $$"""{"text":"{{_id}}"}""", "*/*"),
                }
            )
            {
                var answer = await Server.SendAsync(role, method, target, body, ("Accept", accept));
                Assert.That(
                    all.Where(t => answer.Text.Contains(t, StringComparison.Ordinal)),
                    Is.EquivalentTo(expected),
                    target
                );
            }
        }
        if (new Caller(role, 0, "").Is(Role.Reader))
        {
            foreach (var target in new[] { "/api/v1/history/" + _id, "/api/v1/search?template=part" })
            {
                var answer = await Server.GetAsync(target, role);
                Assert.That(
                    all.Where(t => answer.Text.Contains(t, StringComparison.Ordinal)),
                    Is.EquivalentTo(expected),
                    target
                );
            }
        }
    }

    [TestCase(Role.Anonymous, "open all-may-read")]
    [TestCase(Role.Partner, "open 等级 all-may-read")]
    [TestCase(Role.Reader, "open 等级 471.1 all-may-read")]
    [TestCase(Role.Admin, "open 等级 471.1 all-may-read admins-alone")]
    public async Task Page_ShowsEachRoleWhatItMaySee(Role role, string shown)
    {
        var page = await Server.GetAsync("/" + _id, role, ("Accept", "text/html"), ("Accept-Language", "zh"));

        Assert.That(
            new[] { "open", "等级", "471.1", "all-may-read", "admins-alone", "nobody-at-all" }.Where(t =>
                page.Text.Contains(t, StringComparison.Ordinal)
            ),
            Is.EquivalentTo(shown.Split(' '))
        );
    }

    [Test]
    public async Task Labels_WhoeverPrintsThem_ShowOnlyWhatEveryoneMaySee()
    {
        var label = await Server.GetAsync($"/api/v1/labels/{_id}.zpl", Role.Admin);
        var sheet = await Server.GetAsync("/api/v1/labels/sheet?id=" + _id, Role.Admin);

        Assert.That((label.Text + sheet.Text).Contains("open", StringComparison.Ordinal));
        Assert.That(
            label.Text + sheet.Text,
            Does.Not.Contain("471.1").And.Not.Contain("Grade").And.Not.Contain("mes-7")
        );
    }
}
