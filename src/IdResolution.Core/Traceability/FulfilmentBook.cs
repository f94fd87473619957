using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Enters what events say of an order under its lines. Used once.</summary>
internal sealed class FulfilmentBook
{
    private readonly List<Entry> _entries = [];

    // A piece that two events name is one piece.
    private readonly HashSet<(Entry, Column, long)> _pieces = [];

    public FulfilmentBook(IReadOnlyList<string> lines)
    {
        foreach (var text in lines)
        {
            var line = MaterialLine.Parse(text);
            var entry = new Entry(line, line.Material, line.Unit);
            entry.Sums[(int)Column.Planned] = line.Quantity;
            _entries.Add(entry);
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

    /// <summary>Enters a part of an item in an event that names the order.</summary>
    public void Add(TraceItem item, IReadOnlySet<string> names, EventType type, in EventPart part)
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
        var entry = EntryOf(item, names, part.Unit);
        if (LotBalance.TryRead(part.Quantity, out var quantity) && LotBalance.IsOfLot(part.Quantity, part.Unit))
        {
            entry.Sums[(int)into] += quantity;
        }
        else if (_pieces.Add((entry, into, item.Number)))
        {
            entry.Sums[(int)into]++;
        }
    }

    /// <summary>The lines, as callers are shown them.</summary>
    public IReadOnlyList<FulfilmentLine> Lines() =>
        [
            .. _entries.Select(static e => new FulfilmentLine(
                e.Material,
                e.Unit,
                e.Sums[(int)Column.Planned],
                e.Sums[(int)Column.Picked],
                e.Sums[(int)Column.Shipped],
                e.Sums[(int)Column.Received]
            )),
        ];

    /// <summary>The line that names the item, in its unit if there is one; else one for its template.</summary>
    private Entry EntryOf(TraceItem item, IReadOnlySet<string> names, string? unit)
    {
        var fitting = _entries.FindAll(e => e.Line?.IsNamed(names) == true);
        if ((fitting.Find(e => e.HasUnit(unit)) ?? fitting.FirstOrDefault()) is { } line)
        {
            return line;
        }
        var entry = _entries.Find(e => e.Line is null && e.Material == item.Template && e.Unit == unit);
        if (entry is null)
        {
            _entries.Add(entry = new Entry(null, item.Template, unit));
        }
        return entry;
    }

    private sealed class Entry(MaterialLine? line, string? material, string? unit)
    {
        public MaterialLine? Line => line;

        public string? Material => material;

        public string? Unit => unit;

        public decimal[] Sums { get; } = new decimal[4];

        // C62 is the code of UN/CEFACT Recommendation 20 for one piece.
        public bool HasUnit(string? other) => string.Equals(unit ?? "C62", other ?? "C62", StringComparison.Ordinal);
    }
}
