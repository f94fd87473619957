using IdResolution.Core.Records;
using IdResolution.Core.Templates;
using IdResolution.Fuzzing.Driver;

namespace IdResolution.Fuzzing.Targets;

/// <summary>
/// Values of attributes of every type, and numbers as text. The first byte chooses the attribute. A canonical value
/// stays as it is, and sorts as it compares.
/// </summary>
internal sealed class ValuesTarget : FuzzTarget
{
    private static readonly AttributeDefinition[] s_attributes =
    [
        .. Enum.GetValues<AttributeType>().Select(Of),
        .. Enum.GetValues<AttributeType>().Select(type => Of(type) with { Repeated = true }),
        Of(AttributeType.Text) with
        {
            Pattern = "[A-Z]+(-[0-9]{1,3})?",
            MinLength = 2,
            MaxLength = 20,
        },
        Of(AttributeType.Decimal) with
        {
            Minimum = "-1.5",
            Maximum = "1000000",
        },
        Of(AttributeType.DateTime) with
        {
            Minimum = "2020-01-01T00:00:00Z",
            Maximum = "2040-01-01T00:00:00+08:00",
        },
        Of(AttributeType.Date) with
        {
            Minimum = "2020-01-01",
            Maximum = "2040-01-01",
        },
    ];

    public override string Name => "values";

    public override IReadOnlyList<string> Tokens =>
        [
            "0",
            "-0",
            "+",
            "-",
            ".",
            "e",
            "E",
            "e-99",
            "e999",
            "1e5",
            "00",
            "0.10",
            "true",
            "false",
            "2026-03-01",
            "T",
            "t",
            "2026-03-01T08:00:00Z",
            "2026-02-29",
            "24:00:00",
            "+08:00",
            "-23:59",
            "Z",
            "z",
            ".123456789",
            "0001-01-01T00:00:00",
            "9999-12-31T23:59:59",
            "88.300/a",
            "sha-256:",
            "SHA-256:",
            "ab",
            "one",
            "\n",
            "\"",
            "\\",
            "[",
            "]",
            ",",
            "é",
            "𠀀",
            "\ufffd",
            "\0",
            "\u007f",
            "AB-12",
            "9999999999999999",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ];

    public override IEnumerable<byte[]> Seeds()
    {
        string[] texts =
        [
            "text",
            "one",
            "-12.50e3",
            "42",
            "true",
            "2026-03-01",
            "2026-03-01T08:00:00.5+08:00",
            "88.300/MEA-1",
            "sha-256:" + new string('a', 64),
            "AB-12\nCD-34",
        ];
        for (var i = 0; i < s_attributes.Length; i++)
        {
            foreach (var text in texts)
            {
                yield return Chosen(i, TextInput.From(text));
            }
        }
    }

    public override void Take(byte[] input)
    {
        if (input.Length < 2)
        {
            return;
        }
        var attribute = s_attributes[input[0] % s_attributes.Length];
        var text = TextInput.Of(input.AsSpan(1));
        if (DecimalText.TryCanonicalise(text, out var number))
        {
            CheckNumber(number);
        }
        var given = attribute.Repeated
            ? InputValue.OfList([.. text.Split('\n').Select(InputValue.OfText)])
            : InputValue.OfText(text);
        if (!ValueCodec.Canonicalise(attribute, in given).TryGet(out var canonical, out var error))
        {
            Hold.That(error.Message.En.Length > 0, "What is refused has a reason.");
            return;
        }
        var again = ValueCodec.ToInput(attribute, canonical);
        Hold.That(ValueCodec.Canonicalise(attribute, in again).IsOk, $"A canonical value is one: {canonical}");
        Hold.Same(ValueCodec.Canonicalise(attribute, in again).Value, canonical, "A canonical value stays as it is.");
        _ = StateEncoder.FormOf(attribute, canonical);
        foreach (var item in ValueCodec.Items(attribute, canonical))
        {
            var search = ValueCodec.SearchText(attribute, item);
            Hold.That(
                search.Length <= 200 && (search.Length == 0 || !char.IsHighSurrogate(search[^1])),
                "What is searched for is whole."
            );
        }
    }

    private static void CheckNumber(string number)
    {
        Hold.That(
            DecimalText.TryCanonicalise(number, out var same) && same == number,
            $"A canonical number stays as it is: {number}"
        );
        Hold.That(DecimalText.Compare(number, number) == 0, "A number equals itself.");
        foreach (var other in new[] { "0", "-1.5", "99999.00001", "0.0000000001" })
        {
            var order = DecimalText.Compare(number, other);
            Hold.That(order == -DecimalText.Compare(other, number), "Numbers compare both ways.");
            var keys = string.CompareOrdinal(DecimalText.SortKey(number), DecimalText.SortKey(other));
            Hold.That(keys == 0 || Math.Sign(keys) == order, $"Numbers sort as they compare: {number}, {other}");
        }
    }

    private static AttributeDefinition Of(AttributeType type) =>
        new()
        {
            Code = "value",
            Type = type,
            Choices = type == AttributeType.Choice ? ["one", "two", "\""] : null,
        };
}
