using System.Text;
using FsCheck.Fluent;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Tests.Identifiers;

[TestFixture]
public sealed class IdentifierTests
{
    [TestCase("88.300.1/A", "88.300.1", "A")]
    [TestCase("88/a/b//c", "88", "a/b//c")]
    [TestCase("10.AB.c9/电堆-01", "10.AB.c9", "电堆-01")]
    [TestCase("1/ ", "1", " ")]
    [TestCase("1//", "1", "/")]
    [TestCase("0.NA/88.300", "0.NA", "88.300")]
    public void Parse_Valid_SplitsAtFirstSlashAndKeepsSpelling(string text, string prefix, string suffix)
    {
        var identifier = Identifier.Parse(text).Value;

        Assert.That((identifier.Text, identifier.Prefix.Text, identifier.Suffix), Is.EqualTo((text, prefix, suffix)));
    }

    [TestCase(null, "An identifier is needed")]
    [TestCase("", "An identifier is needed")]
    [TestCase("88.300.1", "has a slash")]
    [TestCase("/x", "The prefix must be digits")]
    [TestCase("a.1/x", "The prefix must be digits")]
    [TestCase("88./x", "The prefix must be digits")]
    [TestCase(".88/x", "The prefix must be digits")]
    [TestCase("88..1/x", "The prefix must be digits")]
    [TestCase("88.3-0/x", "The prefix must be digits")]
    [TestCase("8A/x", "The prefix must be digits")]
    [TestCase(" 88/x", "The prefix must be digits")]
    [TestCase("٨٨/x", "The prefix must be digits")]
    [TestCase("88.é/x", "The prefix must be digits")]
    [TestCase("88.300.1/", "suffix after the slash is empty")]
    [TestCase("88/a\0b", "no control characters")]
    [TestCase("88/a\n", "no control characters")]
    [TestCase("88/\u007F", "no control characters")]
    [TestCase("88/\u0085x", "no control characters")]
    [TestCase("88/\uFFFD", "valid Unicode")]
    public void Parse_Invalid_NamesTheRule(string? text, string rule)
    {
        var parsed = Identifier.Parse(text, "items[3].identifier");

        Assert.That(parsed.IsOk, Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(parsed.Error!.Code, Is.EqualTo(ErrorCode.InvalidIdentifier));
            Assert.That(parsed.Error!.Message.En, Does.Contain(rule));
            Assert.That(parsed.Error!.Message.Zh, Is.Not.Empty);
            Assert.That(parsed.Error!.Field, Is.EqualTo("items[3].identifier"));
        });
    }

    [Test]
    public void Parse_LoneSurrogates_AreRefused() =>
        Assert.Multiple(() =>
        {
            Assert.That(Identifier.TryParse("88/\uD83D", out _), Is.False);
            Assert.That(Identifier.TryParse("88/\uDE00x", out _), Is.False);
            Assert.That(Identifier.TryParse("88/\uDE00\uD83D", out _), Is.False);
            Assert.That(Identifier.TryParse("88/\uD83D\uDE00", out _), Is.True);
        });

    [TestCase('a', 252, true)]
    [TestCase('a', 253, false)]
    [TestCase('堆', 84, true)]
    [TestCase('堆', 85, false)]
    public void Parse_Length_CountsBytesOfUtf8(char c, int count, bool valid)
    {
        var text = "88/" + new string(c, count);

        Assert.That(Identifier.TryParse(text, out _), Is.EqualTo(valid), $"{Encoding.UTF8.GetByteCount(text)} bytes");
    }

    [Test]
    public void Parse_AnyText_NeverThrowsAndAcceptsOnlyWhatItSays() =>
        Properties.ForAll(
            Gen.OneOf(Properties.Text, Properties.Text.Select(t => "88.300.1/" + t)),
            text =>
            {
                if (!Identifier.TryParse(text, out var identifier))
                {
                    return true;
                }
                return identifier.Text == text
                    && identifier.Prefix.Text + "/" + identifier.Suffix == text
                    && identifier.Suffix.Length > 0
                    && !text.Any(char.IsControl)
                    && identifier.Key.Bytes.Length <= LookupKey.MaxLength
                    && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
            }
        );

    [Test]
    public void Equals_OtherSpelling_IsTheSameIdentifier()
    {
        var lower = Identifier.Parse("10.ab/mea-é").Value;
        var upper = Identifier.Parse("10.AB/MEA-é").Value;

        Assert.Multiple(() =>
        {
            Assert.That(lower, Is.EqualTo(upper));
            Assert.That(lower.GetHashCode(), Is.EqualTo(upper.GetHashCode()));
            Assert.That(lower, Is.Not.EqualTo(Identifier.Parse("10.AB/MEA-É").Value));
            Assert.That(lower.Equals(null), Is.False);
        });
    }
}
