using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace IdResolution.Server.Tests.Packs;

[TestFixture]
public sealed partial class FuelCellPackFileTests
{
    private static readonly string[] Templates =
    [
        "catalyst-lot",
        "ionomer-lot",
        "membrane-roll",
        "gdl-lot",
        "ink-batch",
        "ccm-batch",
        "mea-batch",
        "mea",
        "bipolar-plate",
        "end-plate",
        "gasket",
        "stack",
        "air-compressor",
        "hydrogen-pump",
        "controller",
        "fc-system",
        "vehicle",
        "equipment",
        "person",
        "process",
        "order",
        "warehouse-receipt",
        "logistics-order",
        "algorithm-model",
        "product-model",
        "company",
        "bom",
        "engineering-change",
        "location",
        "pallet",
        "box",
        "tool",
        "inspection-plan",
        "inspection",
        "defect-code",
        "sample",
        "reagent",
        "data-set",
        "energy-record",
        "emission-factor",
        "software-package",
        "hydrogen-tank",
        "traction-battery",
        "t-box",
        "sheet-metal",
        "carbon-fibre",
        "ptfe-solution",
        "service-case",
        "disposal",
    ];

    private static readonly string[] Types =
    [
        "text",
        "integer",
        "decimal",
        "boolean",
        "date",
        "date-time",
        "choice",
        "reference",
        "file-digest",
    ];

    private static readonly string[] AttributeProperties =
    [
        "code",
        "names",
        "type",
        "unit",
        "required",
        "repeated",
        "unique",
        "pattern",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "choices",
        "choiceNames",
        "unitNames",
        "visibility",
        "index",
        "searchable",
    ];

    private static readonly string[] Symbols =
        "% ° °C nm µm mm cm m km mg g kg mmol mol mL L µA mA A V mΩ MΩ mS kPa MPa mPa Pa kN kW W kWh mJ s min h r".Split(
            ' '
        );

    private JsonDocument _pack = null!;

    [SetUp]
    public void Load() => _pack = FuelCellPackFile.Load();

    [TearDown]
    public void Dispose() => _pack.Dispose();

    [Test]
    public void Pack_Itself_IsVersionFiveOfFuelCell()
    {
        Assert.That(_pack.RootElement.Text("pack"), Is.EqualTo("fuel-cell"));
        Assert.That(_pack.RootElement.GetProperty("version").GetInt32(), Is.EqualTo(5));
    }

    [Test]
    public void Templates_Codes_AreExactlyThePromised() =>
        Assert.That(_pack.RootElement.List("templates").Select(t => t.Code()), Is.EqualTo(Templates));

    [Test]
    public void Names_Everywhere_AreGivenInBothLanguages()
    {
        var root = _pack.RootElement;
        JsonElement[] named =
        [
            root,
            .. root.List("categories"),
            .. root.List("codingRules"),
            .. root.List("templates"),
            .. Attributes().Select(a => a.Attribute),
        ];
        var texts = named
            .Select(e => e.GetProperty("names"))
            .Concat(root.List("templates").Select(t => t.GetProperty("description")))
            .Concat(
                Attributes()
                    .Where(a => a.Attribute.Text("type") == "choice")
                    .SelectMany(a => a.Attribute.GetProperty("choiceNames").EnumerateObject().Select(n => n.Value))
            )
            .Concat(Attributes().Where(a => a.Attribute.Text("unitNames") is not null).Select(UnitNames));

        Assert.That(
            texts
                .Where(n => string.IsNullOrWhiteSpace(n.Text("en")) || n.Text("zh")?.Any(c => c > 127) != true)
                .Select(n => n.GetRawText()),
            Is.Empty
        );
    }

    [Test]
    public void Choices_Each_HasAName()
    {
        foreach (var (template, attribute) in Attributes().Where(a => a.Attribute.Text("type") == "choice"))
        {
            Assert.That(
                attribute.GetProperty("choiceNames").EnumerateObject().Select(n => n.Name),
                Is.EquivalentTo(attribute.List("choices").Select(c => c.GetString())),
                $"{template}.{attribute.Code()}"
            );
        }
    }

    [Test]
    public void Units_OfWords_HaveNamesInBothLanguages()
    {
        // Symbols of units are the same in every language.
        foreach (var (template, attribute) in Attributes().Where(a => a.Attribute.Text("unit") is not null))
        {
            if (attribute.Text("unitNames") is null)
                Assert.That(
                    attribute.Text("unit")!.Replace("100 ", "").Replace("²", "").Split('·', '/'),
                    Has.All.AnyOf(Symbols),
                    $"{template}.{attribute.Code()}"
                );
        }
    }

    [TestCase("ccm-batch", "quantity", "片")]
    [TestCase("vehicle", "tankCount", "只")]
    [TestCase("order", "amount", "元")]
    [TestCase("gasket", "hardness", "邵氏 A")]
    public void Units_InChinese_AreThoseOfTheField(string template, string code, string unit) =>
        Assert.That(
            Attributes()
                .Where(a => a.Template == template && a.Attribute.Code() == code)
                .Select(a => UnitNames(a).Text("zh"))
                .Single(),
            Is.EqualTo(unit)
        );

    [Test]
    public void Categories_Parents_AreListedBeforeTheirChildren()
    {
        var seen = new HashSet<string>();
        foreach (var category in _pack.RootElement.List("categories"))
        {
            if (category.Text("parent") is { } parent)
                Assert.That(seen, Does.Contain(parent), category.Code());
            Assert.That(seen.Add(category.Code()), Is.True, category.Code());
        }
    }

    [Test]
    public void Templates_CategoryAndCodingRule_Exist()
    {
        var categories = _pack.RootElement.List("categories").Select(c => c.Code()).ToList();
        var rules = _pack.RootElement.List("codingRules").Select(c => c.Code()).ToList();

        Assert.That(rules, Is.Unique);
        foreach (var template in _pack.RootElement.List("templates"))
        {
            Assert.That(categories, Does.Contain(template.Text("category")), template.Code());
            Assert.That(rules, Does.Contain(template.Text("codingRule")), template.Code());
        }
    }

    [Test]
    public void CodingRules_Patterns_HaveKnownPartsAndAreApart()
    {
        var patterns = _pack.RootElement.List("codingRules").Select(r => r.Text("pattern")!).ToList();

        // No rule may give what another gives: each begins with letters of its own.
        Assert.That(patterns.Select(p => p[..p.IndexOf('-')]), Is.Unique);
        Assert.That(
            patterns,
            Has.All.Match(@"^[A-Z]+-(?:\{attr:[A-Za-z]+\}|(?:\{date:yyMMdd\}-)?\{seq:[0-9]\}\{check\})$")
        );
    }

    [Test]
    public void CodingRules_Attributes_AreRequiredAndNotRepeated()
    {
        var rules = _pack.RootElement.List("codingRules").ToDictionary(r => r.Code(), r => r.Text("pattern")!);
        var uses = 0;
        foreach (var template in _pack.RootElement.List("templates"))
        {
            var attributes = template.List("attributes").ToDictionary(a => a.Code());
            foreach (Match use in AttributeUse().Matches(rules[template.Text("codingRule")!]))
            {
                uses++;
                var attribute = attributes[use.Groups[1].Value];
                Assert.That(attribute.Flag("required"), Is.True, template.Code());
                Assert.That(attribute.Flag("repeated"), Is.False, template.Code());
            }
        }
        Assert.That(uses, Is.Positive);
    }

    [Test]
    public void Attributes_Indexes_AreUniqueAndInOrderFrom2000()
    {
        foreach (var template in _pack.RootElement.List("templates"))
        {
            var indexes = template.List("attributes").Select(a => a.GetProperty("index").GetInt32()).ToList();
            Assert.That(indexes, Is.Ordered.And.Unique, template.Code());
            Assert.That(indexes, Has.All.GreaterThanOrEqualTo(2000), template.Code());
        }
    }

    [Test]
    public void Attributes_Definitions_AreWellFormed()
    {
        foreach (var (template, attribute) in Attributes())
        {
            var where = $"{template}.{attribute.Code()}";
            Assert.That(attribute.Code(), Does.Match("^[a-z][A-Za-z0-9]{0,49}$"), where);
            Assert.That(Types, Does.Contain(attribute.Text("type")), where);
            Assert.That(new[] { "private", "partner", "public" }, Does.Contain(attribute.Text("visibility")), where);
            Assert.That(
                attribute.Text("type") == "choice",
                Is.EqualTo(attribute.TryGetProperty("choices", out var choices)),
                where
            );
            if (choices.ValueKind == JsonValueKind.Array)
                Assert.That(
                    choices.EnumerateArray().Select(c => c.GetString()),
                    Is.Unique.And.Not.Empty.And.All.Not.Empty,
                    where
                );
            Assert.That(attribute.EnumerateObject().Select(p => p.Name), Is.SubsetOf(AttributeProperties), where);
        }
    }

    [Test]
    public void Templates_Attributes_AreFewUniqueAndRarelyRequired()
    {
        foreach (var template in _pack.RootElement.List("templates"))
        {
            var attributes = template.List("attributes");
            Assert.That(attributes.Select(a => a.Code()), Is.Unique, template.Code());
            Assert.That(attributes, Has.Length.InRange(5, 32), template.Code());
            // Integrators begin with a few attributes; the pack must not be in their way.
            Assert.That(attributes.Count(a => a.Flag("required")), Is.LessThanOrEqualTo(1), template.Code());
        }
    }

    [Test]
    public void Attributes_Patterns_CompileForLinearTime()
    {
        foreach (var (template, attribute) in Attributes().Where(a => a.Attribute.TryGetProperty("pattern", out _)))
        {
            Assert.That(
                () =>
                    new Regex(
                        $"^(?:{attribute.Text("pattern")})$",
                        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
                    ),
                Throws.Nothing,
                $"{template}.{attribute.Code()}"
            );
        }
    }

    [Test]
    public void Attributes_Ranges_BeginBelowTheirEnd()
    {
        foreach (var (template, attribute) in Attributes())
        {
            var where = $"{template}.{attribute.Code()}";
            foreach (var end in new[] { "minimum", "maximum" })
            {
                if (attribute.TryGetProperty(end, out var value))
                    Assert.That(
                        value.ValueKind,
                        Is.EqualTo(IsNumber(attribute) ? JsonValueKind.Number : JsonValueKind.String),
                        where
                    );
            }
            if (attribute.Text("minimum") is { } minimum && attribute.Text("maximum") is { } maximum)
                Assert.That(Comparable(attribute, minimum), Is.LessThan(Comparable(attribute, maximum)), where);
            if (attribute.Text("minLength") is { } least && attribute.Text("maxLength") is { } greatest)
                Assert.That(int.Parse(least), Is.LessThanOrEqualTo(int.Parse(greatest)), where);
        }
    }

    [Test]
    public void Person_Attributes_AreAllPrivate() =>
        Assert.That(
            Attributes().Where(a => a.Template == "person").Select(a => a.Attribute.Text("visibility")),
            Is.All.EqualTo("private")
        );

    private static bool IsNumber(JsonElement attribute) => attribute.Text("type") is "integer" or "decimal";

    private static decimal Comparable(JsonElement attribute, string text) =>
        IsNumber(attribute)
            ? decimal.Parse(text, NumberStyles.Float)
            : DateTimeOffset.Parse(text, null, DateTimeStyles.AssumeUniversal).UtcTicks;

    private IEnumerable<(string Template, JsonElement Attribute)> Attributes() =>
        from template in _pack.RootElement.List("templates")
        from attribute in template.List("attributes")
        select (template.Code(), attribute);

    private static JsonElement UnitNames((string Template, JsonElement Attribute) of) =>
        of.Attribute.GetProperty("unitNames");

    [GeneratedRegex(@"\{attr:([^}]+)\}")]
    private static partial Regex AttributeUse();
}
