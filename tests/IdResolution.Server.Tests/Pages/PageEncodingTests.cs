using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Primitives;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Tests.Pages;

[TestFixture]
public sealed class PageEncodingTests
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>",
        "</title></style></head><script src=//x></script>",
        "\" onload=\"alert(1)\" x=\"",
        "' onfocus='alert(1)' x='",
        "\"><img src=x onerror=alert(1)>",
        "<!-- ]]> -->",
        "&lt;script&gt;&amp;&#60;",
        "javascript:alert(1)",
        "`${1+1}`",
        "a\0b\u001b\r\n\tc",
        "\u202etxt.exe\u2028\ufeff",
        "\ud800 lone \udc00",
        "钢卷 𠀀 Ü",
    ];

    private static IEnumerable<TestCaseData> Cases =>
        from text in Hostile
        from language in Enum.GetValues<Language>()
        select new TestCaseData(text, language).SetArgDisplayNames(
            Uri.EscapeDataString(text.Replace('\ud800', '?').Replace('\udc00', '?')),
            language.ToString()
        );

    [TestCaseSource(nameof(Cases))]
    public void AnyPage_HostileText_KeepsItsStructure(string text, Language language)
    {
        // Where a text serves as an address alone it may come or go with its scheme; the harmless twin has none either.
        var harmless = PageSamples.All("x y", language);
        foreach (var ((name, html), (_, expected)) in PageSamples.All(text, language).Zip(harmless))
        {
            var page = PageReader.Read(html);
            Assert.Multiple(() =>
            {
                Assert.That(Comparable(page), Is.EqualTo(Comparable(PageReader.Read(expected))), name);
                Assert.That(page.Source, Does.Not.Contain("<script").IgnoreCase, name);
                Assert.That(
                    page.Attributes("//@href | //@action | //@src"),
                    Has.None.StartWith("javascript:").IgnoreCase,
                    name
                );
            });
        }
    }

    [TestCase("<script>alert(\"1\")</script> & 'x'")]
    [TestCase("\" onload=\"alert(1)")]
    [TestCase("热轧钢卷 <Q235B> & 'x'")]
    public void Record_HostileText_IsShownAsItIs(string text)
    {
        var page = PageReader.Read(
            RenderedPage.Record(PageSamples.Record(text) with { Story = null }, Language.English)
        );

        Assert.Multiple(() =>
        {
            Assert.That(page.Texts("//title").Single(), Is.EqualTo($"{text} - Identifier resolution"));
            Assert.That(page.Texts("//h1").Single(), Is.EqualTo(text));
            Assert.That(page.Texts("//p[@class='kind']").Single(), Is.EqualTo(text));
            Assert.That(page.Texts("//span[@class='tag']").Single(), Is.EqualTo(text));
            Assert.That(page.Texts("//section[@aria-labelledby='values']//dt"), Is.All.EqualTo(text));
            Assert.That(
                page.Texts("//section[@aria-labelledby='values']//dd/bdi[not(@class)]"),
                Is.EqualTo(new[] { text, "https://example.com/" + text, text })
            );
            Assert.That(page.Texts("//bdi[@class='unit']"), Is.All.EqualTo(text));
            Assert.That(page.Texts("//section[@aria-labelledby='facts']//dd/bdi"), Is.EqualTo(new[] { text, text }));
        });
    }

    [Test]
    public void OtherPages_HostileText_IsShownAsItIs()
    {
        const string Text = "<script>\"'&";
        const Language Zh = Language.Chinese;
        var home = PageReader.Read(RenderedPage.Home(new HomePage(Text, [Text]), Zh));
        var key = PageReader.Read(RenderedPage.AskForKey("/r?id=\"><script>&x='", Text, true, Zh));
        var error = PageReader.Read(RenderedPage.Error(new Text("wrong", Text), Text, Zh));

        Assert.Multiple(() =>
        {
            Assert.That(
                PageReader.Read(RenderedPage.Tombstone(Text, Zh)).Texts("//p[@class='id']").Single(),
                Is.EqualTo(Text)
            );
            Assert.That(
                PageReader.Read(RenderedPage.NotFound(Text, Zh)).Texts("//p[@class='id']").Single(),
                Is.EqualTo(Text)
            );
            Assert.That(key.Texts("//p[@class='id']").Single(), Is.EqualTo(Text));
            Assert.That(key.Attributes("//form/@action").Single(), Is.EqualTo("/r?id=\"><script>&x='"));
            Assert.That(error.Texts("//h1/following-sibling::p").Single(), Is.EqualTo(Text));
            Assert.That(home.Texts("//h1").Single(), Is.EqualTo(Text));
            Assert.That(home.Texts("//li[@class='id']").Single(), Is.EqualTo(Text));
            Assert.That(home.Attributes("//input/@placeholder").Single(), Does.StartWith(Text));
        });
    }

    [Test]
    public void AnyPage_AnyText_NeverThrowsAndStaysWellFormed()
    {
        var texts = Gen.OneOf(
                Gen.Elements("<", ">", "\"", "'", "&", "/", "<script", "-->", "https://", "//", "?", " ", "标"),
                Gen.Choose(0, 0xFFFF).Select(c => ((char)c).ToString())
            )
            .ListOf()
            .Select(string.Concat)
            .ToArbitrary();

        Prop.ForAll(
                texts,
                text =>
                {
                    foreach (
                        var (_, html) in PageSamples.All(
                            text,
                            text.Length % 2 == 0 ? Language.English : Language.Chinese
                        )
                    )
                    {
                        Assert.That(PageReader.Read(html).Source, Does.Not.Contain("<script").IgnoreCase);
                    }
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Test]
    public void Record_Chinese_StaysReadableInTheSource()
    {
        var page = PageReader.Read(RenderedPage.Tombstone("88.300.1/热轧钢卷", Language.Chinese));

        Assert.That(page.Source, Does.Contain("88.300.1/热轧钢卷").And.Contain("已注销"));
    }

    [TestCase("javascript:alert(1)")]
    [TestCase("JaVaScRiPt:alert(1)")]
    [TestCase(" javascript:alert(1)")]
    [TestCase("java\tscript:alert(1)")]
    [TestCase("data:text/html,x")]
    [TestCase("vbscript:x")]
    [TestCase("//evil.example/")]
    [TestCase("/\\evil.example/")]
    [TestCase("/\t/evil.example/")]
    [TestCase("/\n/evil.example/")]
    [TestCase("\\\\evil.example")]
    [TestCase("https:evil.example")]
    [TestCase("https://")]
    [TestCase("https:// x")]
    [TestCase("ftp://example.com/")]
    [TestCase("example.com")]
    [TestCase("")]
    [TestCase(null)]
    public void IsAllowed_OtherSchemeOrHostOrBroken_False(string? url) =>
        Assert.That(PageLinks.IsAllowed(url), Is.False);

    [TestCase("https://example.com/a?b=c#d")]
    [TestCase("HTTP://192.0.2.1:8080")]
    [TestCase("https://例子.中国/热轧")]
    [TestCase("/")]
    [TestCase("/88.300.1/热轧")]
    [TestCase("/r?id=88.1/x")]
    [TestCase("?lang=zh")]
    public void IsAllowed_WebOrOwnAddress_True(string url) => Assert.That(PageLinks.IsAllowed(url), Is.True);

    // Links and form targets appear by what their address is, not by how it is encoded; their absence is tested above.
    private static IEnumerable<string> Comparable(PageReader page) =>
        page.Structure.Where(e =>
            !e.StartsWith("a(", StringComparison.Ordinal)
            && !e.StartsWith("nav(", StringComparison.Ordinal)
            && !e.StartsWith("form(", StringComparison.Ordinal)
        );
}
