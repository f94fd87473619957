using FsCheck.Fluent;
using IdResolution.Core.CodingRules;

namespace IdResolution.Core.Tests.CodingRules;

[TestFixture]
public sealed class CheckSchemeTests
{
    [TestCase("mod37-36", "A12425GABC1234002", "M", Description = "the example of the GRid handbook")]
    [TestCase("mod1271-36", "ISO79", "3W", Description = "the example of ISO/IEC 7064")]
    [TestCase("gb32100", "91350100M000100Y4", "3", Description = "the example of GB 32100-2015")]
    [TestCase("gb32100", "91110108551385082", "Q")]
    [TestCase("gb32100", "9144-0300 708461136", "T")]
    public void TryCompute_KnownText_GivesItsCheckCharacters(string name, string text, string expected)
    {
        var scheme = Named(name);
        var check = new char[scheme.Length];

        Assert.That(scheme.TryCompute(text, check), Is.True);
        Assert.That(new string(check), Is.EqualTo(expected));
        Assert.That(scheme.Fits(text + expected), Is.True);
        Assert.That(scheme.Fits((text + expected).ToLowerInvariant()), Is.True);
    }

    [TestCase("mod37-36")]
    [TestCase("mod1271-36")]
    [TestCase("gb32100")]
    public void Fits_OneWrongCharacter_IsFound(string name)
    {
        var scheme = Named(name);
        const string letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        Properties.ForAll(
            from text in Gen.ArrayOf(Gen.Elements(letters.ToCharArray()), 17)
            from at in Gen.Choose(0, 16)
            from wrong in Gen.Elements(letters.ToCharArray())
            select (text, at, wrong),
            sample =>
            {
                var (text, at, wrong) = sample;
                var check = new char[scheme.Length];
                Assert.That(scheme.TryCompute(text, check), Is.True);
                var right = text[at] == wrong;
                text[at] = wrong;
                Assert.That(scheme.Fits([.. text, .. check]), Is.EqualTo(right));
            }
        );
    }

    [TestCase("{seq:3}{check:gb32100}", "0-9A-HJ-NP-RTUW-Y")]
    [TestCase("{seq:3}{check:mod1271-36}", "0-9A-Z")]
    public void Pattern_NamesTheScheme_IdentifiersEndInItsCharacters(string pattern, string letters)
    {
        var parsed = CodingPattern.Parse(pattern).Value;
        var draft = parsed.Begin("88.300.1", DateTimeOffset.UnixEpoch, _ => null).Value;

        for (var number = 1; number < 1000; number++)
        {
            var suffix = draft.Complete(number).Value["88.300.1/".Length..];
            Assert.That(suffix, Does.Match($"^{number:D3}[{letters}]{{{parsed.Check!.Length}}}$"));
            Assert.That(parsed.Gives(suffix), Is.True);
            Assert.That(parsed.Resembles(suffix), Is.True);
        }
    }

    [TestCase("{seq:3}{check:luhn}", "Position 8: {check:…} needs one of mod37-36, mod1271-36, gb32100")]
    [TestCase("ISO{seq:3}{check:gb32100}", "Position 1: {check} covers A–Z without I, O, S, V, Z and 0–9")]
    public void Pattern_SchemeThatDoesNotFit_IsRefused(string pattern, string message) =>
        Assert.That(CodingPattern.Parse(pattern).Error!.Message.En, Does.StartWith(message));

    private static CheckScheme Named(string name) => CheckScheme.All.Single(scheme => scheme.Name == name);
}
