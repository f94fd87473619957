using IdResolution.Core.Access;
using IdResolution.Server.Tests.Labels;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Rest;

[TestFixture]
public sealed class LabelApiTests : NodeFixture
{
    [TestCase("/api/v1/qr/{0}.svg", "image/svg+xml")]
    [TestCase("/api/v1/qr/{0}.SVG", "image/svg+xml")]
    [TestCase("/api/v1/qr/{0}.png", "image/png")]
    [TestCase("/api/v1/qr?id={0}", "image/svg+xml")]
    [TestCase("/api/v1/qr?id={0}&format=png", "image/png")]
    [TestCase("/api/v1/qr/{0}.png?size=512&ecc=H&quietZone=8", "image/png")]
    [Category(Lane.Process)]
    public async Task Qr_HoldsTheResolutionUrl(string form, string media)
    {
        Decoder.Require();
        var id = await Server.RegisterAsync(identifier: Server.NewId("-膜 1"));

        var answer = await Server.GetAsync(string.Format(null, form, Uri.EscapeDataString(id)));

        Assert.That(
            (answer.Status, answer.MediaType),
            Is.EqualTo((200, media)),
            answer.Status == 200 ? "" : answer.Text
        );
        Assert.That(
            media == "image/png" ? Decoder.Png(answer.Body) : Decoder.Svg(answer.Text),
            Is.EqualTo(Server.Address.Of(id))
        );
    }

    [Test]
    [Category(Lane.Process)]
    public async Task Qr_OfTheIdentifierAlone()
    {
        Decoder.Require();
        var id = await Server.RegisterAsync();

        Assert.That(
            Decoder.Png((await Server.GetAsync($"/api/v1/qr/{id}.png?content=identifier")).Body),
            Is.EqualTo(id)
        );
    }

    [TestCase("a.png", ".svg")]
    [TestCase("a.png", ".png")]
    [TestCase("a.svg", ".png")]
    [TestCase(".svg", ".svg")]
    [Category(Lane.Process)]
    public async Task Qr_IdentifierThatItselfEndsLikeAFormat_IsTakenWhole(string suffix, string ending)
    {
        Decoder.Require();
        var id = await Server.RegisterAsync(identifier: Server.NewId("/" + suffix));

        var answer = await Server.GetAsync($"/api/v1/qr/{id}{ending}?content=identifier");
        var byQuery = await Server.GetAsync($"/api/v1/qr?id={id}&format={ending[1..]}&content=identifier");

        foreach (var one in new[] { answer, byQuery })
        {
            Assert.That(ending == ".svg" ? Decoder.Svg(one.Text) : Decoder.Png(one.Body), Is.EqualTo(id));
        }
    }

    [TestCase("/api/v1/qr/{0}", 422, "format")]
    [TestCase("/api/v1/qr/{0}.gif", 422, "format")]
    [TestCase("/api/v1/qr?id={0}&format=gif", 422, "format")]
    [TestCase("/api/v1/qr", 422, "format")]
    [TestCase("/api/v1/qr/{0}.svg?size=1&ecc=X&quietZone=99", 422, "size ecc quietZone")]
    [TestCase("/api/v1/qr/{0}.svg?content=both", 422, "content")]
    [TestCase("/api/v1/qr/{0}-absent.svg", 404, "identifier")]
    [TestCase("/api/v1/qr/77.1/x.svg", 404, "identifier")]
    [TestCase("/api/v1/qr/nothing.svg", 400, "identifier")]
    [TestCase("/api/v1/qr?id={0}&id={0}", 400, "id")]
    [TestCase("/api/v1/labels/{0}", 422, "format")]
    [TestCase("/api/v1/labels/{0}.pdf", 422, "format")]
    [TestCase("/api/v1/labels/{0}.zpl?dpi=100&copies=0", 422, "dpi copies")]
    [TestCase("/api/v1/labels/{0}-absent.zpl", 404, "identifier")]
    [TestCase("/api/v1/labels/sheet", 422, "id")]
    [TestCase("/api/v1/labels/sheet?id={0}&columns=9", 422, "columns")]
    [TestCase("/api/v1/labels/sheet?id=nothing", 400, "id")]
    [TestCase("/api/v1/labels/sheet?id={0}-absent", 404, "identifier")]
    public async Task Artwork_Faults_AreNamed(string form, int status, string fields)
    {
        var answer = await Server.GetAsync(string.Format(null, form, await Server.RegisterAsync()));

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((status, fields)), answer.Text);
    }

    [Test]
    public async Task Artwork_OfARevokedItem_Answers410()
    {
        var id = await Server.RegisterAsync();
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + id);

        foreach (
            var target in new[] { $"/api/v1/qr/{id}.svg", $"/api/v1/labels/{id}.zpl", $"/api/v1/labels/sheet?id={id}" }
        )
        {
            Assert.That((await Server.GetAsync(target)).Status, Is.EqualTo(410));
        }
    }

    [TestCase("/api/v1/labels/{0}.zpl?dpi=300&width=60&height=40&barcode=code128&rfid=true&copies=3")]
    [TestCase("/api/v1/labels?id={0}&format=zpl&barcode=datamatrix")]
    [TestCase("/api/v1/labels?id={0}")]
    public async Task Zpl_IsALabel(string form)
    {
        var id = await Server.RegisterAsync();

        var answer = await Server.GetAsync(string.Format(null, form, id));

        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, "application/zpl")), answer.Text);
        Assert.That(answer.Text, Does.StartWith("^XA").And.Contain("^BQ").And.Contain("^XZ"));
        Assert.That(
            answer.Text.Contains("^RF", StringComparison.Ordinal),
            Is.EqualTo(form.Contains("rfid", StringComparison.Ordinal))
        );
    }

    [Test]
    public async Task Sheet_ByQueryByBodyAndByTemplate_HoldsTheLabels()
    {
        var (a, b) = (await Server.RegisterAsync(), await Server.RegisterAsync());

        var get = await Server.GetAsync(
            $"/api/v1/labels/sheet?id={a}&id={b}&columns=2&qr=30",
            headers: ("Accept-Language", "zh")
        );
        var post = await Server.SendAsync(
            Role.Anonymous,
            "POST",
            "/api/v1/labels/sheet",
            $$"""{"identifiers":["{{a}}","{{b}}"],"columns":2,"qr":30}""",
            ("Accept-Language", "zh")
        );
        var template = await Server.GetAsync("/api/v1/labels/sheet?template=part", Role.Reader);

        Assert.That((get.Status, post.Text, template.Status), Is.EqualTo((200, get.Text, 200)));
        Assert.That(Whole(get), Does.Contain(a).And.Contain(b).And.Contain("零件").And.Not.Contain("<script"));
        Assert.That(Whole(template), Does.Contain(a));
        Assert.That((await Server.GetAsync("/api/v1/labels/sheet?template=part")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Sheet_UnknownIdentifiersAmongOthers_AreNamedBesideTheLabels()
    {
        var (id, revoked) = (await Server.RegisterAsync(), await Server.RegisterAsync());
        await Server.SendAsync(Role.Registrar, "DELETE", "/api/v1/identifiers/" + revoked);

        var sheet = await Server.GetAsync($"/api/v1/labels/sheet?id={id}&id={id}-absent&id=nothing&id={revoked}");

        Assert.That(sheet.Status, Is.EqualTo(200));
        Assert.That(sheet.Text.Split("<article>"), Has.Length.EqualTo(2));
        foreach (var missing in new[] { id + "-absent", "nothing", revoked })
        {
            Assert.That(sheet.Text, Does.Contain($"<li><b>{missing}</b> "));
        }
    }

    [Test]
    public async Task Sheet_OfATemplate_LeadsThroughAllOfItsRecords()
    {
        List<string> ids = [await Server.RegisterAsync(), await Server.RegisterAsync(), await Server.RegisterAsync()];
        var shown = new List<string>();
        var target = "/api/v1/labels/sheet?template=part&limit=2&columns=2";
        for (var sheets = 0; target is not null && sheets < 500; sheets++)
        {
            var sheet = await Server.GetAsync(target, Role.Reader);
            Assert.That(sheet.Status, Is.EqualTo(200), sheet.Text);
            shown.AddRange(ids.Where(id => Whole(sheet).Contains(id, StringComparison.Ordinal)));
            var link = sheet.Header("Link");
            Assert.That(sheet.Text.Contains("rel=\"next\"", StringComparison.Ordinal), Is.EqualTo(link is not null));
            target = link is null
                ? null
                : "/api/v1/labels/sheet" + link[1..link.IndexOf('>', StringComparison.Ordinal)];
            Assert.That(target ?? "columns=2", Does.Contain("columns=2"));
        }

        Assert.That(shown, Is.EqualTo(ids));
    }

    [TestCase("{}", 422, "identifiers")]
    [TestCase("""{"identifiers":null}""", 422, "identifiers")]
    [TestCase("""{"identifiers":[]}""", 422, "id")]
    [TestCase("""{"identifiers":["nothing"]}""", 400, "id")]
    [TestCase("""{"identifiers":["88.300.1/a",5]}""", 422, "identifiers[1]")]
    public async Task Sheet_BadBody_IsRefused(string body, int status, string field)
    {
        var answer = await Server.SendAsync(Role.Anonymous, "POST", "/api/v1/labels/sheet", body);

        Assert.That((answer.Status, string.Join(' ', answer.Fields)), Is.EqualTo((status, field)), answer.Text);
    }

    /// <summary>The text of a sheet without the places at which identifiers may be broken.</summary>
    private static string Whole(Answer sheet) => sheet.Text.Replace("<wbr/>", "", StringComparison.Ordinal);
}
