using System.Text;
using IdResolution.Core.Access;
using IdResolution.Server.Pages;
using IdResolution.Server.Tests.Pages;
using IdResolution.Server.Tests.Rest;

namespace IdResolution.Server.Tests.Traceability;

/// <summary>The story on an item's page, and the page of a trace.</summary>
[TestFixture]
public sealed class StoryPageTests : NodeFixture
{
    private string _roll = "";
    private string _piece = "";

    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        (_roll, _piece) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await EventAsync(
            $$"""
            {"type":"transform","time":"2026-03-01T08:00:00Z","inputs":[{"identifier":"{{_roll}}","quantity":2,"unit":"MTR"}],
             "outputs":["{{_piece}}"],"place":"Hall <1>","equipment":"press 3"}
            """
        );
        await EventAsync(
            $$"""
            {"type":"hold","time":"2026-03-02T08:00:00Z","items":["{{_roll}}"],"scope":"made-from","reason":"too thin"}
            """
        );
    }

    [Test]
    public async Task Page_WithAKeyOfAReader_ShowsStatusHoldsAndEvents()
    {
        var answer = await PageAsync(Role.Reader, "/" + _piece);

        var page = PageReader.Read(Encoding.UTF8.GetBytes(answer.Text));
        Assert.That(page.Texts("//*[@role='alert']").Single(), Does.Contain("too thin"));
        Assert.That(page.Texts("//section[@aria-labelledby='where']//dd"), Does.Contain("Hall <1>"));
        Assert.That(page.Texts("//div[@class='event']").Single(), Does.Contain("Transformed").And.Contain("press 3"));
        Assert.That(
            page.Texts("//div[@class='event']//dt"),
            Is.EquivalentTo(["From", "Made", "Equipment", "Place"]),
            "no member without a name, such as the time and type that stand above"
        );
        Assert.That(
            page.Attributes("//p[@class='more']/a/@href"),
            Does.Contain($"/trace?direction=backward&id={Uri.EscapeDataString(_piece)}")
        );
        Assert.That(page.Elements("//details"), Is.Empty);
        // A later event does not change the record, so nothing may say that the page is still the same.
        Assert.That(answer.Header("ETag"), Is.Null);
    }

    [TestCase("en", "(2 m)", "destroyed", "in transit", "8 pcs", "(UTC+8)")]
    [TestCase("zh", "(2 m)", "已销毁", "在途", "8 件", "（UTC+8）")]
    public async Task Pages_ShowUnitsStatesAndTimes_InWords(
        string language,
        string used,
        string state,
        string disposition,
        string amount,
        string zone
    )
    {
        var (roll, lot) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await EventAsync(
            $$"""
            {"type":"transform","time":"2026-03-01T08:00:00Z","inputs":[{"identifier":"{{roll}}","quantity":2,"unit":"MTR"}],
             "outputs":[{"identifier":"{{lot}}","quantity":8,"unit":"H87"}],"disposition":"in_transit"}
            """
        );
        await EventAsync($$"""{"type":"destroy","time":"2026-03-03T08:00:00Z","items":["{{lot}}"]}""");

        var page = await PageAsync(Role.Reader, $"/{lot}?lang={language}");
        var trace = await PageAsync(
            Role.Reader,
            $"/trace?direction=both&id={Uri.EscapeDataString(lot)}&lang={language}"
        );

        var shown = PageReader.Read(Encoding.UTF8.GetBytes(page.Text));
        var said = string.Join('\n', shown.Texts("//dd"));
        Assert.That(said, Does.Contain(used).And.Contain(state).And.Contain(disposition).And.Contain(amount));
        Assert.That(said, Does.Not.Contain("MTR").And.Not.Contain("H87").And.Not.Contain("in_transit"));
        Assert.That(shown.Texts("//div[@class='event']//time"), Has.All.Contains(zone));
        var traced = PageReader.Read(Encoding.UTF8.GetBytes(trace.Text));
        Assert.That(traced.Texts("//tbody//td[4]"), Has.Some.EqualTo(amount));
        Assert.That(traced.Texts("//dd").Single(text => text.Contains("UTC")), Does.EndWith(zone));
        var drawing = traced.Attributes("//div[@class='card drawing']/img/@src").Single();
        var svg = Encoding.UTF8.GetString(Convert.FromBase64String(drawing[(drawing.IndexOf(',') + 1)..]));
        Assert.That(svg, Does.Contain(amount).And.Not.Contain("H87"));
    }

    [TestCase(Role.Anonymous)]
    [TestCase(Role.Partner)]
    public async Task Page_OfThoseWhoMayNotReadEvents_HasNone(Role role)
    {
        var answer = await PageAsync(role, "/" + _piece);

        var page = PageReader.Read(Encoding.UTF8.GetBytes(answer.Text));
        Assert.That(answer.Text, Does.Not.Contain("too thin").And.Not.Contain("press 3").And.Not.Contain("/trace"));
        Assert.That(page.Elements("//details").Count(), Is.EqualTo(role == Role.Anonymous ? 1 : 0));
        Assert.That(answer.Header("ETag"), Is.Not.Null);
    }

    [Test]
    public async Task Page_WhoseFormGetsAKey_ShowsTheStory()
    {
        var answer = await PostAsync("/" + _piece, Server.KeyOf(Role.Reader));

        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, answer.Text)));
        Assert.That(answer.Text, Does.Contain("too thin").And.Contain("press 3"));
    }

    [TestCase("en", "What was made from it")]
    [TestCase("zh", "制成了什么")]
    public async Task TracePage_ByItsForm_HasFactsDrawingAndItems(string language, string direction)
    {
        var url = $"/trace?direction=forward&id={Uri.EscapeDataString(_roll)}&lang={language}";
        Assert.That((await PageAsync(Role.Anonymous, url)).Status, Is.EqualTo(401));
        Assert.That((await PostAsync(url, "wrong")).Status, Is.EqualTo(401));

        var answer = await PostAsync(url, Server.KeyOf(Role.Reader));

        var page = PageReader.Read(Encoding.UTF8.GetBytes(answer.Text));
        Assert.That(page.Texts("//h1").Single(), Is.EqualTo(_roll));
        Assert.That(page.Texts("//dd"), Does.Contain(direction));
        Assert.That(page.Texts("//tbody/tr/td[1]"), Is.EqualTo([_roll, _piece]));
        Assert.That(page.Texts("//section[@aria-labelledby='findings']//dd").First(), Does.Contain(_piece));
        Assert.That(
            page.Attributes("//div[@class='card drawing']/img/@src").Single(),
            Does.StartWith("data:image/svg")
        );
        Assert.That(page.Attributes("//a[@class='switch']/@href").Single(), Does.Contain("direction=forward"));
        Assert.That(answer.Text, Does.Not.Contain(nameof(StoryTexts.NotComplete)));
    }

    [Test]
    public async Task Trace_AsHtml_IsThePage([Values("format=html", "")] string query)
    {
        var answer = await PageAsync(Role.Reader, $"/api/v1/trace/{_roll}?direction=forward&{query}");

        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, "text/html")), answer.ToString());
        Assert.That(answer.Text, Does.Contain(_piece));
    }

    [TestCase("/trace", 400)]
    [TestCase("/trace?id=x", 400)]
    [TestCase("/trace?id=88.300.1/never-named", 404)]
    public async Task TracePage_OfNothing_SaysSo(string url, int status) =>
        Assert.That((await PageAsync(Role.Reader, url)).Status, Is.EqualTo(status));

    private async Task EventAsync(string body)
    {
        var answer = await Server.SendAsync(Role.Registrar, "POST", "/api/v1/events", body);
        Assert.That(answer.Status, Is.EqualTo(201), answer.ToString());
    }

    private Task<Answer> PageAsync(Role role, string url) =>
        Server.SendAsync(role, "GET", url, null, ("Accept", "text/html"));

    private Task<Answer> PostAsync(string url, string key) =>
        Server.SendBytesAsync(
            Role.Anonymous,
            "POST",
            url,
            Encoding.ASCII.GetBytes("key=" + key),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "text/html")
        );
}
