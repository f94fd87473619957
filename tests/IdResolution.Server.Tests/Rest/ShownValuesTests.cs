using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

/// <summary>Choices, booleans and units in the language of a page or label, and as codes everywhere else.</summary>
[TestFixture]
public sealed class ShownValuesTests : NodeFixture
{
    private const string Route = "/api/v1/templates";

    private const string Inspection = """
        {"code":"seal-check","attributes":[
          {"code":"result","type":"choice","choices":["pass","fail","hold","void"],"repeated":true,"visibility":"public",
           "searchable":true,"choiceNames":{"pass":{"en":"Pass","zh":"合格"},"fail":{"en":"Fail","zh":"不合格"},"hold":{"zh":"待判"}}},
          {"code":"sealed","type":"boolean","visibility":"public"},
          {"code":"opened","type":"boolean","visibility":"public"},
          {"code":"count","type":"integer","unit":"pcs","unitNames":{"en":"pieces","zh":"片"},"visibility":"public"}
        ]}
        """;

    private string _id = "";

    [OneTimeSetUp]
    public async Task SetUpAsync()
    {
        Assert.That((await PostAsync(Route, Inspection)).Status, Is.EqualTo(201));
        Assert.That((await PostAsync(Route + "/seal-check/publish")).Status, Is.EqualTo(200));
        _id = Server.NewId();
        var made = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            $$$"""
            {"template":"seal-check","identifier":"{{{_id}}}","attributes":
              {"result":["pass","fail","hold","void"],"sealed":true,"opened":false,"count":7}}
            """
        );
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
    }

    [TestCase("zh", "合格\n不合格\n待判\nvoid", "是", "否", "片")]
    [TestCase("en", "Pass\nFail\n待判\nvoid", "yes", "no", "pieces")]
    public async Task Page_ShowsNamesInItsLanguage(string language, string result, string yes, string no, string unit)
    {
        var page = await Server.GetAsync($"/{_id}?lang={language}", headers: ("Accept", "text/html"));

        Assert.That(
            System.Net.WebUtility.HtmlDecode(page.Text),
            Does.Contain($"<bdi>{result}</bdi>")
                .And.Contain($"<bdi>{yes}</bdi>")
                .And.Contain($"<bdi>{no}</bdi>")
                .And.Contain($"<bdi class=\"unit\">{unit}</bdi>")
        );
        Assert.That(page.Text, Does.Not.Contain("true</bdi>").And.Not.Contain("pcs"));
    }

    [TestCase("zh", "result：合格、不合格、待判、void", "sealed：是", "count：7 片")]
    [TestCase("en", "result: Pass, Fail, 待判, void", "sealed: yes", "count: 7 pieces")]
    public async Task Labels_ShowNamesInTheirLanguage(string language, string result, string yes, string count)
    {
        var sheet = await Server.GetAsync($"/api/v1/labels/sheet?id={_id}", headers: ("Accept-Language", language));
        var zpl = await Server.GetAsync(
            $"/api/v1/labels/{_id}.zpl?width=100&height=100",
            headers: ("Accept-Language", language)
        );

        Assert.That(sheet.Text, Does.Contain(result).And.Contain(yes).And.Contain(count));
        // ZPL has other bytes than ASCII as _ and two digits.
        Assert.That(Uri.UnescapeDataString(zpl.Text.Replace('_', '%')), Does.Contain(yes).And.Contain(count));
    }

    [TestCase("zh")]
    [TestCase("en")]
    public async Task Data_KeepsTheCodesInEveryLanguage(string language)
    {
        var record = await Server.GetAsync("/api/v1/identifiers/" + _id, headers: ("Accept-Language", language));
        var found = await Server.GetAsync("/api/v1/search?template=seal-check&attr.result=hold", Role.Reader);
        var byName = await Server.GetAsync("/api/v1/search?template=seal-check&attr.result=合格", Role.Reader);
        var attributes = record.Json.GetProperty("attributes");

        Assert.That(attributes.GetProperty("result").ToString(), Is.EqualTo("""["pass","fail","hold","void"]"""));
        Assert.That(attributes.GetProperty("sealed").GetBoolean(), Is.True);
        Assert.That(found.Text, Does.Contain(_id));
        Assert.That(byName.Text, Does.Not.Contain(_id));
    }

    [Test]
    public async Task Template_AnswersAndKeepsTheNames_AndTakesThemBackInAnyOrder()
    {
        var read = await Server.GetAsync(Route + "/seal-check", Role.Reader);
        var again = await PostAsync(
            Route,
            Inspection.Replace(
                """ "choiceNames":{"pass":{"en":"Pass","zh":"合格"},"fail":{"en":"Fail","zh":"不合格"},""".Trim(),
                """ "choiceNames":{"fail":{"en":"Fail","zh":"不合格"},"void":null,"pass":{"zh":"合格","en":"Pass"},""".Trim()
            )
        );
        var export = await Server.GetAsync(Route + ":export?template=seal-check", Role.Reader);
        var imported = await PostAsync(Route + ":import", export.Text);
        var result = read.Json.GetProperty("attributes")[0];

        Assert.That(
            result.GetProperty("choiceNames").GetProperty("hold").GetProperty("zh").GetString(),
            Is.EqualTo("待判")
        );
        Assert.That(
            read.Json.GetProperty("attributes")[3].GetProperty("unitNames").GetProperty("zh").GetString(),
            Is.EqualTo("片")
        );
        Assert.That((again.Status, again.Json.GetProperty("version").GetInt32()), Is.EqualTo((200, 1)), again.Text);
        Assert.That(imported.Json.GetProperty("written").GetInt32(), Is.Zero, imported.Text);
    }

    [Test]
    public async Task Template_OtherNames_AreANewVersion()
    {
        const string Body = """
            {"code":"renamed","attributes":[{"code":"a","type":"choice","choices":["x"],"choiceNames":{"x":{"zh":"甲"}}}]}
            """;
        await PostAsync(Route, Body);
        await PostAsync(Route + "/renamed/publish");

        var renamed = await PostAsync(Route, Body.Replace("甲", "乙", StringComparison.Ordinal));
        var first = await Server.GetAsync(Route + "/renamed?version=1", Role.Reader);

        Assert.That((renamed.Status, renamed.Json.GetProperty("version").GetInt32()), Is.EqualTo((201, 2)));
        var names = first.Json.GetProperty("attributes")[0].GetProperty("choiceNames");
        Assert.That(names.GetProperty("x").GetProperty("zh").GetString(), Is.EqualTo("甲"));
    }

    [TestCase(""" "type":"choice","choices":["x"],"choiceNames":{"y":{"zh":"甲"}} """, "attributes[0].choiceNames.y")]
    [TestCase(""" "type":"text","choiceNames":{"y":{"zh":"甲"}} """, "attributes[0].choiceNames")]
    [TestCase(""" "type":"integer","unitNames":{"zh":"片"} """, "attributes[0].unitNames")]
    [TestCase(""" "type":"choice","choices":["x"],"choiceNames":["x"] """, "attributes[0].choiceNames")]
    [TestCase(""" "type":"choice","choices":["x"],"choiceNames":{"x":"甲"} """, "attributes[0].choiceNames.x")]
    [TestCase(""" "type":"choice","choices":["x"],"choiceNames":{"x":{"fr":"A"}} """, "attributes[0].choiceNames.x.fr")]
    [TestCase(""" "type":"choice","choices":["x"],"choiceNames":{"x":{"zh":7}} """, "attributes[0].choiceNames.x.zh")]
    [TestCase(""" "type":"integer","unit":"pcs","unitNames":"片" """, "attributes[0].unitNames")]
    public async Task Template_NamesOfTheWrongForm_Answers422NamingThem(string members, string field)
    {
        var answer = await PostAsync(Route, $$$"""{"code":"wrong","attributes":[{"code":"a",{{{members}}} }]}""");

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)), answer.Text);
    }

    private Task<Answer> PostAsync(string path, string? body = null) =>
        Server.SendAsync(Role.Admin, "POST", path, body);
}
