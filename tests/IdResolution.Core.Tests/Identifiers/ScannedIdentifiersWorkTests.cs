using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Tests.Identifiers;

/// <summary>
/// What texts of very many places cost, in characters looked at: as many times their length as any text does. No clock
/// is asked.
/// </summary>
[TestFixture]
public sealed class ScannedIdentifiersWorkTests
{
    private const string Homed = "88.300.1";

    // What a bounded number of readings looks at, however long the text is, and how often it looks at a character
    // besides: the longest prefix has 200. The square of the longest text here is 4,096,000,000.
    private const long Readings = 800_000;
    private const long EachCharacter = 128;

    private static IEnumerable<TestCaseData> Parts =>
        new[]
        {
            "1/",
            "=1/+",
            "?a=1/+",
            Homed + "/",
            Homed + "/a;b;c;d;e;f;g;h;",
            "1.1%2F",
            "%2F",
            "%2/",
            "a1.1a.1/",
            "a" + Homed + "/b;c;",
            "a1.",
            "a1",
            "http://",
            "https://x/1.1/",
            ".",
            "1",
            "//",
            "?",
        }.Select(static part => new TestCaseData(part).SetArgDisplayNames(part));

    [TestCaseSource(nameof(Parts))]
    public void Read_TextsOfManyPlaces_LooksAtEachCharacterAFewTimes(string part)
    {
        foreach (var end in new[] { "", "/", "/x" })
        {
            foreach (var length in new[] { 2_000, 4_000, 64_000 })
            {
                var looked = Looked(part, length, end);

                Assert.That(looked, Is.InRange(length, Readings + (EachCharacter * length)), $"{length} {end}");
            }
        }
    }

    private static long Looked(string part, int length, string end)
    {
        var found = new ScannedIdentifiers(static id => id.Prefix.Text == Homed);
        var text = string.Concat(Enumerable.Repeat(part, length / part.Length)) + end;
        found.Read(text);
        return found.Looked;
    }
}
