using System.Text.Json;
using FsCheck.Fluent;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Tests.Templates;

[TestFixture]
public sealed class ValueCodecTests
{
    private static readonly string s_hex = new('a', 64);

    [TestCase(AttributeType.Text, "钢 板\n2", "钢 板\n2")]
    [TestCase(AttributeType.Integer, "007", "7")]
    [TestCase(AttributeType.Integer, "1e3", "1000")]
    [TestCase(AttributeType.Integer, "2.0", "2")]
    [TestCase(AttributeType.Integer, "123456789012345678901234567890", "123456789012345678901234567890")]
    [TestCase(AttributeType.Decimal, "-0.250", "-0.25")]
    [TestCase(AttributeType.Boolean, "true", "true")]
    [TestCase(AttributeType.Boolean, "false", "false")]
    [TestCase(AttributeType.Date, "2024-02-29", "2024-02-29")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00Z", "2026-03-01T08:00:00.000000Z")]
    [TestCase(AttributeType.DateTime, "2026-03-01t08:00:00z", "2026-03-01T08:00:00.000000Z")]
    [TestCase(AttributeType.DateTime, "2026-03-01 08:00:00.5+08:00", "2026-03-01T00:00:00.500000Z")]
    [TestCase(AttributeType.DateTime, "2026-01-01T01:00:00-00:30", "2026-01-01T01:30:00.000000Z")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00.99999999Z", "2026-03-01T08:00:00.999999Z")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00+15:00", "2026-02-28T17:00:00.000000Z")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00.1234567890123Z", "2026-03-01T08:00:00.123456Z")]
    [TestCase(AttributeType.Choice, "B", "B")]
    [TestCase(AttributeType.Reference, "88.300.1/abC", "88.300.1/abC")]
    public void Canonicalise_Accepted(AttributeType type, string text, string canonical) =>
        Assert.That(ValueCodec.Canonicalise(Attribute(type), InputValue.OfText(text)).Value, Is.EqualTo(canonical));

    [TestCase(AttributeType.Text, "a\0", "control character")]
    [TestCase(AttributeType.Text, "a\u0085", "control character")]
    [TestCase(AttributeType.Text, "a\uFFFD", "not valid Unicode")]
    [TestCase(AttributeType.Integer, "1.5", "whole number")]
    [TestCase(AttributeType.Integer, "one", "whole number")]
    [TestCase(AttributeType.Decimal, "1,5", "must be a number")]
    [TestCase(AttributeType.Decimal, "NaN", "must be a number")]
    [TestCase(AttributeType.Boolean, "True", "true or false")]
    [TestCase(AttributeType.Boolean, "1", "true or false")]
    [TestCase(AttributeType.Date, "2026-2-1", "yyyy-MM-dd")]
    [TestCase(AttributeType.Date, "2025-02-29", "yyyy-MM-dd")]
    [TestCase(AttributeType.Date, "2026-02-01T00:00:00Z", "yyyy-MM-dd")]
    [TestCase(AttributeType.Date, " 2026-02-01", "yyyy-MM-dd")]
    [TestCase(AttributeType.Date, "٢٠٢٦-٠٢-٠١", "yyyy-MM-dd")]
    [TestCase(AttributeType.DateTime, "2026-03-01", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00Z", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00 Z", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00,5Z", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00.Z", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-03-01T24:00:00Z", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-02-30T08:00:00Z", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00+0800", "with zone")]
    [TestCase(AttributeType.DateTime, "2026-03-01T08:00:00+24:00", "with zone")]
    [TestCase(AttributeType.DateTime, "0001-01-01T00:00:00+08:00", "with zone")]
    [TestCase(AttributeType.DateTime, "9999-12-31T23:59:59-08:00", "with zone")]
    [TestCase(AttributeType.Choice, "b", "one of A, B")]
    [TestCase(AttributeType.Reference, "no-slash", "has a slash")]
    [TestCase(AttributeType.FileDigest, "sha-256:00", "64 hexadecimal")]
    [TestCase(AttributeType.FileDigest, "md5:00", "64 hexadecimal")]
    public void Canonicalise_Refused_NamesAttributeAndRule(AttributeType type, string text, string rule)
    {
        var refused = ValueCodec.Canonicalise(Attribute(type), InputValue.OfText(text));

        Assert.That(refused.IsOk, Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(refused.Error!.Field, Is.EqualTo("attributes.x"));
            Assert.That(refused.Error!.Code, Is.EqualTo(ErrorCode.InvalidValue));
            Assert.That(refused.Error!.Message.En, Does.Contain(rule));
        });
    }

    [Test]
    public void Canonicalise_LoneSurrogate_IsRefused() =>
        Assert.That(
            ValueCodec.Canonicalise(Attribute(AttributeType.Text), InputValue.OfText("a\uD83Db")).IsOk,
            Is.False
        );

    [Test]
    public void Canonicalise_FileDigest_IsLowerCase() =>
        Assert.That(
            ValueCodec
                .Canonicalise(
                    Attribute(AttributeType.FileDigest),
                    InputValue.OfText("SHA-256:" + s_hex.ToUpperInvariant())
                )
                .Value,
            Is.EqualTo("sha-256:" + s_hex)
        );

    [Test]
    public void Canonicalise_NumberOrText_IsTheSame() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                ValueCodec.Canonicalise(Attribute(AttributeType.Decimal), InputValue.OfNumber("25.00")).Value,
                Is.EqualTo("25")
            );
            Assert.That(
                ValueCodec.Canonicalise(Attribute(AttributeType.Decimal), InputValue.OfText("2.5e1")).Value,
                Is.EqualTo("25")
            );
            Assert.That(
                ValueCodec.Canonicalise(Attribute(AttributeType.Boolean), InputValue.OfBoolean(true)).Value,
                Is.EqualTo("true")
            );
            Assert.That(
                ValueCodec.Canonicalise(Attribute(AttributeType.Text), InputValue.OfNumber("25")).IsOk,
                Is.False
            );
            Assert.That(
                ValueCodec.Canonicalise(Attribute(AttributeType.Integer), InputValue.OfBoolean(true)).IsOk,
                Is.False
            );
            Assert.That(
                ValueCodec.Canonicalise(Attribute(AttributeType.Reference), InputValue.OfNumber("1")).IsOk,
                Is.False
            );
        });

    [TestCase(null, 3, "", "abcd", "longer than 3")]
    [TestCase(2, null, "", "a", "shorter than 2")]
    [TestCase(null, null, "[A-Z]+", "ABc", "pattern")]
    [TestCase(null, null, "A|AB", "ABC", "pattern")]
    [TestCase(null, null, "A", "A\n", "pattern")]
    public void Canonicalise_TextRules_AreHeld(int? least, int? most, string pattern, string text, string rule)
    {
        var attribute = Attribute(AttributeType.Text) with
        {
            MinLength = least,
            MaxLength = most,
            Pattern = pattern.Length == 0 ? null : pattern,
        };

        Assert.That(ValueCodec.Canonicalise(attribute, InputValue.OfText(text)).Error!.Message.En, Does.Contain(rule));
    }

    [Test]
    public void Canonicalise_Length_CountsUnicodeCharacters() =>
        Assert.That(
            ValueCodec
                .Canonicalise(Attribute(AttributeType.Text) with { MaxLength = 3 }, InputValue.OfText("😀电A"))
                .IsOk,
            Is.True
        );

    [TestCase(AttributeType.Integer, "2", "10", "2", true)]
    [TestCase(AttributeType.Integer, "2", "10", "10.0", true)]
    [TestCase(AttributeType.Integer, "2", "10", "11", false)]
    [TestCase(AttributeType.Integer, "-2", "10", "-3", false)]
    [TestCase(AttributeType.Decimal, "0.1", "100", "0.09", false)]
    [TestCase(AttributeType.Decimal, "0.1", "100", "9.999", true)]
    [TestCase(AttributeType.Date, "2026-01-01", "2026-12-31", "2025-12-31", false)]
    [TestCase(AttributeType.Date, "2026-01-01", "2026-12-31", "2026-12-31", true)]
    [TestCase(
        AttributeType.DateTime,
        "2026-01-01T00:00:00Z",
        "2026-01-02T00:00:00Z",
        "2026-01-01T07:59:59+08:00",
        false
    )]
    [TestCase(
        AttributeType.DateTime,
        "2026-01-01T00:00:00Z",
        "2026-01-02T00:00:00Z",
        "2026-01-01T08:00:00+08:00",
        true
    )]
    public void Canonicalise_Range_IsInclusive(
        AttributeType type,
        string least,
        string most,
        string text,
        bool accepted
    ) =>
        Assert.That(
            ValueCodec
                .Canonicalise(Attribute(type) with { Minimum = least, Maximum = most }, InputValue.OfText(text))
                .IsOk,
            Is.EqualTo(accepted)
        );

    [Test]
    public void Canonicalise_WrongKinds_AreRefused()
    {
        foreach (var type in Enum.GetValues<AttributeType>())
        {
            Assert.Multiple(() =>
            {
                Assert.That(
                    ValueCodec.Canonicalise(Attribute(type), InputValue.Unsupported).IsOk,
                    Is.False,
                    $"{type} object"
                );
                Assert.That(
                    ValueCodec.Canonicalise(Attribute(type), InputValue.OfList([InputValue.OfText("1")])).IsOk,
                    Is.False,
                    $"{type} list"
                );
                Assert.That(
                    ValueCodec
                        .Canonicalise(Attribute(type) with { Repeated = true }, InputValue.OfList([InputValue.Null]))
                        .IsOk,
                    Is.False,
                    $"{type} null item"
                );
                Assert.That(
                    ValueCodec
                        .Canonicalise(
                            Attribute(type) with
                            {
                                Repeated = true,
                            },
                            InputValue.OfList([InputValue.OfList([])])
                        )
                        .IsOk,
                    Is.False,
                    $"{type} nested list"
                );
            });
        }
    }

    [Test]
    public void Canonicalise_Repeated_IsAnArrayInOrder() =>
        Assert.Multiple(() =>
        {
            Assert.That(
                ValueCodec
                    .Canonicalise(
                        Attribute(AttributeType.Decimal) with
                        {
                            Repeated = true,
                        },
                        InputValue.OfList([
                            InputValue.OfNumber("2.50"),
                            InputValue.OfText("-1"),
                            InputValue.OfNumber("2.5"),
                        ])
                    )
                    .Value,
                Is.EqualTo("[2.5,-1,2.5]")
            );
            Assert.That(
                ValueCodec
                    .Canonicalise(Attribute(AttributeType.Text) with { Repeated = true }, InputValue.OfText("only"))
                    .Value,
                Is.EqualTo("[\"only\"]")
            );
            Assert.That(
                ValueCodec
                    .Canonicalise(
                        Attribute(AttributeType.Boolean) with
                        {
                            Repeated = true,
                        },
                        InputValue.OfList([InputValue.OfBoolean(true), InputValue.OfText("false")])
                    )
                    .Value,
                Is.EqualTo("[true,false]")
            );
        });

    // What is hashed must not change with the Unicode version a JSON library knows: RFC 8785 §3.2.2.2.
    [Test]
    public void Canonicalise_RepeatedText_EscapesOnlyWhatJsonNeeds() =>
        Assert.That(
            ValueCodec
                .Canonicalise(
                    Attribute(AttributeType.Text) with
                    {
                        Repeated = true,
                    },
                    InputValue.OfText("\"\\/<é电😀\u0378\u2028\u00A0\t\r\n")
                )
                .Value,
            Is.EqualTo("[\"\\\"\\\\/<é电😀\u0378\u2028\u00A0\\t\\r\\n\"]")
        );

    [Test]
    public void Canonicalise_TooManyItems_IsRefused() =>
        Assert.That(
            ValueCodec
                .Canonicalise(
                    Attribute(AttributeType.Integer) with
                    {
                        Repeated = true,
                    },
                    InputValue.OfList([.. Enumerable.Range(0, 2049).Select(i => InputValue.OfNumber(i.ToString()))])
                )
                .Error!.Message.En,
            Does.Contain("2048")
        );

    [Test]
    public void Canonicalise_AnyText_NeverThrowsAndIsAFixedPoint()
    {
        var inputs = Gen.OneOf(
            Properties.Text,
            Gen.Elements("2026-03-01T08:00:00", "2026-03-01").SelectMany(t => Properties.Text.Select(rest => t + rest)),
            Gen.Elements(
                "7",
                "-1.50",
                "1e2",
                "true",
                "A",
                "B",
                "88/x",
                "2024-02-29",
                "2026-03-01T08:00:00.1+02:00",
                "sha-256:" + s_hex.ToUpperInvariant()
            )
        );
        Properties.ForAll(
            inputs.ArrayOf(),
            texts =>
            {
                foreach (var type in Enum.GetValues<AttributeType>())
                {
                    var single = Attribute(type);
                    foreach (var text in texts)
                    {
                        if (ValueCodec.Canonicalise(single, InputValue.OfText(text)).TryGet(out var canonical, out _))
                        {
                            Assert.That(
                                ValueCodec.Canonicalise(single, ValueCodec.ToInput(single, canonical)).Value,
                                Is.EqualTo(canonical)
                            );
                            Assert.That(ValueCodec.Items(single, canonical), Is.EqualTo(new[] { canonical }));
                        }
                    }
                    var repeated = single with { Repeated = true };
                    if (
                        ValueCodec
                            .Canonicalise(repeated, InputValue.OfList([.. texts.Select(InputValue.OfText)]))
                            .TryGet(out var list, out _)
                    )
                    {
                        using var parsed = JsonDocument.Parse(list);
                        Assert.That(parsed.RootElement.GetArrayLength(), Is.EqualTo(texts.Length));
                        Assert.That(
                            ValueCodec.Canonicalise(repeated, ValueCodec.ToInput(repeated, list)).Value,
                            Is.EqualTo(list)
                        );
                        Assert.That(
                            ValueCodec.Items(repeated, list),
                            Is.EqualTo(texts.Select(t => ValueCodec.Canonicalise(single, InputValue.OfText(t)).Value))
                        );
                    }
                }
            }
        );
    }

    [Test]
    public void SearchText_Numbers_SortInTheirOrder()
    {
        var attribute = Attribute(AttributeType.Decimal);
        var numbers = new[] { "-1000", "-2.5", "-2", "0", "0.001", "3", "20", "100" };

        Assert.That(
            numbers.Select(n => ValueCodec.SearchText(attribute, n)),
            Is.Ordered.Using((System.Collections.IComparer)StringComparer.Ordinal)
        );
    }

    [Test]
    public void SearchText_LongText_IsCutBetweenCharacters()
    {
        var attribute = Attribute(AttributeType.Text);
        var even = new string('a', 200);
        var odd = new string('a', 199);

        Assert.Multiple(() =>
        {
            Assert.That(ValueCodec.SearchText(attribute, even + "bc"), Is.EqualTo(even));
            Assert.That(ValueCodec.SearchText(attribute, odd + "😀x"), Is.EqualTo(odd));
            Assert.That(ValueCodec.SearchText(attribute, odd[1..] + "😀x"), Is.EqualTo(odd[1..] + "😀"));
        });
    }

    private static AttributeDefinition Attribute(AttributeType type) =>
        new()
        {
            Code = "x",
            Type = type,
            Choices = type == AttributeType.Choice ? ["A", "B"] : null,
        };
}
