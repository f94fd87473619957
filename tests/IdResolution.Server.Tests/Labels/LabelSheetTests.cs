using System.Text.RegularExpressions;
using System.Xml.Linq;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Labels;
using IdResolution.Testing;

namespace IdResolution.Server.Tests.Labels;

[TestFixture]
public sealed class LabelSheetTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    public void Html_Labels_HasOneArticleWithOneCodeEach(int count)
    {
        var labels = Enumerable.Range(1, count).Select(Label).ToList();

        var articles = Body(LabelSheet.Html(labels, new SheetOptions(), Language.English))
            .Descendants("article")
            .ToList();

        Assert.Multiple(() =>
        {
            Assert.That(
                articles.Select(a => a.Descendants("p").First().Value),
                Is.EqualTo(labels.Select(l => l.Identifier))
            );
            Assert.That(articles.Select(a => a.Elements().Count(e => e.Name.LocalName == "svg")), Is.All.EqualTo(1));
        });
    }

    [Test]
    [Category(Lane.Process)]
    public void Html_CodeInSheet_IsReadBack()
    {
        Decoder.Require();

        var html = LabelSheet.Html([Label(1)], new SheetOptions(), Language.English);

        var svg = Regex.Match(html, "<svg.*</svg>", RegexOptions.Singleline).Value;
        Assert.That(Decoder.Svg(svg), Is.EqualTo(Label(1).Url));
    }

    [Test]
    public void Html_MarkupInTexts_StaysText()
    {
        const string attack = "</p><script>alert('1')</script><img src=x onerror=\"alert(2)\">&amp;";
        var label = new LabelContent("88.300.1/" + attack, attack, [attack], "https://id.example.com/?x=" + attack);

        var html = LabelSheet.Html([label], new SheetOptions(), Language.English);

        var article = Body(html).Descendants("article").Single();
        Assert.Multiple(() =>
        {
            Assert.That(html, Does.Not.Contain("<script").And.Not.Contain("<img"));
            Assert.That(article.Descendants("h2").Single().Value, Is.EqualTo(attack));
            Assert.That(
                article.Descendants("p").Select(p => p.Value),
                Is.EqualTo(new[] { "88.300.1/" + attack, attack })
            );
        });
    }

    [TestCase(Language.English, "en", "Labels")]
    [TestCase(Language.Chinese, "zh-CN", "标签")]
    public void Html_Language_IsDeclared(Language language, string code, string title)
    {
        var html = LabelSheet.Html([], new SheetOptions(), language);

        Assert.That(html, Does.Contain($"<html lang=\"{code}\">").And.Contain($"<title>{title}</title>"));
    }

    [Test]
    public void Html_Layout_FollowsOptions()
    {
        var html = LabelSheet.Html([], SheetOptions.Parse("4", "20").Value, Language.English);

        Assert.That(
            html,
            Does.Contain("repeat(4,")
                .And.Contain("width: 20mm; height: 20mm;")
                .And.Contain("size: A4;")
                .And.Contain("page-break-inside: avoid")
        );
    }

    [TestCase("0", null, "columns", "from 1 to 6")]
    [TestCase("7", null, "columns", "from 1 to 6")]
    [TestCase("three", null, "columns", "from 1 to 6")]
    [TestCase(null, "9", "qr", "from 10 to 57")]
    [TestCase("1", "61", "qr", "from 10 to 60")]
    [TestCase("6", "26", "qr", "from 10 to 25")]
    public void Parse_OneWrong_NamesFieldAndWhatItMayBe(string? columns, string? qr, string field, string range)
    {
        var error = SheetOptions.Parse(columns, qr).Error!;

        Assert.Multiple(() =>
        {
            Assert.That(error.Code, Is.EqualTo(ErrorCode.InvalidValue));
            Assert.That(error.Field, Is.EqualTo(field));
            Assert.That(error.Message.En, Does.Contain(range));
        });
    }

    [Test]
    public void Parse_AnyColumnsWithDefaultCode_Fits([Range(1, 6)] int columns) =>
        Assert.That(
            SheetOptions.Parse($"{columns}", null).Value,
            Is.EqualTo(new SheetOptions { Columns = columns, Qr = 25 })
        );

    private static LabelContent Label(int n) =>
        new($"88.300.1/MEA-{n}", "测量设备", [$"型号: X{n}"], $"https://id.example.com/88.300.1/MEA-{n}");

    /// <summary>
    /// The body as XML, which it happens to be: a reader of its own for what is element and what is text.
    /// </summary>
    private static XElement Body(string html) =>
        XElement.Parse(
            html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("</html>", StringComparison.Ordinal)]
        );
}
