using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>
/// Makes the plant's products: batches, pieces, stacks, systems, and the vehicles that the systems are built into.
/// </summary>
internal sealed class PlantProduction(SeededRandom draws, DateOnly firstDay, DateOnly lastDay, PlantMaterials materials)
{
    private const int StacksPerSystem = 2;

    // Ink, CCM and MEA take the three days before a stack. A system and its vehicle take the two days after it.
    private const int DaysBefore = 3;
    private const int DaysAfter = 2;

    private static readonly StackModel Small = new("HQ-S20", 45, 20);
    private static readonly StackModel Large = new("HQ-S24", 54, 24);

    /// <summary>What the lowest cell of a stack must have in the activation test, in V.</summary>
    public const decimal LeastVoltage = 0.63m;

    /// <summary>What it must have after rework, for lower power, in V.</summary>
    public const decimal LeastVoltageReworked = 0.55m;

    /// <summary>The digest of the firmware that controllers come with.</summary>
    public const string FirmwareDigest = "sha-256:5c1d2f0a93be47d86e01fa3c7729b4d5086a1e9f3b52c47d98e0f6a1b3c25d7e";

    /// <summary>The codes of defects for which pieces are sorted out.</summary>
    public const string Leak = "leak",
        Appearance = "appearance";

    /// <summary>The code of a defect of coated batches.</summary>
    public const string Pinhole = "pinhole";

    /// <summary>The key of the second test of a stack that failed the first.</summary>
    public static string AgainOf(string stack) => $"{stack} again";

    /// <summary>The keys of a stack, a system and its controller, by their number from 1.</summary>
    public static string StackOf(int number) => $"STK-{number:000000}";

    /// <inheritdoc cref="StackOf"/>
    public static string SystemOf(int number) => $"FCS-{number:000000}";

    /// <inheritdoc cref="StackOf"/>
    public static string ControllerOf(int number) => $"FCU-{number:000000}";

    private readonly MeaLine _meas = new(draws, materials);
    private readonly PressShop _presses = new(draws, firstDay);
    private readonly List<BuiltSystem> _systems = [];
    private readonly List<decimal> _stackVoltages = [];
    private int _plates;

    public IReadOnlyList<BuiltSystem> Systems => _systems;

    /// <summary>Everything made, parts before what is made of them.</summary>
    public IEnumerable<DemoItem> Items(int stacks)
    {
        var span = lastDay.DayNumber - firstDay.DayNumber + 1 - DaysBefore - DaysAfter;
        for (var i = 0; i < stacks; i++)
        {
            var day = firstDay.AddDays(DaysBefore + (int)((long)span * i / stacks));
            var model = i / StacksPerSystem % 3 == 2 ? Large : Small;
            var run = _presses.RunFor(i, day);
            foreach (var item in _meas.Make(model.Cells, run).Concat(Plates(model.Cells + 1, day.AddDays(-1))))
                yield return item;
            yield return Stack(i + 1, model, day);

            if ((i + 1) % StacksPerSystem != 0 && i + 1 < stacks)
                continue;
            foreach (var item in Assemble(model, day.AddDays(1)))
                yield return item;
            _stackVoltages.Clear();
        }
    }

    private IEnumerable<DemoItem> Plates(int count, DateOnly day)
    {
        for (var good = 0; good < count; )
        {
            var passed = !draws.Chance(0.015);
            if (passed)
                good++;
            yield return Plate(++_plates, passed, day);
        }
    }

    private DemoItem Plate(int number, bool passed, DateOnly day)
    {
        var coating = draws.Normal(1, 0.06);
        return new(
            "bipolar-plate",
            $"BPP-{KeyDay(day)}-{number:000000}",
            "mes",
            new Dictionary<string, object>
            {
                ["model"] = "HQ-BP400",
                ["manufacturer"] = Plant,
                ["material"] = "stainless-steel",
                ["coating"] = "非晶碳涂层",
                // A thicker coating conducts a little worse but protects better.
                ["contactResistance"] = SeededRandom.Rounded(3.2 * coating * draws.Normal(1, 0.03), 2),
                ["flatness"] = Flatness(passed),
                ["thickness"] = draws.Normal(1.02, 0.004, 3),
                ["corrosionCurrent"] = SeededRandom.Rounded(0.42 / coating * draws.Normal(1, 0.05), 2),
                ["leakRate"] = draws.Normal(0.012, 0.0025, 3),
                ["line"] = "BPP-L1",
                ["operator"] = PlantResources.AnyOperator(draws),
                ["manufacturedDate"] = Day(day),
                ["result"] = Result(passed),
            }
        );
    }

    private decimal Flatness(bool passed) => passed ? draws.Normal(85, 9, 0) : draws.Normal(210, 15, 0);

    private DemoItem Stack(int number, StackModel model, DateOnly day)
    {
        var voltages = _meas.CellVoltages;
        var mean = Math.Round(voltages.Average(), 3);
        _stackVoltages.Add(mean);
        var passed = voltages.Min() >= LeastVoltage;
        var attributes = new Dictionary<string, object>
        {
            ["model"] = model.Code,
            ["manufacturer"] = Plant,
            ["serialNumber"] = $"HQS{day:yyMM}{number:00000}",
            ["ratedPower"] = model.Kilowatts,
            ["cellCount"] = model.Cells,
            ["meanCellVoltage"] = mean,
            ["minimumCellVoltage"] = voltages.Min(),
            ["testCurrentDensity"] = (decimal)MeaLine.TestCurrentDensity,
            ["leakRate"] = Math.Round(_meas.Leak, 2) + draws.Normal(1.5, 0.3, 2),
            ["activationResult"] = Result(passed),
            ["result"] = "pass",
            ["line"] = "STK-L1",
            ["manufacturedDate"] = Day(day),
        };
        var key = StackOf(number);
        attributes["polarisationCurve"] = DigestOf($"curve {(passed ? key : AgainOf(key))}");
        if (!passed)
            attributes["remark"] =
                "首次活化未通过，返工后让步放行 / failed the first activation, reworked and released";
        return new("stack", key, "mes", attributes);
    }

    private IEnumerable<DemoItem> Assemble(StackModel model, DateOnly day)
    {
        var number = _systems.Count + 1;
        var stacks = _stackVoltages.Count;
        var power = model.Kilowatts * stacks * 9 / 10;
        // Every fifth system is sold without a vehicle.
        var vin = number % 5 == 0 ? null : Vin.Of(day.Year, number);
        var built = new BuiltSystem($"HQE{day:yyMM}{number:00000}", $"HQ-E{power}", day, stacks, vin);
        yield return Compressor(number, day);
        yield return Pump(number, day);
        yield return Controller(number, day);

        // A cell at 1.253 V would use 100 % of hydrogen's lower heating value. The balance of plant takes a good tenth.
        var efficiency = (double)_stackVoltages.Average() / 1.253 * 87 * draws.Normal(1, 0.004);
        yield return FuelCellSystem(number, built, power, efficiency);
        _systems.Add(built);
        if (vin is not null)
            yield return Vehicle(vin, power, efficiency, day.AddDays(1));
    }

    private DemoItem FuelCellSystem(int number, BuiltSystem built, int power, double efficiency) =>
        new(
            "fc-system",
            SystemOf(number),
            "mes",
            new Dictionary<string, object>
            {
                ["model"] = built.Model,
                ["manufacturer"] = Plant,
                ["serialNumber"] = built.SerialNumber,
                ["ratedPower"] = power,
                ["peakPower"] = Math.Round(power * 1.08m, 1),
                ["efficiency"] = SeededRandom.Rounded(efficiency, 1),
                ["mass"] = SeededRandom.Rounded((power * 2.1) + 45 + draws.Normal(0, 0.4), 1),
                ["coldStartTemperature"] = -30,
                ["leakRate"] = draws.Normal(6, 0.8, 1),
                ["insulationResistance"] = draws.Normal(12, 1.2, 1),
                ["softwareVersion"] = "3.4.1",
                ["manufacturedDate"] = Day(built.Day),
                ["result"] = "pass",
            }
        );

    private DemoItem Compressor(int number, DateOnly day) =>
        new(
            "air-compressor",
            $"ACP-{number:000000}",
            "mes",
            new Dictionary<string, object>
            {
                ["model"] = "FL-AC65",
                ["manufacturer"] = "风澜动力",
                ["serialNumber"] = $"FL65{day.AddDays(-25):yyMM}{draws.Integer(0, 899) + (number * 900):000000}",
                ["firmwareVersion"] = draws.Chance(0.8) ? "2.1.4" : "2.1.3",
                ["ratedPower"] = 9,
                ["ratedFlow"] = draws.Normal(65, 0.6, 1),
                ["pressureRatio"] = draws.Normal(2.2, 0.02, 2),
                ["maximumSpeed"] = 95000,
                ["insulationResistance"] = draws.Normal(210, 20, 0),
                ["performanceMap"] = DigestOf($"map ACP-{number:000000}"),
                ["manufacturedDate"] = Day(day.AddDays(-25)),
                ["supplier"] = "风澜动力",
                ["result"] = "pass",
            }
        );

    private DemoItem Pump(int number, DateOnly day) =>
        new(
            "hydrogen-pump",
            $"HRP-{number:000000}",
            "mes",
            new Dictionary<string, object>
            {
                ["model"] = "YX-HP400",
                ["manufacturer"] = "翼循科技",
                ["serialNumber"] = $"YX{day.AddDays(-20):yyMM}{draws.Integer(0, 899) + (number * 900):000000}",
                ["firmwareVersion"] = "1.6.0",
                ["ratedPower"] = 0.8m,
                ["ratedFlow"] = draws.Normal(420, 6, 0),
                ["pressureRise"] = draws.Normal(25, 0.5, 1),
                ["leakRate"] = draws.Normal(0.5, 0.08, 2),
                ["insulationResistance"] = draws.Normal(180, 15, 0),
                ["manufacturedDate"] = Day(day.AddDays(-20)),
                ["supplier"] = "翼循科技",
                ["result"] = "pass",
            }
        );

    private DemoItem Controller(int number, DateOnly day) =>
        new(
            "controller",
            ControllerOf(number),
            "mes",
            new Dictionary<string, object>
            {
                ["model"] = "ZK-FCU3",
                ["manufacturer"] = "知控电子",
                ["serialNumber"] = $"ZK3{day.AddDays(-30):yyMM}{draws.Integer(0, 899) + (number * 900):000000}",
                ["hardwareVersion"] = "C2",
                ["firmwareVersion"] = PlantMasterData.OldFirmware,
                ["firmwareDigest"] = FirmwareDigest,
                ["calibrationVersion"] = draws.Chance(0.9) ? "5.0.2-c3" : "5.0.2-c2",
                ["supplyVoltage"] = 24,
                ["manufacturedDate"] = Day(day.AddDays(-30)),
                ["supplier"] = "知控电子",
                ["result"] = "pass",
            }
        );

    private DemoItem Vehicle(string vin, int power, double efficiency, DateOnly day) =>
        new(
            "vehicle",
            vin,
            "mes",
            new Dictionary<string, object>
            {
                ["vin"] = vin,
                ["model"] = "YH4500FCEV",
                ["manufacturer"] = "远航专用车",
                ["vehicleType"] = "truck",
                ["ratedPower"] = power,
                ["tankCount"] = 3,
                ["hydrogenCapacity"] = 9.6m,
                ["tankPressure"] = 35,
                ["curbMass"] = draws.Normal(3260, 12, 0),
                ["hydrogenConsumption"] = SeededRandom.Rounded(2.1 * 45 / efficiency * draws.Normal(1, 0.02), 2),
                ["manufacturedDate"] = Day(day),
                ["result"] = "pass",
            }
        );

    private sealed record StackModel(string Code, int Cells, int Kilowatts);
}
