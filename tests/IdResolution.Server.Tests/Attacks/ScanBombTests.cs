using IdResolution.Core.Identifiers;

namespace IdResolution.Server.Tests.Attacks;

/// <summary>Texts of scanners that hold very many places where an identifier might stand.</summary>
[TestFixture]
public sealed class ScanBombTests
{
    private const string Homed = "88.300.1";

    // More than a text costs whose every place is looked at once; none of these may come near the square of it.
    private const int BytesEach = 100;
    private const int BytesAlways = 400_000;

    private static readonly string s_long = new('x', 300);

    private static IEnumerable<TestCaseData> Texts =>
        [
            Named("Foreign", Repeat("1.1/") + Ends),
            Named("ForeignToTheEnd", Repeat("1.1/")),
            Named("ForeignWithEnds", Repeat("1/a;b;c;d;e;f;g;h;")),
            Named("ForeignEncoded", Repeat("1.1%2F")),
            Named("ForeignTooLong", s_long + Repeat("1.1/\uFFFD")),
            Named("Escapes", "https://x/" + Repeat("1.1/%41%42%zz")),
            Named("Queries", "https://x/?a" + Repeat("=1/+")),
            Named("Homed", Repeat(Homed + "/\uFFFD;,;,;,;")),
            Named("HomedToTheEnd", Repeat(Homed + "/")),
            Named("HomedBlanks", Repeat(Homed + "/ ")),
            Named("Joined", Repeat("a" + Homed + "/b;c;d;e;f;")),
            Named("JoinedPrefixes", Repeat("a1.")[..3_000] + "/x" + Ends),
            Named("FullWidth", Repeat("１.１／") + Ends),
            Named("Authorities", Repeat("http://")),
            Named("Envelope", "[)>\u001e06" + Repeat("\u001dS1.1/a;b")),
            Named("Elements", Repeat("(10)1.1/a")),
            Named("DigitalLink", Repeat("01/x/")),
            Named("Separators", Repeat("11260101")),
        ];

    private static string Ends => string.Concat(Enumerable.Repeat(" b", 48));

    [TestCaseSource(nameof(Texts))]
    public void Parse_TextOfManyPlaces_CostsNoMoreThanItsLength(string text)
    {
        // The first text makes what all share.
        Cost(text[..64], out _);

        var (whole, asked) = (Cost(text, out var found), Asked(text));

        TestContext.Out.WriteLine($"{text.Length} characters: {whole} bytes, {asked} questions, {found} candidates");
        Assert.That(whole, Is.LessThan(BytesAlways + (BytesEach * 3 * text.Length)), "bytes allocated");
        Assert.That(asked, Is.LessThan(3 * text.Length), "identifiers asked about");
        Assert.That(found, Is.LessThanOrEqualTo(256), "candidates, each of which is looked for in the store");
    }

    [Test]
    public void Parse_IdentifierAmongManyOthers_IsFound()
    {
        var dates = string.Concat(Enumerable.Range(1, 150).Select(static i => $"2026/07/{i} "));

        var scan = ScanText.Parse($"{dates}{Homed}/A1 {dates}", IsHomed);

        Assert.That(scan.Homed.Select(static id => id.Text), Has.Member($"{Homed}/A1"));
        Assert.That(scan.Foreign?.Text, Does.StartWith("2026/07"));
    }

    [TestCase("{0}", false)]
    [TestCase("https://id.example.com/{0}?x=1", true)]
    [TestCase("https://id.example.com/r?id={0}&x=1", true)]
    [TestCase("SN {0}", true)]
    public void Parse_LongestIdentifier_IsReadInEveryForm(string form, bool encoded)
    {
        // 255 bytes of UTF-8, which are 765 characters once percent-encoded.
        var id = $"{Homed}/{new string('标', 82)}";
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(id), Is.EqualTo(255));

        var scan = ScanText.Parse(string.Format(null, form, encoded ? Uri.EscapeDataString(id) : id), IsHomed);

        Assert.That(scan.Homed.Select(static i => i.Text), Is.EqualTo(new[] { id }));
    }

    [Test]
    public void Parse_AuthorityAlone_IsReadToItsEnd() =>
        Assert.That(ScanText.Parse("https://id.example.com", IsHomed).Reason.En, Does.Contain("id.example.com"));

    private static long Cost(string text, out int found)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var scan = ScanText.Parse(text, IsHomed);
        found = scan.Homed.Count + scan.Joined.Count;
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>How often the node is asked whether it is responsible.</summary>
    private static int Asked(string text)
    {
        var asked = 0;
        ScanText.Parse(
            text,
            id =>
            {
                asked++;
                return IsHomed(id);
            }
        );
        return asked;
    }

    private static bool IsHomed(Identifier id) => id.Prefix.Text == Homed;

    /// <summary>As much of it as the longest text has room for.</summary>
    private static string Repeat(string part) =>
        string.Concat(Enumerable.Repeat(part, (ScanText.MaxLength - s_long.Length - 24) / part.Length));

    private static TestCaseData Named(string name, string text) => new TestCaseData(text).SetArgDisplayNames(name);
}
