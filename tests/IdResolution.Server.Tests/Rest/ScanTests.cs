using System.Text.Json;
using IdResolution.Core.Access;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class ScanTests : NodeFixture
{
    [TestCase("{0}")]
    [TestCase("{0}\r\n")]
    [TestCase("\t {0}\n")]
    [TestCase("]Q1{0}")]
    [TestCase("]d2{0}\r")]
    [TestCase("hdl:{0}")]
    [TestCase("https://id.example.com/{0}")]
    [TestCase("https://id.example.com/{0}?lang=zh")]
    [TestCase("https://id.example.com/some/path/{0}")]
    [TestCase("id.example.com/{0}")]
    [TestCase("{1}")]
    [TestCase("https://id.example.com/{1}")]
    [TestCase("\uFEFF{0}\u200B\u200E\u2060")]
    [TestCase("]Q2\\000026{0}")]
    [TestCase("[)>\u001e06\u001d25S{0}\u001e\u0004")]
    [TestCase("{0};20260101;5")]
    [TestCase("see 77.5/foreign, {0}")]
    [TestCase("http://node/r?id={1}&lang=en")]
    [TestCase("HTTPS://ID.EXAMPLE.COM/{0}\r\n")]
    public async Task Scan_AnyFormOfAnIdentifier_AnswersItsRecord(string form)
    {
        var id = await Server.RegisterAsync();

        var answer = await ScanAsync(string.Format(null, form, id, Uri.EscapeDataString(id)));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Json.GetProperty("identifier").GetString(), Is.EqualTo(id));
    }

    [TestCase("(01)09506000134352(21)SN1")]
    [TestCase("]d2010950600013435221SN1")]
    [TestCase("010950600013435221SN1\r\n")]
    [TestCase("]C1\u001d010950600013435221SN1")]
    [TestCase("https://id.gs1.org/01/09506000134352/21/SN1")]
    [TestCase("https://brand.example/shop/01/9506000134352/21/SN1")]
    [TestCase("(21)SN1(01)09506000134352")]
    [TestCase("(01)9506000134352(17)261231(21)SN1")]
    [TestCase("(01) 09506000134352 (21) SN1")]
    [TestCase("https://id.gs1.org/01/09506000134352/21/SN1?17=261231")]
    [TestCase("01095060001343521726123121SN1\u241D10L1")]
    [TestCase("[)>\u001e05\u001d010950600013435221SN1\u001e\u0004")]
    public async Task Scan_Gs1InAnyForm_FindsTheItemOfThatKey(string text)
    {
        var registered = await Server.SendAsync(
            Role.Registrar,
            "POST",
            "/api/v1/identifiers",
            """{"template":"part","source":"gs1","sourceKey":"(01)09506000134352(21)SN1","attributes":{"name":"gs1"}}"""
        );

        var answer = await ScanAsync(text);

        Assert.That((registered.Status, answer.Status), Is.EqualTo((200, 200)).Or.EqualTo((201, 200)), answer.Text);
        Assert.That(
            answer.Json.GetProperty("identifier").GetString(),
            Is.EqualTo(registered.Json.GetProperty("identifier").GetString())
        );
    }

    [TestCase("(01)09506000134353(21)NONE", 404, "NotFound")]
    [TestCase("]C14149506000134352", 404, "NotFound")]
    [TestCase("]d2800495060001343AB/1", 404, "NotFound")]
    [TestCase("]d2010950600013435221AB(10)XY", 404, "NotFound")]
    [TestCase("88.300.1/absent", 404, "NotFound")]
    [TestCase("77.5/foreign", 404, "NotResponsible")]
    [TestCase("https://example.com/about", 400, "InvalidIdentifier")]
    [TestCase("", 400, "InvalidIdentifier")]
    [TestCase("hello world", 400, "InvalidIdentifier")]
    public async Task Scan_NothingOfOurs_IsRefused(string text, int status, string code)
    {
        var answer = await ScanAsync(text);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((status, code)));
    }

    [Test]
    public async Task Scan_Revoked_Answers410()
    {
        var id = await Server.RegisterAsync();
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);

        Assert.That((await ScanAsync(id)).Status, Is.EqualTo(410));
    }

    [TestCase("{}", "text")]
    [TestCase("""{"text":null}""", "text")]
    [TestCase("""{"text":5}""", "text")]
    [TestCase("""{"text":"x","more":1}""", "more text")]
    public async Task Scan_BadBody_Answers422NamingTheField(string body, string field)
    {
        var answer = await Server.SendAsync(Role.Anonymous, "POST", "/api/v1/scan", body);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((422, field)), answer.Text);
    }

    [Test]
    public async Task Scan_CallersSeeWhatTheyMay()
    {
        var id = await Server.RegisterAsync(""" "attributes":{"name":"n","cost":5} """);

        var open = await ScanAsync(id);
        var full = await Server.SendAsync(
            Role.Reader,
            "POST",
            "/api/v1/scan",
            JsonSerializer.Serialize(new Dictionary<string, string> { ["text"] = id })
        );

        Assert.That(open.Text, Does.Not.Contain("cost"));
        Assert.That(full.Text, Does.Contain("cost"));
    }

    private Task<Answer> ScanAsync(string text) =>
        Server.SendAsync(
            Role.Anonymous,
            "POST",
            "/api/v1/scan",
            JsonSerializer.Serialize(new Dictionary<string, string> { ["text"] = text })
        );
}
