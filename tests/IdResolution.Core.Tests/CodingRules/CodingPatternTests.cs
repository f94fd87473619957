using FsCheck;
using FsCheck.Fluent;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Errors;

namespace IdResolution.Core.Tests.CodingRules;

[TestFixture]
public sealed class CodingPatternTests
{
    private const string Prefix = "88.300.1";

    private static readonly DateTimeOffset s_now = new(2026, 3, 7, 5, 9, 59, TimeSpan.FromHours(8));

    [Test]
    public void Parse_EveryPart_IsDescribed()
    {
        var pattern = Parsed("MEA-{date:yyMMdd}-{attr:line}-{attr:B.2_x-y}{attr:line}-{seq:5}{check}");

        Assert.Multiple(() =>
        {
            Assert.That(pattern.Text, Does.StartWith("MEA-{date"));
            Assert.That(pattern.Attributes, Is.EqualTo(new[] { "line", "B.2_x-y" }));
            Assert.That(pattern.SequenceDigits, Is.EqualTo(5));
            Assert.That(pattern.MaxSequence, Is.EqualTo(99999));
            Assert.That(pattern.Check?.Name, Is.EqualTo("mod37-36"));
        });
    }

    [TestCase("{seq:1}", 1, 9)]
    [TestCase("{seq:9}", 9, 999_999_999)]
    [TestCase("{seq:10}", 10, 9_999_999_999)]
    [TestCase("{seq:18}", 18, 999_999_999_999_999_999)]
    [TestCase("{attr:a}", 0, 0)]
    public void Parse_Digits_GiveTheGreatestNumber(string text, int digits, long max)
    {
        var pattern = Parsed(text);

        Assert.That(
            (pattern.SequenceDigits, pattern.MaxSequence, pattern.Check is null),
            Is.EqualTo((digits, max, true))
        );
    }

    [TestCase(null, "A pattern is needed")]
    [TestCase("", "A pattern is needed")]
    [TestCase("A\n{seq:5}", "Position 2: a pattern holds no control")]
    [TestCase("{attr:a\u007F}", "Position 8: a pattern holds no control")]
    [TestCase("钢\u0085{seq:5}", "Position 2: a pattern holds no control")]
    [TestCase("A\uFFFD{seq:5}", "Position 2: a pattern holds no control")]
    [TestCase("A}{seq:5}", "Position 2: } without {")]
    [TestCase("{seq:5}}", "Position 8: } without {")]
    [TestCase("A{seq:5", "Position 2: { without }")]
    [TestCase("{{seq:5}}", "Position 1: { without }")]
    [TestCase("{seq:5}{", "Position 8: { without }")]
    [TestCase("A-{time}{seq:5}", "Position 3: {time} is not known; there are {date:FMT}")]
    [TestCase("{}{seq:5}", "Position 1: {} is not known")]
    [TestCase("{:5}{seq:5}", "Position 1: {:5} is not known")]
    [TestCase("{SEQ:5}", "Position 1: {SEQ:5} is not known")]
    [TestCase("{seq:5}{check:}", "Position 8: {check:} is not known")]
    [TestCase("{date}{seq:5}", "Position 1: {date:…} needs at least one field")]
    [TestCase("{date:}{seq:5}", "Position 1: {date:…} needs at least one field")]
    [TestCase("{date:-.}{seq:5}", "Position 1: {date:…} needs at least one field")]
    [TestCase("A{date:yyMMddss}{seq:5}", "Position 14: a date has the fields")]
    [TestCase("{date:yyy}{seq:5}", "Position 9: a date has the fields")]
    [TestCase("{date:yy/MM}{seq:5}", "Position 9: a date has the fields")]
    [TestCase("{date:YY}{seq:5}", "Position 7: a date has the fields")]
    [TestCase("{attr}", "Position 1: {attr:…} needs the code")]
    [TestCase("{attr:}", "Position 1: {attr:…} needs the code")]
    [TestCase("{attr:1a}", "Position 1: {attr:…} needs the code")]
    [TestCase("{attr:a b}", "Position 1: {attr:…} needs the code")]
    [TestCase("{attr:厚度}", "Position 1: {attr:…} needs the code")]
    [TestCase("{seq}", "Position 1: {seq:N} needs a number of digits")]
    [TestCase("{seq:}", "Position 1: {seq:N} needs a number of digits")]
    [TestCase("{seq:0}", "Position 1: {seq:N} needs a number of digits")]
    [TestCase("{seq:05}", "Position 1: {seq:N} needs a number of digits")]
    [TestCase("{seq:19}", "Position 1: {seq:N} needs a number of digits")]
    [TestCase("{seq:100}", "Position 1: {seq:N} needs a number of digits")]
    [TestCase("{seq:-1}", "Position 1: {seq:N} needs a number of digits")]
    [TestCase("{seq:٣}", "Position 1: {seq:N} needs a number of digits")]
    [TestCase("{seq:5}-{seq:5}", "Position 9: a pattern has at most one {seq:N}")]
    [TestCase("{check}{seq:5}", "Position 8: nothing may follow {check}")]
    [TestCase("{seq:5}{check}{check}", "Position 15: nothing may follow {check}")]
    [TestCase("{seq:5}{check}-", "Position 15: nothing may follow {check}")]
    [TestCase("MEA", "A pattern needs {seq:N} or at least one {attr:code}")]
    [TestCase("{date:yyyyMMddHHmm}{check}", "A pattern needs {seq:N} or at least one {attr:code}")]
    [TestCase("AB#{seq:5}{check}", "Position 3: {check} covers A–Z and 0–9 and skips - . _ / : and space, but not #.")]
    [TestCase("A{seq:5}钢{check}", "Position 9: {check} covers A–Z and 0–9 and skips - . _ / : and space, but not 钢.")]
    [TestCase("😀{seq:5}{check}", "Position 1: {check} covers A–Z and 0–9 and skips - . _ / : and space, but not 😀.")]
    public void Parse_Fault_SaysWhatAndWhere(string? text, string message)
    {
        var error = CodingPattern.Parse(text, "rule.pattern").Error;

        Assert.That(error, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(error!.Code, Is.EqualTo(ErrorCode.InvalidValue));
            Assert.That(error.Field, Is.EqualTo("rule.pattern"));
            Assert.That(error.Message.En, Does.StartWith(message));
            Assert.That(error.Message.Zh, Is.Not.Empty);
            Assert.That(
                error.Message.Zh.StartsWith("第 ", StringComparison.Ordinal),
                Is.EqualTo(message.StartsWith("Position", StringComparison.Ordinal))
            );
        });
    }

    [Test]
    public void Parse_HalfSurrogatePair_IsRefused() =>
        Assert.That(
            CodingPattern.Parse("A\uD83D{seq:5}").Error?.Message.En,
            Does.StartWith("Position 2: a pattern holds no control")
        );

    [Test]
    public void Parse_Length_IsAtMost200()
    {
        var longest = new string('A', 193) + "{seq:5}";

        Assert.That(CodingPattern.Parse(longest).IsOk, Is.True);
        Assert.That(
            CodingPattern.Parse(longest + "A").Error?.Message.En,
            Does.Contain("at most 200").And.Contain("has 201")
        );
    }

    [Test]
    public void Parse_AttributeCodeLength_IsAtMost50()
    {
        Assert.That(CodingPattern.Parse($"{{attr:{new string('a', 50)}}}").IsOk, Is.True);
        Assert.That(CodingPattern.Parse($"{{attr:{new string('a', 51)}}}").IsOk, Is.False);
    }

    [Test]
    public void Parse_UncoveredLiteralWithoutCheck_IsAllowed() =>
        Assert.That(Rendered("钢#{seq:2}", 7), Is.EqualTo("88.300.1/钢#07"));

    [Test]
    public void Parse_AnyText_AnswersWithoutException()
    {
        string[] pieces =
        [
            "{",
            "}",
            "{{",
            "}}",
            ":",
            "{date:",
            "{attr:",
            "{seq:",
            "{check}",
            "{seq:5}",
            "{attr:a}",
            "{date:yyMM}",
            "yyyy",
            "yy",
            "y",
            "MM",
            "d",
            "0",
            "5",
            "18",
            "19",
            "-",
            "_",
            ".",
            "a",
            "Z",
            "#",
            "钢",
            "\0",
            "\uD83D",
            "\uDE00",
            "\uFFFD",
        ];
        var composed = Gen.ListOf(Gen.Elements(pieces)).Select(string.Concat);
        var any = ArbMap.Default.GeneratorFor<string>();

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(
                Gen.OneOf(composed, any).ToArbitrary(),
                text =>
                {
                    var result = CodingPattern.Parse(text);
                    return result.TryGet(out var pattern, out var error)
                        ? pattern.Begin(Prefix, s_now, _ => "A1").Value.Complete(0).Value.Length > Prefix.Length + 1
                        : error
                            is {
                                Code: ErrorCode.InvalidValue,
                                Field: "pattern",
                                Message.En.Length: > 0,
                                Message.Zh.Length: > 0
                            };
                }
            )
        );
    }

    [TestCase("yyyy", "2026")]
    [TestCase("yy", "26")]
    [TestCase("yyMMdd", "260307")]
    [TestCase("yyyy-MM-dd_HH.mm", "2026-03-07_05.09")]
    [TestCase("yyyyyy", "202626")]
    [TestCase("-dd", "-07")]
    [TestCase("mmHH", "0905")]
    public void Begin_DateFormat_WritesThePlantsClock(string format, string expected) =>
        Assert.That(Rendered($"{{date:{format}}}/{{seq:1}}", 1), Is.EqualTo($"88.300.1/{expected}/1"));

    [Test]
    public void Begin_DaysDifferBetweenPlantAndUtc_WritesThePlantsDay()
    {
        Assert.That(s_now.UtcDateTime.Day, Is.EqualTo(6));
        Assert.That(Rendered("{date:dd}{seq:1}", 1), Is.EqualTo("88.300.1/071"));
    }

    [Test]
    public void Begin_MixedCase_FoldsTheScopeAndKeepsTheSpelling()
    {
        var draft = Parsed("Mea-é-{attr:line}-{seq:3}-end").Begin("88.300.aB", s_now, _ => "l1").Value;

        Assert.That((draft.Scope, draft.HasSequence), Is.EqualTo(("88.300.AB/MEA-é-L1-", true)));
        Assert.That(draft.Complete(12).Value, Is.EqualTo("88.300.aB/Mea-é-l1-012-end"));
    }

    [Test]
    public void Begin_NoSequence_HasNoScopeAndTakesNoNumber()
    {
        var draft = Parsed("{attr:a}-{attr:b}").Begin(Prefix, s_now, code => code + "1").Value;

        Assert.That((draft.Scope, draft.HasSequence), Is.EqualTo(("", false)));
        Assert.That(draft.Complete(long.MaxValue).Value, Is.EqualTo("88.300.1/a1-b1"));
    }

    [TestCase(null)]
    [TestCase("")]
    public void Begin_AttributeWithoutValue_NamesTheAttribute(string? value)
    {
        var error = Parsed("{attr:shift}{attr:line}-{seq:3}")
            .Begin(Prefix, s_now, code => code == "line" ? value : "1")
            .Error;

        Assert.That((error?.Code, error?.Field), Is.EqualTo(((ErrorCode?)ErrorCode.InvalidValue, "attributes.line")));
        Assert.That(error!.Message.En, Does.Contain("line"));
    }

    [TestCase("{attr:line}-{seq:3}{check}", "A#1", "position 2")]
    [TestCase("{seq:3}-{attr:line}{check}", "钢", "holds 钢 at position 1")]
    [TestCase("{seq:3}-{attr:line}{check}", "A😀", "holds 😀 at position 2")]
    // A control character in the name of a test is more than Stryker's runner can take.
    [TestCase(
        "{seq:3}-{attr:line}",
        "A\u0001",
        "control characters",
        TestName = "Begin_ControlCharacter_NamesTheAttribute"
    )]
    [TestCase(
        "{seq:3}-{attr:line}",
        "\u0001A",
        "control characters",
        TestName = "Begin_ControlCharacterAtTheBeginning_NamesTheAttribute"
    )]
    [TestCase("{seq:3}-{attr:line}", "A\uFFFD", "broken Unicode")]
    public void Begin_CharacterRefused_NamesTheAttribute(string text, string value, string message)
    {
        var error = Parsed(text).Begin(Prefix, s_now, _ => value).Error;

        Assert.That((error?.Code, error?.Field), Is.EqualTo(((ErrorCode?)ErrorCode.InvalidValue, "attributes.line")));
        Assert.That(error!.Message.En, Does.Contain(message));
    }

    [Test]
    public void Begin_Length_IsAtMost255BytesWithNumberAndCheck()
    {
        var pattern = Parsed("{attr:a}{seq:3}{check}");
        var room = 255 - "88.300.1/".Length - 4;

        Assert.That(
            pattern.Begin(Prefix, s_now, _ => new string('A', room)).Value.Complete(1).Value,
            Has.Length.EqualTo(255)
        );
        var error = pattern.Begin(Prefix, s_now, _ => new string('A', room + 1)).Error;
        Assert.That((error?.Code, error?.Field), Is.EqualTo(((ErrorCode?)ErrorCode.InvalidIdentifier, "identifier")));
    }

    [Test]
    public void Begin_LengthBehindTheNumber_CountsToo()
    {
        var pattern = Parsed("{seq:3}{attr:a}");
        var room = 255 - "88.300.1/".Length - 3;

        Assert.That(
            pattern.Begin(Prefix, s_now, _ => new string('A', room)).Value.Complete(1).Value,
            Has.Length.EqualTo(255)
        );
        Assert.That(
            pattern.Begin(Prefix, s_now, _ => new string('A', room + 1)).Error?.Code,
            Is.EqualTo(ErrorCode.InvalidIdentifier)
        );
    }

    [Test]
    public void Complete_Check_CoversTheSuffixOnly()
    {
        // The GRid handbook's example: A1-2425G-ABC1234002-M.
        var pattern = Parsed("A1-{attr:issuer}-ABC{seq:7}-{check}");

        foreach (var prefix in new[] { Prefix, "99.1" })
        {
            var text = pattern.Begin(prefix, s_now, _ => "2425g").Value.Complete(1_234_002).Value;
            Assert.That(text, Is.EqualTo($"{prefix}/A1-2425g-ABC1234002-M"));
            Assert.That(Mod37_36.IsValid(text.AsSpan(prefix.Length + 1)), Is.True);
        }
    }

    [TestCase("A{seq:3}", 0, "88.300.1/A000")]
    [TestCase("A{seq:3}", 999, "88.300.1/A999")]
    [TestCase("{seq:18}", 999_999_999_999_999_999, "88.300.1/999999999999999999")]
    public void Complete_NumberInRange_IsPaddedWithZeros(string text, long number, string expected) =>
        Assert.That(Rendered(text, number), Is.EqualTo(expected));

    [Test]
    public void Complete_NumberAboveTheGreatest_IsExhausted()
    {
        var error = Parsed("A{seq:3}{check}").Begin(Prefix, s_now, _ => null).Value.Complete(1000).Error;

        Assert.That((error?.Code, error?.Field), Is.EqualTo(((ErrorCode?)ErrorCode.SequenceExhausted, "identifier")));
        Assert.That(error!.Message.En, Does.Contain("88.300.1/A").And.Contain("999"));
    }

    private static CodingPattern Parsed(string text) => CodingPattern.Parse(text).Value;

    private static string Rendered(string text, long number) =>
        Parsed(text).Begin(Prefix, s_now, _ => null).Value.Complete(number).Value;
}
