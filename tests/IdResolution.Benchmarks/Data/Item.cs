using System.Text;
using System.Text.Json;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Templates;

namespace IdResolution.Benchmarks.Data;

/// <summary>
/// The items registered: membrane electrode assemblies of the fuel-cell pack with eight attributes, three of them
/// searchable. Everything follows from the item's number, so that a random identifier can be computed and registering
/// again is recognised as the same.
/// </summary>
internal static class Item
{
    public const string Prefix = "88.300.1";

    public const string Template = "mea";

    public const string Source = "mes";

    /// <summary>How many different sets of attribute values there are.</summary>
    public const int Variants = 1_024;

    private static readonly List<KeyValuePair<string, InputValue>>[] s_attributes =
    [
        .. Enumerable.Range(0, Variants).Select(Variant),
    ];

    public static string Identifier(string series, long number) => $"{Prefix}/{series}-{number:D10}";

    /// <summary>A registration with one business key or more.</summary>
    public static RegistrationRequest Request(string series, long number, int keys = 1) =>
        new()
        {
            Template = Template,
            Identifier = Identifier(series, number),
            Source = Source,
            SourceKey = $"{series}-{number:D10}",
            FurtherKeys =
                keys == 1
                    ? []
                    :
                    [
                        .. Enumerable
                            .Range(1, keys - 1)
                            .Select(i => new BusinessKey("wms", $"{series}-{number:D10}-{i}")),
                    ],
            Attributes = Attributes(number),
        };

    /// <summary>The attributes of an item by its number.</summary>
    public static IReadOnlyList<KeyValuePair<string, InputValue>> Attributes(long number) =>
        s_attributes[number % Variants];

    /// <summary>The attributes of a variant as a JSON object, for bodies of requests.</summary>
    public static string AttributesJson(int variant)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var (code, value) in s_attributes[variant])
            {
                writer.WriteString(code, value.Text);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static List<KeyValuePair<string, InputValue>> Variant(int variant) =>
        [
            new("model", InputValue.OfText($"MEA-{250 + (variant % 7 * 10)}C")),
            new("manufacturer", InputValue.OfText("Shanghai Fuel Cell Components Co., Ltd.")),
            new("thickness", InputValue.OfText($"{400 + (variant * 37 % 90)}.{variant % 10}")),
            new("openCircuitVoltage", InputValue.OfText($"0.{930 + (variant * 13 % 60)}")),
            new("leakRate", InputValue.OfText($"{variant * 7 % 4}.{variant * 11 % 99 + 1:D2}")),
            new("line", InputValue.OfText($"L{1 + (variant % 6)}")),
            new(
                "manufacturedDate",
                InputValue.OfText(new DateOnly(2025, 1, 1).AddDays(variant * 5 % 365).ToString("yyyy-MM-dd"))
            ),
            new(
                "result",
                InputValue.OfText(
                    variant % 50 == 0 ? "hold"
                    : variant % 33 == 0 ? "fail"
                    : "pass"
                )
            ),
        ];
}
