using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Tests.Records;

/// <summary>How much a record holds.</summary>
[TestFixture]
public sealed class RecordValidatorTests
{
    private static readonly Template s_template = new()
    {
        Code = "t",
        Attributes =
        [
            new AttributeDefinition
            {
                Code = "note",
                Index = 2_000,
                Repeated = true,
            },
        ],
    };

    [TestCase(2_041, true)]
    [TestCase(2_042, false)]
    public void Check_AttributesAndRawValues_CountTogether(int values, bool fits) =>
        Assert.That(CodeOf(1, values, 1), Is.EqualTo(fits ? null : (ErrorCode?)ErrorCode.TooLarge));

    [TestCase(200_000, 50_000, true)]
    [TestCase(200_000, 62_000, false)]
    [TestCase(259_000, 0, true)]
    [TestCase(261_000, 0, false)]
    public void Check_BytesOfAttributesAndRawValues_CountTogether(int attribute, int value, bool fits) =>
        Assert.That(CodeOf(attribute, 1, value), Is.EqualTo(fits ? null : (ErrorCode?)ErrorCode.TooLarge));

    [TestCase("\u200Bx", true)]
    [TestCase("\ufffdURL", false)]
    public void CheckValue_TypeWithWhatNoTextHolds_IsRefused(string type, bool isRight)
    {
        var faults = new Faults();

        RecordValidator.CheckValue(
            null,
            new RawValue
            {
                Index = 1,
                Type = type,
                Data = [],
            },
            "values[0]",
            faults
        );

        Assert.That(faults.Mention("values[0].type"), Is.EqualTo(!isRight));
    }

    [TestCase(0, true)]
    [TestCase(-1, false)]
    public void CheckValue_Reference_HasAnIndexOf0OrMore(int index, bool isRight)
    {
        var faults = new Faults();
        var value = new RawValue
        {
            Index = 1,
            Type = "URL",
            Data = [],
            References = [new("88.300.1/x", index)],
        };

        RecordValidator.CheckValue(null, value, "values[0]", faults);

        Assert.That(faults.Mention("values[0].references"), Is.EqualTo(!isRight));
    }

    /// <summary>
    /// What becomes of an attribute of so many bytes, in pieces of 1,000, and so many values of so many.
    /// </summary>
    private static ErrorCode? CodeOf(int attribute, int values, int bytes) =>
        RecordValidator
            .Check(
                s_template,
                [
                    new(
                        "note",
                        InputValue.OfList([
                            .. Enumerable
                                .Range(0, (attribute + 999) / 1_000)
                                .Select(_ => InputValue.OfText(new string('x', Math.Min(attribute, 997)))),
                        ])
                    ),
                ],
                [
                    .. Enumerable
                        .Range(3_000, values)
                        .Select(index => new RawValue
                        {
                            Index = index,
                            Type = "D",
                            Data = new byte[bytes],
                        }),
                ]
            )
            .Error?.Code;
}
