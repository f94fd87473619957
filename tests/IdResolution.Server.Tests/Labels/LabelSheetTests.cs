using System.Text.RegularExpressions;
using System.Xml.Linq;
using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Server.Labels;
using IdResolution.Server.Tests.Deployment;
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

        var articles = Body(Html(new LabelBatch(labels, []), new SheetOptions(), Language.English))
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
    public void OrWhy_OfManyWithoutLabel_TellsWhyOfASheet()
    {
        var why = Error.Of(ErrorCode.NotFound, "Not here.", "不在此处。");

        var told = new LabelBatch([], [.. Enumerable.Repeat(("x", why), 100_000)]).OrWhy();

        Assert.That(told.Error!.Details, Has.Count.EqualTo(LabelMaker.MaxSheet));
    }

    [Test]
    [Category(Lane.Process)]
    public void Html_CodeInSheet_IsReadBack()
    {
        Decoder.Require();

        var html = Html(new LabelBatch([Label(1)], []), new SheetOptions(), Language.English);

        var svg = Regex.Match(html, "<svg.*</svg>", RegexOptions.Singleline).Value;
        Assert.That(Decoder.Svg(svg), Is.EqualTo(Label(1).Url));
    }

    [Test]
    public void Html_MarkupInTexts_StaysText()
    {
        const string attack = "</p><script>alert('1')</script><img src=x onerror=\"alert(2)\">&amp;";
        var label = new LabelContent("88.300.1/" + attack, attack, [attack], "https://id.example.com/?x=" + attack);

        var html = Html(new LabelBatch([label], []), new SheetOptions(), Language.English);

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
        var html = Html(new LabelBatch([], []), new SheetOptions(), language);

        Assert.That(html, Does.Contain($"<html lang=\"{code}\">").And.Contain($"<title>{title}</title>"));
    }

    [Test]
    public void Html_Layout_FollowsOptions()
    {
        var html = Html(new LabelBatch([], []), SheetOptions.Parse("4", "20").Value, Language.English);

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
    [TestCase(null, "9", "qr", "from 10 to 58")]
    [TestCase("1", "61", "qr", "from 10 to 60")]
    [TestCase("6", "28", "qr", "from 10 to 27")]
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

    [TestCase("88.300.1/MEA-250101_0001", "88.|300.|1/|MEA-|250101_|0001")]
    [TestCase("88.1/a--b", "88.|1/|a--|b")]
    [TestCase("88.1/部件-1", "88.|1/|部件-|1")]
    [TestCase("88.1/x/", "88.|1/|x/")]
    public void Html_Identifier_MayBeBrokenAfterSeparatorsAlone(string identifier, string parts)
    {
        var label = Label(1) with { Identifier = identifier };

        var html = Html(new LabelBatch([label], []), new SheetOptions(), Language.English);

        Assert.That(html, Does.Contain($">{parts.Replace("|", "<wbr/>", StringComparison.Ordinal)}</p>"));
        Assert.That(html, Does.Contain("word-break: keep-all"));
    }

    [TestCase("88.300.1/MEA-1", 3, "<div>", "8pt")]
    [TestCase("88.300.1/ABCDEFGHIJKLMNOPQRSTUVW", 3, "<div>", "6.7pt")]
    [TestCase("88.300.1/ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 3, "<div class=\"below\">", "7.6pt")]
    [TestCase("88.300.1/MEA-1", 6, "<div>", "8pt")]
    public void Html_LongPart_IsSetSmallerThenBelow(string identifier, int columns, string place, string size)
    {
        var label = Label(1) with { Identifier = identifier };
        var options = new SheetOptions { Columns = columns };

        var html = Html(new LabelBatch([label], []), options, Language.English);

        Assert.That(html, Does.Contain(place).And.Contain($"font-size: {size}\""));
    }

    [Test]
    public void Html_MissingAndNext_StandBesideTheSheetAndAreNotPrinted()
    {
        var why = Error.Of(ErrorCode.NotFound, "No <b>.", "没有。", "id");
        var batch = new LabelBatch([Label(1)], [("88.1/<x>", why)], "?template=part&after=7");

        var html = Html(batch, new SheetOptions(), Language.English);

        var body = Body(html);
        Assert.Multiple(() =>
        {
            Assert.That(body.Descendants("li").Single().Value, Is.EqualTo("88.1/<x> No <b>."));
            Assert.That(body.Descendants("a").Single().Attribute("href")?.Value, Is.EqualTo("?template=part&after=7"));
            Assert.That(html, Does.Contain("@media print { aside, nav { display: none; } }"));
            Assert.That(body.Descendants("article").Count(), Is.EqualTo(1));
        });
    }

    [Test]
    [Category(Lane.Process)]
    public void Html_InABrowser_BreaksNoPartAndDrawsOneLineBetweenLabels()
    {
        Programs.Require("chromium");
        string[] suffixes =
        [
            "MEA-261201-000001K",
            "A",
            "VERY-LONG_SUFFIX.0123456789ABCDEFGHIJKLMNOPQRSTUVW",
            "X/Y/Z-1",
        ];
        var labels = suffixes.Select(s => Label(1) with { Identifier = "88.300.15907541011/" + s }).ToList();
        using var folder = new TemporaryDirectory();
        var file = folder.File("sheet.html");
        // Tells the lines of each part, and where labels end and the next begin.
        const string Script = """
            <script>
            const rows = node => {
              const range = document.createRange();
              range.selectNodeContents(node);
              return new Set([...range.getClientRects()].map(r => r.top)).size;
            };
            const labels = [...document.querySelectorAll('article')];
            const ids = [...document.querySelectorAll('.id')];
            const parts = ids.flatMap(p => [...p.childNodes].filter(n => n.nodeType === 3));
            const wide = labels.filter(a => a.scrollWidth > a.clientWidth + 1).length;
            const [first, second] = labels.map(a => a.getBoundingClientRect());
            const apart = Math.round(second.left - first.right + 1);
            document.title = JSON.stringify([parts.length, Math.max(...parts.map(rows)), wide, apart]);
            </script>
            """;
        foreach (var columns in new[] { 2, 3, 4 })
        {
            var html = Html(new LabelBatch(labels, []), new SheetOptions { Columns = columns }, Language.English);
            File.WriteAllText(file, html.Replace("</body>", Script + "</body>", StringComparison.Ordinal));

            var dom = Programs.Run(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                $"--user-data-dir={folder.File("profile")}",
                "--dump-dom",
                new Uri(file).AbsoluteUri
            );

            var title = Regex.Match(dom, "<title>(.*)</title>").Groups[1].Value;
            Assert.That(title, Does.Match(@"^\[\d+,1,0,0\]$"), $"{columns} columns");
        }
    }

    private static LabelContent Label(int n) =>
        new($"88.300.1/MEA-{n}", "测量设备", [$"型号: X{n}"], $"https://id.example.com/88.300.1/MEA-{n}");

    /// <summary>
    /// The body as XML, which it happens to be: a reader of its own for what is element and what is text.
    /// </summary>
    private static XElement Body(string html) =>
        XElement.Parse(
            html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("</html>", StringComparison.Ordinal)]
        );

    private static string Html(LabelBatch batch, SheetOptions options, Language language) =>
        string.Concat(LabelSheet.Pieces(batch, options, language));
}
