using System.Globalization;
using IdResolution.Core.Analysis;
using IdResolution.Core.Traceability;

namespace IdResolution.Testing;

/// <summary>What makes the stacks of a plant fail.</summary>
public enum PlantedCause
{
    /// <summary>Nothing: they fail at random.</summary>
    None,

    /// <summary>A lot of coated membrane.</summary>
    Lot,

    /// <summary>A press, for two days.</summary>
    MachineInSpan,

    /// <summary>A mould.</summary>
    Tool,

    /// <summary>An operator.</summary>
    Person,

    /// <summary>A version of the recipe.</summary>
    Process,

    /// <summary>A pressure below a limit.</summary>
    Measurement,
}

/// <summary>
/// A reduced plant, with or without a planted cause: three press lines over twelve days in two shifts, 760 stacks of
/// ten pieces each, of which 60 bad and 600 good ones are compared. Lots are shared by lines, moulds go from press to
/// press, each press has a trimmer that always works with it, operators change by shifts, recipes come and go, and a
/// third of the stacks is sorted from all lines. Of the stacks with the cause 70 to 90 % fail, and a few of the others.
/// </summary>
public sealed class CausePlant
{
    private const int Days = 12;
    private const int Shifts = 2 * Days;
    private const int Lines = 3;
    private const int Stacks = 760;
    private const int Pieces = 10;
    private const int PiecesOfPressing = 5;
    private const int Bad = 60;
    private const int Good = 600;
    private const double Noise = 0.015;
    private const int UsualExposure = 100;
    private static readonly DateTimeOffset s_begin = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly string _name;
    private readonly List<Pressing> _pressings = [];
    private readonly List<Piece>[] _made = new List<Piece>[Stacks];
    private readonly string[,] _moulds = new string[Lines, Shifts];
    private readonly string[,] _operators = new string[Lines, Shifts];
    private readonly string[,] _recipes = new string[Lines, Shifts];
    private Func<Pressing, bool> _isCause = static _ => false;

    /// <param name="prefix">A prefix of the node.</param>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="cause">What to plant.</param>
    public CausePlant(string prefix, int seed, PlantedCause cause)
    {
        _random = new Random(seed);
        _name = $"{prefix}/{cause}-{seed}";
        Cause = cause;
        Roster();
        Press();
        Stack();
        Plant();
        Choose();
    }

    /// <summary>What was planted.</summary>
    public PlantedCause Cause { get; }

    /// <summary>The identifiers of the bad stacks.</summary>
    public IReadOnlyList<string> BadStacks { get; private set; } = [];

    /// <summary>The identifiers of the good stacks.</summary>
    public IReadOnlyList<string> GoodStacks { get; private set; } = [];

    /// <summary>What the planted cause is called.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The limit or span that was planted.</summary>
    public (double From, double To) Range { get; private set; }

    /// <summary>All events of the plant, in the order of time.</summary>
    public IEnumerable<EventRequest> Events() =>
        Materials().Concat(_pressings.Select(ToEvent)).Concat(Enumerable.Range(0, Stacks).SelectMany(Assembled));

    /// <summary>True if something that was found is what was planted.</summary>
    public bool Is(Cause found)
    {
        var isNamed = string.Equals(found.Item?.Spelling, Name, StringComparison.Ordinal);
        return Cause switch
        {
            PlantedCause.Lot => isNamed && found.Kind == CauseKind.Ancestor,
            PlantedCause.MachineInSpan => isNamed && Overlap(found) >= 0.5,
            PlantedCause.Tool => isNamed && found.Kind == CauseKind.Tool && found.From is null,
            PlantedCause.Person => isNamed && found.Kind == CauseKind.Person,
            PlantedCause.Process => isNamed && found.Kind == CauseKind.Process,
            // Nearer to the limit than to the usual pressure.
            PlantedCause.Measurement => found is { Characteristic: "pressure", Low: null, High: { } high }
                && Math.Abs(high - Range.To) < Math.Abs(high - 10),
            _ => false,
        };
    }

    private double Overlap(Cause found) =>
        found is { From: { } from, To: { } to }
            ? Math.Max(0, Math.Min(to, Range.To) - Math.Max(from, Range.From))
                / (Math.Max(to, Range.To) - Math.Min(from, Range.From))
            : 0;

    private static double Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10.0;

    private string Item(string kind, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{_name}-{kind}-{number}");

    /// <summary>Who works where in which shift, with which mould and recipe.</summary>
    private void Roster()
    {
        var (moulds, recipe) = (new int[Lines], new int[Lines]);
        for (var shift = 0; shift < Shifts; shift++)
        {
            var people = Enumerable.Range(0, 12).ToArray();
            _random.Shuffle(people);
            for (var line = 0; line < Lines; line++)
            {
                // A mould stays for some shifts, and then another one that is free takes its place.
                if (shift == 0 || _random.NextDouble() < 0.3)
                {
                    var free = Enumerable.Range(0, 9).Where(m => !moulds.Contains(m)).ToArray();
                    moulds[line] = free[_random.Next(free.Length)];
                }
                if (_random.NextDouble() < 0.25)
                {
                    recipe[line] = _random.Next(7);
                }
                _moulds[line, shift] = Item("mould", moulds[line]);
                _operators[line, shift] = Item("operator", people[line]);
                _recipes[line, shift] = Item("recipe", recipe[line]);
            }
        }
    }

    /// <summary>Pieces are pressed, five at a time; lots follow each other, and two are in use at once.</summary>
    private void Press()
    {
        // A few more than go into stacks.
        const int All = (Stacks + 30) * Pieces / PiecesOfPressing;
        for (var i = 0; i < All; i++)
        {
            var at = (double)i / All;
            var line = i % Lines;
            var shift = (int)(at * Shifts);
            var lot = (int)(at * 18) + (_random.NextDouble() < 0.3 ? 1 : 0);
            _pressings.Add(
                new Pressing(
                    i,
                    line,
                    shift,
                    s_begin + (TimeSpan.FromDays(Days) * at) + TimeSpan.FromMinutes(_random.Next(5)),
                    lot,
                    // Each press has its own temperature, which drifts a little.
                    140 + line + (1.5 * Math.Sin((at * 9) + line)) + Normal(),
                    10 + (0.1 * line) + (0.5 * Normal())
                )
            );
        }
    }

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    /// <summary>A stack has pieces of its line, out of the thirty oldest; some are sorted from all lines.</summary>
    private void Stack()
    {
        var stock = Enumerable
            .Range(0, Lines)
            .Select(line => _pressings.Where(p => p.Line == line).SelectMany(PiecesOf).ToList())
            .ToArray();
        for (var i = 0; i < Stacks; i++)
        {
            var isSorted = _random.NextDouble() < 0.3;
            var pieces = _made[i] = [];
            while (pieces.Count < Pieces)
            {
                var from = stock[isSorted ? _random.Next(Lines) : i % Lines];
                from = from.Count > 0 ? from : stock.MaxBy(s => s.Count)!;
                var place = _random.Next(Math.Min(30, from.Count));
                pieces.Add(from[place]);
                from.RemoveAt(place);
            }
        }
    }

    private static IEnumerable<Piece> PiecesOf(Pressing pressing) =>
        Enumerable
            .Range(0, PiecesOfPressing)
            .Select(i => new Piece(pressing, (pressing.Number * PiecesOfPressing) + i));

    /// <summary>Takes as a cause what about so many stacks have.</summary>
    private void Plant()
    {
        var candidates = Candidates().ToList();
        if (candidates.Count == 0)
        {
            return;
        }
        var (name, range, isCause) = candidates.MinBy(c =>
            Math.Abs(_made.Count(pieces => pieces.Exists(p => c.IsCause(p.Pressing))) - UsualExposure)
        );
        (Name, Range, _isCause) = (name, range, isCause);
    }

    private IEnumerable<(string Name, (double, double) Range, Func<Pressing, bool> IsCause)> Candidates()
    {
        // Of each kind a few that are drawn, so that not always the same one is it.
        switch (Cause)
        {
            case PlantedCause.Lot:
                return Drawn(19).Select(lot => (Item("ccm", lot), (0.0, 0.0), Test(p => p.Lot == lot)));
            case PlantedCause.MachineInSpan:
                return Drawn(Days - 2).Take(3).Select(day => Span(day, _random.Next(Lines)));
            case PlantedCause.Tool:
                return Drawn(9).Select(m => Item("mould", m)).Select(m => (m, (0.0, 0.0), Test(p => MouldOf(p) == m)));
            case PlantedCause.Person:
                return Drawn(12)
                    .Select(o => Item("operator", o))
                    .Select(o => (o, (0.0, 0.0), Test(p => OperatorOf(p) == o)));
            case PlantedCause.Process:
                return Drawn(7)
                    .Select(r => Item("recipe", r))
                    .Select(r => (r, (0.0, 0.0), Test(p => RecipeOf(p) == r)));
            case PlantedCause.Measurement:
                return new[] { 8.6, 8.7, 8.8, 8.9, 9.0 }.Select(limit =>
                    ("pressure", (0.0, limit), Test(p => p.Pressure < limit))
                );
            default:
                return [];
        }

        static Func<Pressing, bool> Test(Func<Pressing, bool> test) => test;
    }

    private (string, (double, double), Func<Pressing, bool>) Span(int day, int line)
    {
        var from = s_begin + TimeSpan.FromDays(day) + TimeSpan.FromHours(_random.Next(24));
        var to = from + TimeSpan.FromDays(2);
        return (Item("press", line), (Micros(from), Micros(to)), p => p.Line == line && p.Time >= from && p.Time < to);
    }

    private int[] Drawn(int count)
    {
        var all = Enumerable.Range(0, count).ToArray();
        _random.Shuffle(all);
        return all[..Math.Min(5, count)];
    }

    private void Choose()
    {
        var rate = 0.7 + (0.2 * _random.NextDouble());
        var failing = new List<int>();
        var passing = new List<int>();
        for (var i = 0; i < Stacks; i++)
        {
            var chance = _made[i].Exists(p => _isCause(p.Pressing)) ? rate : Noise;
            // Without a cause they fail at random, so many that there are enough.
            var fails = _random.NextDouble() < (Cause == PlantedCause.None ? 0.1 : chance);
            (fails ? failing : passing).Add(i);
        }
        BadStacks = Some(failing, Bad);
        GoodStacks = Some(passing, Good);
    }

    private List<string> Some(List<int> stacks, int count)
    {
        var drawn = stacks.ToArray();
        _random.Shuffle(drawn);
        return [.. drawn.Take(count).Select(s => Item("stack", s))];
    }

    private string MouldOf(Pressing p) => _moulds[p.Line, p.Shift];

    private string OperatorOf(Pressing p) => _operators[p.Line, p.Shift];

    private string RecipeOf(Pressing p) => _recipes[p.Line, p.Shift];

    /// <summary>Three coated lots of a roll, on one coater or the other.</summary>
    private IEnumerable<EventRequest> Materials() =>
        Enumerable
            .Range(0, 20)
            .Select(lot => new EventRequest
            {
                Type = "transform",
                Time = Text(s_begin - TimeSpan.FromDays(10) + TimeSpan.FromHours(6 * lot)),
                Inputs = [Thing(Item("roll", lot / 3)), Thing(Item("ink", lot / 2))],
                Outputs = [Thing(Item("ccm", lot))],
                Equipment = [Thing(Item("coater", lot / 3 % 2))],
                Persons = [Thing(Item("operator", lot % 12))],
                Measurements = [Measured("loading", 0.4 + (0.01 * Normal()), "mg/cm²")],
            });

    private EventRequest ToEvent(Pressing p) =>
        new()
        {
            Type = "transform",
            Time = Text(p.Time),
            Step = new ThingRequest { Text = "hot-pressing" },
            Inputs = [Thing(Item("ccm", p.Lot)), Thing(Item("gdl", p.Number / 130))],
            Outputs = [.. PiecesOf(p).Select(piece => Thing(Item("piece", piece.Number)))],
            Equipment = [Thing(Item("press", p.Line)), Thing(Item("trimmer", p.Line))],
            Tools = [Thing(MouldOf(p))],
            Persons = [Thing(OperatorOf(p))],
            Process = Thing(RecipeOf(p)),
            Place = new ThingRequest { Text = p.Line == 0 ? "hall 1" : "hall 2" },
            Measurements = [Measured("temperature", p.Temperature, "°C"), Measured("pressure", p.Pressure, "MPa")],
        };

    private IEnumerable<EventRequest> Assembled(int stack)
    {
        var time = _made[stack].Max(p => p.Pressing.Time) + TimeSpan.FromHours(3);
        yield return new EventRequest
        {
            Type = "assemble",
            Time = Text(time),
            Parent = Thing(Item("stack", stack)),
            Children = [.. _made[stack].Select(piece => Thing(Item("piece", piece.Number)))],
            Equipment = [Thing(Item("station", stack % 4))],
            Persons = [Thing(Item("fitter", (stack / 20) % 6))],
        };
        yield return new EventRequest
        {
            Type = "inspect",
            Time = Text(time + TimeSpan.FromHours(2)),
            Items = [Thing(Item("stack", stack))],
            Equipment = [Thing(Item("bench", _random.Next(3)))],
            Measurements =
            [
                Measured("clampingForce", 20 + Normal(), "kN"),
                Measured("leak", 2 + (0.3 * Normal()), "mL/min"),
            ],
        };
    }

    private static EventMeasurement Measured(string characteristic, double value, string unit) =>
        new()
        {
            Characteristic = characteristic,
            Value = value.ToString("F3", CultureInfo.InvariantCulture),
            Unit = unit,
        };

    private static ThingRequest Thing(string identifier) => new() { Identifier = identifier };

    private static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private sealed record Piece(Pressing Pressing, int Number);

    private sealed record Pressing(
        int Number,
        int Line,
        int Shift,
        DateTimeOffset Time,
        int Lot,
        double Temperature,
        double Pressure
    );
}
