using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.CodingRules;

namespace IdResolution.Core.Tests.CodingRules;

[TestFixture]
public sealed class Mod37_36Tests
{
    private const string Covered = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly Gen<string> s_payloads = Gen.NonEmptyListOf(Gen.Elements(Covered.ToCharArray()))
        .Select(string.Concat);

    [TestCase("A12425GABC1234002", 'M', Description = "GRid Standard, the example of the handbook")]
    [TestCase("A1-2425G-ABC1234002-", 'M')]
    [TestCase("a1-2425g-abc1234002", 'M')]
    [TestCase("A1.2425G_ABC/123:40 02", 'M')]
    [TestCase("0", '2')]
    [TestCase("", '1')]
    public void TryCompute_KnownText_GivesItsCheckCharacter(string text, char expected)
    {
        Assert.That(Mod37_36.TryCompute(text, out var check, out _), Is.True);
        Assert.That(check, Is.EqualTo(expected));
    }

    [Test]
    public void TryCompute_LowerCase_CountsAsUpperCase()
    {
        Assert.That(Mod37_36.TryCompute(Covered.ToLowerInvariant(), out var lower, out _), Is.True);
        Mod37_36.TryCompute(Covered, out var upper, out _);
        Assert.That(lower, Is.EqualTo(upper));
    }

    [TestCase("AB#1", '#')]
    [TestCase("钢1", '钢')]
    [TestCase("É", 'É')]
    [TestCase("ſ", 'ſ')]
    [TestCase("Ａ", 'Ａ')]
    [TestCase("1\u06602", '\u0660')]
    [TestCase("A*+", '*')]
    public void TryCompute_CharacterNotCovered_NamesTheFirst(string text, char expected)
    {
        Assert.That(Mod37_36.TryCompute(text, out _, out var offending), Is.False);
        Assert.That(offending, Is.EqualTo(expected));
    }

    [TestCase("A1-2425G-ABC1234002-M", true)]
    [TestCase("a12425gabc1234002m", true)]
    [TestCase("A1-2425G-ABC1234002-N", false)]
    [TestCase("A1-2425G-ABC1234002-", false)]
    [TestCase("A1-2425G-ABC1234002-#", false)]
    [TestCase("", false)]
    [TestCase("--", false)]
    public void IsValid_Text_SaysWhetherTheCheckCharacterIsRight(string text, bool expected) =>
        Assert.That(Mod37_36.IsValid(text), Is.EqualTo(expected));

    [Test]
    public void IsValid_ComputedCharacterAppended_AcceptsOnlyThatOne() =>
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(
                s_payloads.ToArbitrary(),
                payload => Covered.All(c => Mod37_36.IsValid(payload + c) == (c == CheckOf(payload)))
            )
        );

    [Test]
    public void IsValid_AnySingleCharacterReplaced_Refuses() =>
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(
                s_payloads.ToArbitrary(),
                payload =>
                {
                    var text = payload + CheckOf(payload);
                    return Enumerable
                        .Range(0, text.Length)
                        .All(i => Covered.All(c => c == text[i] || !Mod37_36.IsValid(text[..i] + c + text[(i + 1)..])));
                }
            )
        );

    // MOD 37,36 misses one swap in 630: each pair of neighbouring values, 36 with 0, in one state of 36. The first
    // character brings the sum into each of its states, so that three characters show all there is.
    [Test]
    public void TryCompute_AnyAdjacentCharactersSwapped_MissesOneIn630()
    {
        var swaps = 0;
        var missed = 0;
        foreach (var first in Covered)
        {
            for (var a = 0; a < Covered.Length; a++)
            {
                for (var b = a + 1; b < Covered.Length; b++)
                {
                    swaps++;
                    if (CheckOf($"{first}{Covered[a]}{Covered[b]}") == CheckOf($"{first}{Covered[b]}{Covered[a]}"))
                    {
                        missed++;
                        Assert.That(b - a, Is.EqualTo(1).Or.EqualTo(35), "Only neighbouring values are missed.");
                    }
                }
            }
        }

        Assert.That((swaps, missed), Is.EqualTo((22680, 36)));
    }

    [Test]
    public void IsValid_AdjacentCharactersOfDistantValuesSwapped_Refuses() =>
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(
                s_payloads.ToArbitrary(),
                payload =>
                    Enumerable
                        .Range(0, payload.Length - 1)
                        .All(i =>
                        {
                            var distance = Math.Abs(Covered.IndexOf(payload[i]) - Covered.IndexOf(payload[i + 1]));
                            var swapped = payload[..i] + payload[i + 1] + payload[i] + payload[(i + 2)..];
                            return distance is 0 or 1 or 35 || !Mod37_36.IsValid(swapped + CheckOf(payload));
                        })
            )
        );

    private static char CheckOf(string text)
    {
        Assert.That(Mod37_36.TryCompute(text, out var check, out _), Is.True);
        return check;
    }
}
