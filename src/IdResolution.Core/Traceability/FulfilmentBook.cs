using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Enters what events say of an order under its lines. Used once.</summary>
internal sealed class FulfilmentBook
{
    // Thirds of a unit would never be nothing again.
    private const int Decimals = 12;

    // What an event may say.
    private const decimal MostPlanned = 1_000_000_000_000_000;

    private readonly List<Entry> _entries = [];
    private readonly List<string> _unreadable = [];
    private readonly Dictionary<long, Goods> _goods = [];

    /// <param name="lines">The lines of the order, or of its bill of materials.</param>
    /// <param name="times">How often they are needed.</param>
    public FulfilmentBook(IReadOnlyList<string> lines, decimal times)
    {
        foreach (var text in lines)
        {
            var line = MaterialLine.Parse(text);
            var entry = new Entry(line, line.Material, line.Unit);
            var isReadable = line.Quantity is { } each && (times == 0 || each <= MostPlanned / times);
            entry.Sums[(int)Column.Planned] = isReadable ? line.Quantity!.Value * times : 0;
            _entries.Add(entry);
            if (!isReadable)
            {
                _unreadable.Add(text);
            }
        }
        HasLines = _entries.Count > 0;
    }

    private enum Column
    {
        Planned,
        Picked,
        Shipped,
        Received,
    }

    /// <summary>True if the order has lines; otherwise what it covers is what was planned.</summary>
    public bool HasLines { get; }

    /// <summary>The lines that do not say how much, or too much.</summary>
    public IReadOnlyList<string> Unreadable => _unreadable;

    /// <summary>Enters a part of an item in an event that names the order.</summary>
    /// <param name="item">The item.</param>
    /// <param name="names">The names by which lines may name it.</param>
    /// <param name="type">The type of the event.</param>
    /// <param name="place">The number of the place that it was brought to; 0 for none.</param>
    /// <param name="part">The part.</param>
    public void Add(TraceItem item, IReadOnlySet<string> names, EventType type, long place, in EventPart part)
    {
        Column? column = type switch
        {
            EventType.Cover when !HasLines => Column.Planned,
            EventType.Move => Column.Picked,
            EventType.Ship => Column.Shipped,
            EventType.Receive => Column.Received,
            _ => null,
        };
        if (column is not { } into)
        {
            return;
        }
        if (!_goods.TryGetValue(item.Number, out var goods))
        {
            // What a line names comes before what it stands for.
            var fitting = _entries.FindAll(e => e.Line?.IsNamed(names) == true);
            goods = new Goods(item.Template, [.. fitting.OrderBy(e => names.Contains(e.Line!.Material) ? 0 : 1)]);
            _goods.Add(item.Number, goods);
        }
        goods.Add(into, into == Column.Picked ? place : 0, part);
    }

    /// <summary>
    /// The lines, as callers are shown them. What fits one line alone is entered before what has a choice.
    /// </summary>
    public IReadOnlyList<FulfilmentLine> Lines()
    {
        foreach (var goods in _goods.Values.OrderBy(static g => g.Fitting.Count))
        {
            foreach (var (column, unit, amount) in goods.Amounts())
            {
                Enter(goods, column, unit, amount);
            }
        }
        _goods.Clear();
        return
        [
            .. _entries.Select(static e => new FulfilmentLine(
                e.Material,
                e.Unit,
                e.Sum(Column.Planned),
                e.Sum(Column.Picked),
                e.Sum(Column.Shipped),
                e.Sum(Column.Received)
            )),
        ];
    }

    /// <summary>Fills the lines that fit, one after the other; what is more is entered in the last of them.</summary>
    private void Enter(Goods goods, Column column, string? unit, decimal amount)
    {
        var (kind, factor) = MeasuredUnit.Of(unit);
        var lines = goods.Fitting.FindAll(e => e.Kind == kind);
        if (lines.Count == 0)
        {
            lines.Add(ExtraOf(goods, unit, kind));
        }
        for (var i = 0; i < lines.Count && amount > 0; i++)
        {
            var free = i == lines.Count - 1 ? amount : Math.Min(amount, lines[i].Free(column) / factor);
            lines[i].Sums[(int)column] += free * factor / lines[i].Factor;
            amount -= free;
        }
    }

    /// <summary>The entry of what no line names in such a unit.</summary>
    private Entry ExtraOf(Goods goods, string? unit, string kind)
    {
        var material = goods.Fitting is [var named, ..] ? named.Material : goods.Template;
        var entry = _entries.Find(e => e.Line is null && e.Material == material && e.Kind == kind);
        if (entry is null)
        {
            _entries.Add(entry = new Entry(null, material, unit));
        }
        return entry;
    }

    /// <summary>What events say of one item.</summary>
    private sealed class Goods(string? template, List<Entry> fitting)
    {
        // By column, kind of unit and place: in the unit that was given first.
        private readonly Dictionary<
            (Column Column, string Kind, long Place),
            (string? Unit, decimal Amount)
        > _amounts = [];

        public string? Template => template;

        public List<Entry> Fitting => fitting;

        public void Add(Column column, long place, in EventPart part)
        {
            var isLot = LotBalance.IsOfLot(part.Quantity, part.Unit);
            var unit = isLot ? part.Unit : null;
            var (kind, factor) = MeasuredUnit.Of(unit);
            var before = _amounts.GetValueOrDefault((column, kind, place), (unit, 0));
            // A piece that two events name is one piece.
            var amount =
                isLot && LotBalance.TryRead(part.Quantity, out var quantity)
                    ? before.Amount + (quantity * factor / MeasuredUnit.Of(before.Unit).Factor)
                    : Math.Max(before.Amount, 1);
            _amounts[(column, kind, place)] = (before.Unit, amount);
        }

        /// <summary>What was brought to one place and then to another is the same: the most counts.</summary>
        public IEnumerable<(Column Column, string? Unit, decimal Amount)> Amounts() =>
            _amounts
                .GroupBy(static one => (one.Key.Column, one.Key.Kind))
                .Select(static same =>
                    (same.Key, same.MaxBy(one => one.Value.Amount * MeasuredUnit.Of(one.Value.Unit).Factor).Value)
                )
                .Select(static one => (one.Key.Column, one.Value.Unit, one.Value.Amount));
    }

    private sealed class Entry(MaterialLine? line, string? material, string? unit)
    {
        public MaterialLine? Line => line;

        public string? Material => material;

        public string? Unit => unit;

        public string Kind { get; } = MeasuredUnit.Of(unit).Kind;

        public decimal Factor { get; } = MeasuredUnit.Of(unit).Factor;

        public decimal[] Sums { get; } = new decimal[4];

        public decimal Sum(Column column) => Math.Round(Sums[(int)column], Decimals) / 1.0000000000000000000000000000m;

        /// <summary>How much of what its unit measures is not entered yet.</summary>
        public decimal Free(Column column) => Math.Max(0, Sums[(int)Column.Planned] - Sums[(int)column]) * Factor;
    }
}
