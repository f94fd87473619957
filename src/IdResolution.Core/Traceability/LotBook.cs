using System.Globalization;

namespace IdResolution.Core.Traceability;

/// <summary>What events say of the quantities of one item.</summary>
internal sealed class LotBook
{
    // Quantities may have a hundred digits. Beyond this they would overflow when they are multiplied.
    private const decimal Greatest = 1_000_000_000_000_000m;

    private readonly List<(LotUse Use, decimal Quantity, string? Unit)> _rows = [];

    /// <summary>The rows in which the item was used without a quantity.</summary>
    public int Unsaid { get; private set; }

    /// <summary>True if any quantity was given that tells more than one piece.</summary>
    public bool IsLot { get; private set; }

    /// <summary>The unit of the book: that in which the item was made, or else first used.</summary>
    public string? Unit { get; private set; }

    /// <summary>True if some quantities are in other units.</summary>
    public bool HasOtherUnits { get; private set; }

    /// <summary>The sums in the book's unit.</summary>
    public MassBalance Balance { get; private set; } = new(null, 0, 0, 0, null);

    /// <summary>
    /// The amount by which shares are reckoned: what was made, or what was used where that is more. Null if no quantity
    /// is known.
    /// </summary>
    public decimal? Total =>
        IsLot && Math.Max(Balance.Made ?? 0, Balance.Used) is > 0 and var total ? total : null;

    /// <summary>Reads a quantity; false if none was given, or none that can be reckoned with.</summary>
    public static bool TryRead(string? quantity, out decimal value)
    {
        value = 0;
        return quantity is not null
            && decimal.TryParse(quantity, NumberStyles.Number, CultureInfo.InvariantCulture, out value)
            && Math.Abs(value) <= Greatest;
    }

    /// <summary>Adds a row.</summary>
    public void Add(LotUse use, string? quantity, string? unit)
    {
        if (TryRead(quantity, out var value))
        {
            _rows.Add((use, value, unit));
            IsLot |= unit is not null || value != 1;
        }
        else if (use == LotUse.Used)
        {
            Unsaid++;
        }
    }

    /// <summary>Sums the rows up. Called once all are added.</summary>
    public void Close()
    {
        // What was made tells the amount; only where nobody said it, what came to be, and else what came in.
        var made = Array.Find(
            [LotUse.Made, LotUse.Commissioned, LotUse.Received],
            use => _rows.Exists(row => row.Use == use)
        );
        var first = _rows.FindIndex(row => row.Use == made);
        Unit = _rows.Count == 0 ? null : _rows[Math.Max(first, 0)].Unit;
        var sums = new decimal[(int)LotUse.Scrapped + 1];
        foreach (var (use, quantity, unit) in _rows)
        {
            if (string.Equals(unit, Unit, StringComparison.Ordinal))
            {
                sums[(int)use] += quantity;
            }
            else
            {
                HasOtherUnits = true;
            }
        }
        Balance = new(
            made == LotUse.None ? null : sums[(int)made],
            sums[(int)LotUse.Used] - sums[(int)LotUse.GivenBack],
            sums[(int)LotUse.Shipped],
            sums[(int)LotUse.Scrapped],
            Unit
        );
    }
}
