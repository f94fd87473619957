using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;
using IdResolution.Server.Pages;

namespace IdResolution.Server.Tests.Pages;

[TestFixture]
public sealed class PageRendererTests
{
    private static readonly RecordPage Plain = PageSamples.Record("x") with
    {
        Status = "active",
        Stale = false,
        TemplateName = null,
        CategoryName = null,
        QrSvg = null,
        Story = null,
        AsksForKey = false,
    };

    [TestCase(Language.English, "en")]
    [TestCase(Language.Chinese, "zh-CN")]
    public void AnyPage_EitherLanguage_IsACompleteDocument(Language language, string tag)
    {
        foreach (var (name, html) in PageSamples.All("x", language))
        {
            var page = PageReader.Read(html);
            Assert.Multiple(() =>
            {
                Assert.That(page.Source, Does.StartWith("<!DOCTYPE html>\n<html lang=\"" + tag + "\">"), name);
                Assert.That(page.Attributes("//meta/@charset"), Is.EqualTo(new[] { "utf-8" }), name);
                Assert.That(
                    page.Attributes("//meta[@name='viewport']/@content"),
                    Is.EqualTo(new[] { "width=device-width, initial-scale=1" }),
                    name
                );
                Assert.That(
                    page.Attributes("//meta[@name='referrer']/@content"),
                    Is.EqualTo(new[] { "no-referrer" }),
                    name
                );
                Assert.That(
                    page.Attributes("//meta[@name='robots']/@content").Single(),
                    name == nameof(RenderedPage.Home) ? Does.StartWith("index") : Does.StartWith("noindex"),
                    name
                );
                Assert.That(page.Texts("//title").Single(), Is.Not.Empty, name);
                Assert.That(page.Texts("//h1").Count(), Is.EqualTo(1), name);
                Assert.That(page.Elements("//header").Count() + page.Elements("//main").Count(), Is.EqualTo(2), name);
                Assert.That(page.Attributes("//@id"), Is.Unique, name);
                Assert.That(
                    page.Attributes("//@aria-labelledby | //@aria-describedby | //@for"),
                    Is.SubsetOf(page.Attributes("//@id")),
                    name
                );
                Assert.That(
                    page.Elements("//script | //link[not(@href='data:,')] | //iframe | //object"),
                    Is.Empty,
                    name
                );
                Assert.That(page.Attributes("//@style | //@*[starts-with(name(), 'on')]"), Is.Empty, name);
            });
        }
    }

    [Test]
    public void Labels_EveryOne_DiffersBetweenTheLanguages()
    {
        var texts = new[] { typeof(PageTexts), typeof(StoryTexts) }
            .SelectMany(type => type.GetFields())
            .Select(f => (f.Name, Text: (Text)f.GetValue(null)!))
            .Concat(Enum.GetValues<EventType>().Select(type => (type.ToString(), StoryTexts.Of(type))))
            .ToList();

        Assert.Multiple(() =>
        {
            Assert.That(texts, Is.Not.Empty);
            foreach (var (name, text) in texts)
            {
                Assert.That(text.En, Is.Not.Empty.And.Matches(@"^[\x20-\x7e]+$"), name);
                Assert.That(text.Zh, Does.Match(@"[\u4e00-\u9fff]"), name);
            }
        });
    }

    [Test]
    public void ContentSecurityPolicy_EveryPage_LetsItsStyleThroughAndNothingElse()
    {
        foreach (var (name, html) in PageSamples.All("x", Language.English))
        {
            var css = PageReader.Read(html).Texts("//style").Single();
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(css)));
            Assert.That(
                ContentSecurityPolicy.Page,
                Is.EqualTo(
                    $"default-src 'none'; style-src 'sha256-{hash}'; img-src data:; form-action 'self'; base-uri "
                        + "'none'; frame-ancestors 'none'"
                ),
                name
            );
        }
    }

    [TestCase(Language.English, "Active", "Version", "Registered", " (UTC+8)", " (UTC)")]
    [TestCase(Language.Chinese, "有效", "版本", "注册时间", "（UTC+8）", "（UTC）")]
    public void Record_Plain_ShowsFacts(
        Language language,
        string status,
        string version,
        string created,
        string plant,
        string utc
    )
    {
        var page = PageReader.Read(RenderedPage.Record(Plain, language));

        Assert.Multiple(() =>
        {
            Assert.That(page.Texts("//span[@class='tag active']"), Is.EqualTo(new[] { status }));
            Assert.That(
                page.Texts("//section[@aria-labelledby='facts']//dt").Take(2),
                Is.EqualTo(new[] { version, created })
            );
            Assert.That(
                page.Texts("//section[@aria-labelledby='facts']//dd"),
                Is.EqualTo(new[] { "3", "2026-03-04 05:06:07" + plant, "2026-12-31 23:59:59" + utc })
            );
            Assert.That(page.Attributes("//time/@datetime").First(), Is.EqualTo("2026-03-03T21:06:07Z"));
            Assert.That(page.Elements("//img"), Is.Empty);
            Assert.That(page.Elements("//*[@role='status']"), Is.Empty);
            Assert.That(
                page.Attributes("//a[@type='application/json']/@href"),
                Is.EqualTo(new[] { "/api/v1/identifiers/x" })
            );
            Assert.That(page.Attributes("//a[@class='switch']/@href"), Is.EqualTo(new[] { "?lang=x" }));
            Assert.That(
                page.Attributes("//a[@class='switch']/@lang"),
                Is.EqualTo(new[] { language == Language.Chinese ? "en" : "zh-CN" })
            );
        });
    }

    [Test]
    public void Record_StaleAndRevoked_SaysSo()
    {
        var page = PageReader.Read(
            RenderedPage.Record(Plain with { Status = "revoked", Stale = true }, Language.Chinese)
        );

        Assert.Multiple(() =>
        {
            Assert.That(page.Texts("//span[@class='tag revoked']"), Is.EqualTo(new[] { "已注销" }));
            Assert.That(page.Texts("//*[@role='status']").Single(), Does.Contain("副本"));
        });
    }

    [Test]
    public void Record_QrCode_IsAnImageOfItsOwn()
    {
        const string Svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert('码')</script></svg>";

        var page = PageReader.Read(RenderedPage.Record(Plain with { QrSvg = Svg }, Language.English));

        var source = page.Attributes("//img/@src").Single();
        Assert.Multiple(() =>
        {
            Assert.That(source, Does.StartWith("data:image/svg+xml;base64,"));
            Assert.That(
                Encoding.UTF8.GetString(
                    Convert.FromBase64String(source[(source.IndexOf(',', StringComparison.Ordinal) + 1)..])
                ),
                Is.EqualTo(Svg)
            );
            Assert.That(page.Attributes("//img/@alt").Single(), Is.Not.Empty);
            Assert.That(page.Elements("//script"), Is.Empty);
        });
    }

    [Test]
    public void Record_NoRows_SaysSo()
    {
        var page = PageReader.Read(RenderedPage.Record(Plain with { Rows = [] }, Language.English));

        Assert.Multiple(() =>
        {
            Assert.That(page.Elements("//section[@aria-labelledby='values']/dl"), Is.Empty);
            Assert.That(page.Texts("//section[@aria-labelledby='values']/p").Single(), Does.Contain("no information"));
        });
    }

    [TestCase("https://example.com/a?b=1&c=2", null, "https://example.com/a?b=1&c=2")]
    [TestCase("88.300.1/B", "/88.300.1/B", "/88.300.1/B")]
    [TestCase("https://example.com/", "javascript:alert(1)", "https://example.com/")]
    [TestCase("x", "javascript:alert(1)", null)]
    [TestCase("javascript:alert(1)", null, null)]
    [TestCase("see https://example.com/", null, null)]
    public void Record_Value_LinksWhereItMay(string value, string? href, string? expected)
    {
        var page = PageReader.Read(
            RenderedPage.Record(Plain with { Rows = [new PageRow("n", value, "mm", href)] }, Language.English)
        );

        var links = page.Elements("//dd/a").ToList();
        Assert.Multiple(() =>
        {
            Assert.That(
                links.Select(a => a.GetAttribute("href")),
                Is.EqualTo(expected is null ? Array.Empty<string>() : [expected])
            );
            Assert.That(links.Select(a => a.GetAttribute("rel")), Is.All.EqualTo("noopener nofollow"));
            Assert.That(page.Texts("//section[@aria-labelledby='values']//dd").Single(), Is.EqualTo(value + " mm"));
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public void AskForKey_Form_PostsOnePasswordField(bool rejected)
    {
        var page = PageReader.Read(
            RenderedPage.AskForKey("/r?id=88.1/x&lang=zh", "88.1/x", rejected, Language.Chinese)
        );

        var form = page.Elements("//form").Single();
        var input = page.Elements("//input").Single();
        Assert.Multiple(() =>
        {
            Assert.That(form.GetAttribute("method"), Is.EqualTo("post"));
            Assert.That(form.GetAttribute("action"), Is.EqualTo("/r?id=88.1/x&lang=zh"));
            Assert.That(input.GetAttribute("type"), Is.EqualTo("password"));
            Assert.That(input.GetAttribute("name"), Is.EqualTo("key"));
            Assert.That(input.HasAttribute("value"), Is.False);
            Assert.That(page.Elements("//*[@role='alert']").Count(), Is.EqualTo(rejected ? 1 : 0));
        });
    }

    [Test]
    public void Home_NoPrefixes_StillHelps()
    {
        var page = PageReader.Read(RenderedPage.Home(new HomePage("Plant 7", []), Language.English));

        Assert.Multiple(() =>
        {
            Assert.That(page.Texts("//h1").Single(), Is.EqualTo("Plant 7"));
            Assert.That(page.Attributes("//form/@action").Single(), Is.EqualTo("/r"));
            Assert.That(page.Attributes("//form/@method").Single(), Is.EqualTo("get"));
            Assert.That(page.Attributes("//input/@name").Single(), Is.EqualTo("text"));
            Assert.That(page.Attributes("//a/@href"), Does.Contain("/docs").And.Contain("/openapi/v1.json"));
            Assert.That(page.Elements("//ul[@class='plates']"), Is.Empty);
        });
    }

    [Test]
    public void Error_WhatWasTyped_StandsInTheField([Values] Language language)
    {
        const string Typed = "88.300.1 / \"<b>";
        var longer = new string('x', 5000);

        Assert.Multiple(() =>
        {
            Assert.That(Field(RenderedPage.Error(new Text("e", "错"), Typed, language)), Is.EqualTo(Typed));
            Assert.That(Field(RenderedPage.NotFound(Typed, language)), Is.EqualTo(Typed));
            Assert.That(Field(RenderedPage.NoPage(Typed, language)), Is.EqualTo(Typed));
            Assert.That(Field(RenderedPage.NoSuffix("88.300.1/", language)), Is.EqualTo("88.300.1/"));
            Assert.That(Field(RenderedPage.NoPage(longer, language)), Has.Length.EqualTo(4096));
            Assert.That(Field(RenderedPage.Home(new HomePage("n", []), language)), Is.Null);
        });
    }

    private static string? Field(byte[] html)
    {
        var page = PageReader.Read(html);
        Assert.That(page.Attributes("//form[@action='/r']//input/@name"), Is.EqualTo(new[] { "text" }));
        return page.Attributes("//input[@name='text']/@value").SingleOrDefault();
    }
}
