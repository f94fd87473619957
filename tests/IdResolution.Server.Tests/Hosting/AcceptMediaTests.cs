using FsCheck;
using FsCheck.Fluent;
using IdResolution.Server.Http;

namespace IdResolution.Server.Tests.Hosting;

[TestFixture]
public sealed class AcceptMediaTests
{
    [TestCase("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Description = "Firefox, Safari")]
    [TestCase(
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
        Description = "Chrome, Edge"
    )]
    [TestCase(
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/wxpic,image/tpg,image/webp,image/apng,*/*;q=0.8",
        Description = "WeChat"
    )]
    [TestCase("text/html")]
    [TestCase("TEXT/HTML")]
    [TestCase("text/*")]
    [TestCase("text/html;charset=utf-8")]
    [TestCase("text/html;q=0.1")]
    [TestCase("text/html, application/json;q=0.9")]
    [TestCase("application/json;q=0.9, text/*")]
    [TestCase("*/*, application/json;q=0.5", Description = "the named type, not the wildcard, weighs JSON")]
    [TestCase("*/*;q=0.5, application/*;q=0.4")]
    [TestCase("application/json;q=0, */*")]
    [TestCase("text/html;a=\"x,y;q=0\";q=0.5, application/json;q=0.4", Description = "separators in a quoted string")]
    [TestCase("application/ld+json, text/html;q=0.2")]
    public void PrefersHtml_HtmlWantedMore_True(string accept) => Assert.That(AcceptMedia.PrefersHtml(accept), Is.True);

    [TestCase(null)]
    [TestCase("")]
    [TestCase("*/*")]
    [TestCase("*")]
    [TestCase("text/html, application/json")]
    [TestCase("text/html, */*")]
    [TestCase("application/json")]
    [TestCase("Application/JSON")]
    [TestCase("application/*")]
    [TestCase("application/json, text/html;q=0.9")]
    [TestCase("application/json, text/plain, */*", Description = "axios")]
    [TestCase("text/*;q=0.9, text/html;q=0.1, application/json;q=0.5", Description = "the most specific range counts")]
    [TestCase(
        "text/html;level=1, text/html;q=0.3, application/json;q=0.4",
        Description = "a range for another representation does not raise ours"
    )]
    [TestCase("text/html;q=0")]
    [TestCase("text/html;q=0, */*")]
    [TestCase("text/html;q=x")]
    [TestCase("text/htmlx")]
    [TestCase("text")]
    [TestCase("text/")]
    [TestCase("/html")]
    [TestCase("image/png")]
    public void PrefersHtml_JsonWantedOrEqual_False(string? accept) =>
        Assert.That(AcceptMedia.PrefersHtml(accept), Is.False);

    [Test]
    public void PrefersHtml_AnyText_NeverThrows() =>
        Prop.ForAll(
                Headers.Any,
                header =>
                {
                    AcceptMedia.PrefersHtml(header);
                }
            )
            .QuickCheckThrowOnFailure();

    [Test]
    public void PrefersHtml_BrowserHeader_DoesNotAllocate()
    {
        const string Header = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        AcceptMedia.PrefersHtml(Header);

        var before = GC.GetAllocatedBytesForCurrentThread();
        AcceptMedia.PrefersHtml(Header);
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(after - before, Is.Zero);
    }
}
