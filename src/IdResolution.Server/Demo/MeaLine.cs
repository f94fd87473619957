using static IdResolution.Server.Demo.PlantFormats;

namespace IdResolution.Server.Demo;

/// <summary>
/// Makes MEA pieces. It also makes the ink, CCM and MEA batches for them, each when the one before is used up. A batch
/// is laid up on a line; its pieces are pressed in the runs of the stacks that they are for.
/// </summary>
internal sealed class MeaLine(SeededRandom draws, PlantMaterials materials)
{
    /// <summary>Current density of the end-of-line test, in A/cm².</summary>
    public const double TestCurrentDensity = 1.8;

    /// <summary>How many CCM batches a membrane roll lasts.</summary>
    public const int CcmBatchesPerRoll = 2;

    /// <summary>The most that a piece may leak, in mL/min.</summary>
    public const decimal MostLeak = 0.1m;

    private const int BatchSize = 100;
    private const int MeaBatchesPerCcm = 2;
    private const int CcmBatchesPerInk = 2;
    private const int InkBatchesPerLot = 3;

    private readonly Queue<Piece> _pieces = [];
    private readonly List<decimal> _voltages = [];
    private int _inks;
    private int _ccms;
    private int _batches;
    private string _batchKey = "";
    private string _line = "";
    private DateOnly _batchDay;
    private PressRun? _run;
    private DemoItem? _catalyst;
    private DemoItem? _ccm;
    private DemoItem? _membrane;

    /// <summary>Cell voltages (V) of the pieces that passed in the last call, in order.</summary>
    public IReadOnlyList<decimal> CellVoltages => _voltages;

    /// <summary>Sum of the leak rates of the same pieces, in mL/min.</summary>
    public decimal Leak { get; private set; }

    /// <summary>Makes pieces until <paramref name="count"/> have passed. A new batch comes before its pieces.</summary>
    public IEnumerable<DemoItem> Make(int count, PressRun run)
    {
        _run = run;
        _voltages.Clear();
        Leak = 0;
        while (_voltages.Count < count)
        {
            if (_pieces.Count == 0)
            {
                foreach (var batch in BeginBatch(run.Day))
                    yield return batch;
            }
            var piece = _pieces.Dequeue();
            piece = piece with { CellVoltage = SeededRandom.Rounded((double)piece.CellVoltage - run.Loss, 3) };
            if (piece.Passed)
            {
                _voltages.Add(piece.CellVoltage);
                Leak += piece.Leak;
            }
            yield return Item(piece);
        }
    }

    private IEnumerable<DemoItem> BeginBatch(DateOnly day)
    {
        if (_batches % (MeaBatchesPerCcm * CcmBatchesPerInk) == 0)
            yield return BeginInk(day.AddDays(-2));
        if (_batches % MeaBatchesPerCcm == 0)
            yield return BeginCcm(day.AddDays(-1));

        _batches++;
        _batchDay = day;
        _batchKey = $"MEAB-{KeyDay(day)}-{_batches:000}";
        _line = $"MEA-L{(_batches % 2) + 1}";
        DrawPieces();
        yield return MeaBatch();
    }

    private DemoItem MeaBatch() =>
        new(
            "mea-batch",
            _batchKey,
            "mes",
            new Dictionary<string, object>
            {
                ["model"] = "HQ-MEA400",
                ["manufacturer"] = Plant,
                ["ptLoading"] = _ccm!.Attributes["ptLoading"],
                ["activeArea"] = _ccm.Attributes["activeArea"],
                ["openCircuitVoltage"] = Math.Round(_pieces.Average(p => p.OpenCircuitVoltage), 3),
                ["leakRate"] = Math.Round(_pieces.Average(p => p.Leak), 3),
                ["quantity"] = BatchSize,
                ["yield"] = Math.Round(100m * _pieces.Count(p => p.Passed) / BatchSize, 1),
                ["hotPressTemperature"] = draws.Normal(130, 0.8, 1),
                ["line"] = _line,
                ["operator"] = PlantResources.AnyOperator(draws),
                ["manufacturedDate"] = Day(_batchDay),
                ["result"] = "pass",
            }
        );

    private DemoItem BeginInk(DateOnly day)
    {
        _catalyst = PlantMaterials.InUse(materials.Catalysts, _inks, InkBatchesPerLot);
        var ionomer = PlantMaterials.InUse(materials.Ionomers, _inks, InkBatchesPerLot);
        _inks++;
        return InkBatch(ionomer, day);
    }

    private DemoItem InkBatch(DemoItem ionomer, DateOnly day)
    {
        var solids = draws.Normal(8, 0.15);
        return new(
            "ink-batch",
            $"INK-{KeyDay(day)}-{_inks:000}",
            "mes",
            new Dictionary<string, object>
            {
                ["recipe"] = "HQ-INK-C07",
                ["viscosity"] = Viscosity(solids),
                ["solidsContent"] = SeededRandom.Rounded(solids, 2),
                ["particleSizeD50"] = draws.Normal(0.48, 0.03, 3),
                ["ionomerCarbonRatio"] = IonomerCarbonRatio(ionomer),
                ["netMass"] = draws.Normal(18, 0.2, 2),
                ["dispersingTime"] = draws.Normal(90, 3, 0),
                ["mixedAt"] = draws.Moment(day),
                ["line"] = "INK-L1",
                ["operator"] = PlantResources.AnyOperator(draws),
                ["manufacturedDate"] = Day(day),
                ["result"] = "pass",
            }
        );
    }

    private decimal Viscosity(double solids) =>
        SeededRandom.Rounded(46 * Math.Exp((solids - 8) * 0.4) * draws.Normal(1, 0.02), 1);

    private decimal IonomerCarbonRatio(DemoItem ionomer) =>
        SeededRandom.Rounded(0.04 * Number(ionomer, "solidsContent") * draws.Normal(1, 0.01), 3);

    private DemoItem BeginCcm(DateOnly day)
    {
        _membrane = PlantMaterials.InUse(materials.Membranes, _ccms, CcmBatchesPerRoll);
        _ccms++;
        _ccm = CcmBatch(day);
        return _ccm;
    }

    private DemoItem CcmBatch(DateOnly day)
    {
        var anode = draws.Normal(0.1, 0.002, 3);
        var cathode = draws.Normal(0.3, 0.005, 3);
        return new(
            "ccm-batch",
            $"CCM-{KeyDay(day)}-{_ccms:000}",
            "mes",
            new Dictionary<string, object>
            {
                ["model"] = "HQ-CCM400",
                ["ptLoading"] = anode + cathode,
                ["anodePtLoading"] = anode,
                ["cathodePtLoading"] = cathode,
                ["coatingThickness"] = SeededRandom.Rounded((double)(anode + cathode) * 32 * draws.Normal(1, 0.02), 1),
                ["activeArea"] = 400m,
                ["quantity"] = BatchSize * MeaBatchesPerCcm,
                ["coatingSpeed"] = draws.Normal(5, 0.1, 2),
                ["dryingTemperature"] = draws.Normal(85, 0.7, 1),
                ["line"] = $"CCM-L{(_ccms % 2) + 1}",
                ["operator"] = PlantResources.AnyOperator(draws),
                ["manufacturedDate"] = Day(day),
                ["image"] = DigestOf($"image CCM-{_ccms:000}"),
                ["temperatureField"] = DigestOf($"temperature field CCM-{_ccms:000}"),
                ["result"] = "pass",
            }
        );
    }

    private void DrawPieces()
    {
        // More crossover lowers the open-circuit voltage. More platinum, and more surface of it, raise the voltage
        // under load.
        var crossover = Number(_membrane!, "hydrogenCrossover");
        var openCircuit = draws.Normal(0.962 - (0.012 * (crossover - 1.6)), 0.001);
        var underLoad = draws.Normal(
            0.652 + (0.2 * (Number(_ccm!, "ptLoading") - 0.4)) + (0.0006 * (Number(_catalyst!, "ecsa") - 76)),
            0.0015
        );
        for (var number = 1; number <= BatchSize; number++)
        {
            _pieces.Enqueue(DrawPiece(number, openCircuit, underLoad));
        }
    }

    /// <summary>Draws a piece of a batch that has these mean voltages.</summary>
    private Piece DrawPiece(int number, double openCircuit, double underLoad)
    {
        var membraneThickness = Number(_membrane!, "thickness");
        var leaks = draws.Chance(0.012);
        var voltage = draws.Normal(openCircuit - (leaks ? 0.04 : 0), 0.003);
        var resistance = draws.Normal(46 + (1.5 * (membraneThickness - 12)), 1.2);
        var loaded =
            underLoad
            + (0.4 * (voltage - openCircuit))
            - (0.001 * (resistance - 46) * TestCurrentDensity)
            + draws.Normal(0, 0.003);
        return new(
            number,
            draws.Normal(420 + membraneThickness - 12, 4, 0),
            SeededRandom.Rounded(voltage, 3),
            SeededRandom.Rounded(loaded, 3),
            SeededRandom.Rounded(resistance, 1),
            leaks ? draws.Normal(0.4, 0.05, 3) : draws.Normal(0.03, 0.006, 3),
            !leaks && !draws.Chance(0.008)
        );
    }

    private DemoItem Item(Piece piece)
    {
        var attributes = new Dictionary<string, object>
        {
            ["model"] = "HQ-MEA400",
            ["manufacturer"] = Plant,
            ["thickness"] = piece.Thickness,
            ["openCircuitVoltage"] = piece.OpenCircuitVoltage,
            ["cellVoltage"] = piece.CellVoltage,
            ["testCurrentDensity"] = (decimal)TestCurrentDensity,
            ["highFrequencyResistance"] = piece.Resistance,
            ["leakRate"] = piece.Leak,
            ["line"] = _run!.Line,
            ["operator"] = PlantResources.AnyOperator(draws),
            ["testedAt"] = draws.Moment(_run.Day),
            ["manufacturedDate"] = Day(_run.Day),
            ["result"] = Result(piece.Passed),
        };
        if (!piece.Passed)
            attributes["remark"] = piece.Leak > MostLeak ? "气密不合格" : "外观不合格";
        return new("mea", $"{_batchKey}-{piece.Number:000}", "mes", attributes) { Run = _run };
    }

    private static double Number(DemoItem item, string attribute) => (double)(decimal)item.Attributes[attribute];

    private sealed record Piece(
        int Number,
        decimal Thickness,
        decimal OpenCircuitVoltage,
        decimal CellVoltage,
        decimal Resistance,
        decimal Leak,
        bool Passed
    );
}
