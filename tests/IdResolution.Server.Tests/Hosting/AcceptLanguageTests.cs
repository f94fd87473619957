using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.Primitives;
using IdResolution.Server.Http;

namespace IdResolution.Server.Tests.Hosting;

[TestFixture]
public sealed class AcceptLanguageTests
{
    [TestCase("zh")]
    [TestCase("zh-CN")]
    [TestCase("ZH-cn")]
    [TestCase("zh-Hans-CN")]
    [TestCase("zh-TW")]
    [TestCase("zh-*")]
    [TestCase("zh-CN,zh;q=0.9,en;q=0.8", Description = "Chrome and phones in China")]
    [TestCase("zh-CN,zh;q=0.8,zh-TW;q=0.7,zh-HK;q=0.5,en-US;q=0.3,en;q=0.2", Description = "Firefox in China")]
    [TestCase("en;q=0.5, zh;q=0.6")]
    [TestCase("fr, zh;q=0.1")]
    [TestCase("zh,en")]
    [TestCase("zh;q=0.8,en;q=0.8")]
    [TestCase("zh, *")]
    [TestCase("*, zh")]
    [TestCase("zh;q=0.5, *;q=0.1")]
    [TestCase("en;q=0, zh")]
    [TestCase("en;q=0, *")]
    [TestCase("en;q=0.80001x, zh;q=0.1", Description = "a weight that cannot be read")]
    [TestCase(" ,, zh\t; q=0.5 ,")]
    [TestCase("zh; Q=0.5, en; Q=0.4")]
    [TestCase("zh;q=1.000, en;q=0.999")]
    public void Choose_ChineseWantedMore_Chinese(string header) =>
        Assert.That(AcceptLanguage.Choose(header), Is.EqualTo(Language.Chinese));

    [TestCase(null)]
    [TestCase("")]
    [TestCase(",;=\"")]
    [TestCase("*")]
    [TestCase("en")]
    [TestCase("en-US,en;q=0.9")]
    [TestCase("en-*")]
    [TestCase("fr-FR, de;q=0.5")]
    [TestCase("zhx")]
    [TestCase("zho-CN")]
    [TestCase("z")]
    [TestCase("en-GB,zh;q=0.9")]
    [TestCase("en,zh")]
    [TestCase("zh;q=0.4, *")]
    [TestCase("zh;q=0")]
    [TestCase("zh;q=0.000, en;q=0")]
    [TestCase("zh;q=2")]
    [TestCase("zh;q=1.5")]
    [TestCase("zh;q=-1")]
    [TestCase("zh;q=")]
    [TestCase("zh;q")]
    [TestCase("zh;q=0,5")]
    public void Choose_EnglishWantedMoreOrNothingKnown_English(string? header) =>
        Assert.That(AcceptLanguage.Choose(header), Is.EqualTo(Language.English));

    [Test]
    public void Choose_AnyText_NeverThrows() =>
        Prop.ForAll(Headers.Any, header => AcceptLanguage.Choose(header) is Language.English or Language.Chinese)
            .QuickCheckThrowOnFailure();

    [Test]
    public void Choose_UsualHeader_DoesNotAllocate()
    {
        const string Header = "zh-CN,zh;q=0.9,en;q=0.8";
        AcceptLanguage.Choose(Header);

        var before = GC.GetAllocatedBytesForCurrentThread();
        AcceptLanguage.Choose(Header);
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(after - before, Is.Zero);
    }
}
