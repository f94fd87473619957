using IdResolution.Core.Access;

namespace IdResolution.Core.Tests.Access;

[TestFixture]
public sealed class AuditTextTests
{
    [TestCase(null, "")]
    [TestCase("88.1/X", "88.1/X")]
    [TestCase("a\r\nb\u0000", "a\uFFFD\uFFFDb\uFFFD")]
    [TestCase("a\u2028b\u2029c\u0085d", "a\uFFFDb\uFFFDc\uFFFDd")]
    [TestCase("a\u202Eb\u200Bc\uFEFF", "a\uFFFDb\uFFFDc\uFFFD")]
    [TestCase("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0")]
    [TestCase("模板", "模板")]
    public void Of_Text_IsOneLine(string? text, string expected) =>
        Assert.That(AuditText.Of(text), Is.EqualTo(expected));

    [Test]
    public void Of_LongText_IsCutBetweenCharacters() =>
        Assert.That(AuditText.Of("abc\U0001F600", 4), Is.EqualTo("abc"));

    [Test]
    public void Of_HalfACharacter_IsReplaced() => Assert.That(AuditText.Of("a" + (char)0xD83D), Is.EqualTo("a\uFFFD"));
}
