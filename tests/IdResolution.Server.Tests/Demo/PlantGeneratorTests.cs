using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdResolution.Server.Demo;
using IdResolution.Server.Tests.Packs;

namespace IdResolution.Server.Tests.Demo;

[TestFixture]
public sealed class PlantGeneratorTests
{
    private const int Seed = 20260801;
    private static readonly DateOnly LastDay = new(2026, 7, 31);

    private static List<DemoItem> Generate(int stacks = 40, int seed = Seed) =>
        [.. new PlantGenerator(seed, LastDay).Generate(stacks)];

    [Test]
    public void Generate_FortyStacks_GivesAFewThousandItems() =>
        Assert.That(Generate(), Has.Count.InRange(3_600, 4_800));

    [Test]
    public void Generate_NoStacks_Throws() =>
        Assert.That(
            () => new PlantGenerator(Seed, LastDay).Generate(0),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );

    [TestCase(1)]
    [TestCase(40)]
    public void Generate_Any_HasItemsOfEveryTemplate(int stacks)
    {
        using var pack = FuelCellPackFile.Load("fuel-cell-1");
        string[] masterData =
        [
            "company",
            "product-model",
            "location",
            "defect-code",
            "tool",
            "emission-factor",
            "pallet",
            "software-package",
            "service-case",
            "disposal",
            "bom",
            "inspection-plan",
            "inspection",
            "energy-record",
            "sheet-metal",
        ];

        Assert.That(
            Generate(stacks).Select(i => i.Template).Distinct(),
            Is.EquivalentTo(pack.RootElement.List("templates").Select(t => t.Code()).Concat(masterData))
        );
    }

    [TestCase(1)]
    [TestCase(40)]
    public void Batches_OfAny_HaveWhatItemsReferToBeforeThem(int stacks)
    {
        var items = Generate(stacks);
        var registered = new HashSet<DemoReference>();

        var batches = PlantBatches.Of(items, 1_000).ToList();
        foreach (var batch in batches)
        {
            Assert.That(batch, Has.Count.InRange(1, 1_000));
            var named = batch.SelectMany(i => i.Attributes.Values).OfType<DemoReference>();
            Assert.That(named.Where(r => !registered.Contains(r)), Is.Empty);
            registered.UnionWith(batch.Select(i => new DemoReference(i.Source, i.SourceKey)));
        }
        Assert.That(batches.SelectMany(batch => batch), Is.EqualTo(items));
    }

    [Test]
    public void Generate_SameSeed_GivesTheSame()
    {
        var generator = new PlantGenerator(Seed, LastDay);
        var items = generator.Generate(5);

        var expected = items.Select(Show).ToList();
        Assert.That(items.Select(Show), Is.EqualTo(expected), "enumerated again");
        Assert.That(generator.Generate(5).Select(Show), Is.EqualTo(expected), "generated again");
        Assert.That(Generate(5).Select(Show), Is.EqualTo(expected), "another generator");
        Assert.That(Generate(5, Seed + 1).Select(Show), Is.Not.EqualTo(expected), "another seed");
    }

    [TestCase(1)]
    [TestCase(41)]
    [TestCase(300)]
    public void Generate_SourceKeys_AreUniqueInTheirSource(int stacks)
    {
        var items = Generate(stacks);

        Assert.That(items.Select(i => i.Source).Distinct(), Is.EquivalentTo(new[] { "mes", "wms", "erp" }));
        Assert.That(items.GroupBy(i => (i.Source, i.SourceKey)).Where(g => g.Count() > 1).Select(g => g.Key), Is.Empty);
    }

    [TestCase(1, Seed)]
    [TestCase(40, Seed)]
    [TestCase(300, 7)]
    public void Generate_Attributes_MeetThePacksRules(int stacks, int seed)
    {
        using var pack = FuelCellPackFile.Load();
        var templates = pack
            .RootElement.List("templates")
            .ToDictionary(t => t.Code(), t => t.List("attributes").ToDictionary(a => a.Code()));
        var taken = new HashSet<(string, string, object)>();
        var wrong = new List<string>();

        foreach (var item in Generate(stacks, seed))
        {
            var attributes = templates[item.Template];
            foreach (var (code, value) in item.Attributes)
            {
                if (!attributes.TryGetValue(code, out var attribute) || !Fits(attribute, value))
                    wrong.Add($"{item.Template} {item.SourceKey}: {code} = {value}");
                else if (attribute.Flag("unique") && !taken.Add((item.Template, code, value)))
                    wrong.Add($"{item.Template} {item.SourceKey}: {code} = {value} again");
            }
            wrong.AddRange(
                attributes
                    .Values.Where(a => a.Flag("required") && !item.Attributes.ContainsKey(a.Code()))
                    .Select(a => $"{item.Template} {item.SourceKey}: no {a.Code()}")
            );
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Generate_Days_AreNotAfterTheLast()
    {
        string[] past =
        [
            "manufacturedDate",
            "postedAt",
            "shippedAt",
            "deliveredAt",
            "orderDate",
            "testedAt",
            "mixedAt",
            "releasedDate",
        ];

        var late =
            from item in Generate()
            from code in past
            where item.Attributes.ContainsKey(code)
            let day = DateOnly.ParseExact(((string)item.Attributes[code])[..10], "yyyy-MM-dd")
            where day > LastDay
            select $"{item.SourceKey} {code} {day}";

        Assert.That(late, Is.Empty);
    }

    [Test]
    public void Generate_Stacks_AreFilledByThePiecesThatPassed()
    {
        var (meas, plates) = (0, 0);
        foreach (var item in Generate())
        {
            var passed = item.Attributes.GetValueOrDefault("result") is "pass";
            meas += item.Template == "mea" && passed ? 1 : 0;
            plates += item.Template == "bipolar-plate" && passed ? 1 : 0;
            if (item.Template != "stack" || item.SourceKey == PlantMasterData.UnlinkedStack)
                continue;
            Assert.That(meas, Is.EqualTo(item.Attributes["cellCount"]), item.SourceKey);
            Assert.That(plates, Is.EqualTo(meas + 1), item.SourceKey);
            (meas, plates) = (0, 0);
        }
    }

    [Test]
    public void Generate_MembraneWithHighCrossover_LowersTheOpenCircuitVoltage()
    {
        var items = Generate();
        var crossovers = items
            .Where(i => i.Template == "membrane-roll")
            .Select(i => (decimal)i.Attributes["hydrogenCrossover"])
            .ToList();
        var voltages = items
            .Where(i => i.Template == "mea-batch")
            .Select(i => (decimal)i.Attributes["openCircuitVoltage"])
            .ToList();

        Assert.That(crossovers, Has.One.GreaterThan(2.5m));
        Assert.That(voltages.Max() - voltages.Min(), Is.GreaterThan(0.012m));
    }

    [Test]
    public void Generate_Vins_HaveTheirCheckDigit()
    {
        var vins = Generate(300).Where(i => i.Template == "vehicle").Select(i => (string)i.Attributes["vin"]).ToList();

        Assert.That(vins, Is.Not.Empty);
        Assert.That(vins.Where(vin => vin[8] != Vin.CheckDigit(vin)), Is.Empty);
    }

    [TestCase("1M8GDM9AXKP042788", 'X')]
    [TestCase("11111111111111111", '1')]
    [TestCase("5GZCZ43D13S812715", '1')]
    public void CheckDigit_PublishedVin_IsItsNinthCharacter(string vin, char expected) =>
        Assert.That(Vin.CheckDigit(vin), Is.EqualTo(expected));

    private static string Show(DemoItem item) =>
        $"{item.Template} {item.Source} {item.SourceKey} {JsonSerializer.Serialize(item.Attributes)}";

    private static bool Fits(JsonElement attribute, object value) =>
        attribute.Flag("repeated")
            ? value is string[] items && items.All(one => TextFits(attribute, one))
            : attribute.Text("type") switch
            {
                "reference" => value is DemoReference,
                "integer" => value is int number && InRange(attribute, number, NumberOf),
                "decimal" => value is int or decimal && InRange(attribute, Convert.ToDecimal(value), NumberOf),
                "boolean" => value is bool,
                "date" => value is string text
                    && DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day)
                    && InRange(attribute, day, DayOf),
                "date-time" => value is string text
                    && DateTimeOffset.TryParseExact(text, "yyyy-MM-ddTHH:mm:sszzz", null, DateTimeStyles.None, out _),
                "choice" => value is string text && attribute.List("choices").Any(c => c.GetString() == text),
                "file-digest" => value is string text && Regex.IsMatch(text, "^sha-256:[0-9a-f]{64}$"),
                "text" => value is string text && TextFits(attribute, text),
                _ => false,
            };

    private static bool InRange<T>(JsonElement attribute, T value, Func<string, T> parse)
        where T : IComparable<T> =>
        (attribute.Text("minimum") is not { } minimum || value.CompareTo(parse(minimum)) >= 0)
        && (attribute.Text("maximum") is not { } maximum || value.CompareTo(parse(maximum)) <= 0);

    private static decimal NumberOf(string text) => decimal.Parse(text, NumberStyles.Float);

    private static DateOnly DayOf(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");

    private static bool TextFits(JsonElement attribute, string text)
    {
        var length = text.EnumerateRunes().Count();
        return length > 0
            && (
                attribute.Text("pattern") is not { } pattern
                || Regex.IsMatch(text, $@"^(?:{pattern})\z", RegexOptions.NonBacktracking)
            )
            && (attribute.Text("minLength") is not { } least || length >= int.Parse(least))
            && (attribute.Text("maxLength") is not { } greatest || length <= int.Parse(greatest));
    }
}
