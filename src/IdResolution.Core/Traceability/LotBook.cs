using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>What events say of the quantities of one item.</summary>
internal sealed class LotBook
{
    private readonly List<ItemEvent> _parts = [];
    private LotBalance? _main;

    /// <summary>The rows in which the item was used without a quantity.</summary>
    public int Unsaid { get; private set; }

    /// <summary>True if any quantity was given that tells more than one piece.</summary>
    public bool IsLot { get; private set; }

    /// <summary>The balances by unit.</summary>
    public IReadOnlyList<LotBalance> Balances { get; private set; } = [];

    /// <summary>The unit of the book: that in which the item was made, or else first used.</summary>
    public string? Unit => _main?.Unit;

    /// <summary>How much was used, in the book's unit.</summary>
    public decimal Used => _main?.Used ?? 0;

    /// <summary>
    /// The amount by which shares are reckoned: what was made, or what was used where that is more. Null if no quantity
    /// is known.
    /// </summary>
    public decimal? Total => IsLot && Math.Max(_main?.Made ?? 0, Used) is > 0 and var total ? total : null;

    /// <summary>Adds a part of the item in an event.</summary>
    public void Add(in ItemEvent part)
    {
        if (LotBalance.TryRead(part.Quantity, out _))
        {
            _parts.Add(part);
            IsLot |= LotBalance.IsOfLot(part.Quantity, part.Unit);
        }
        else if (part.Role is MemberRole.Input or MemberRole.Child)
        {
            Unsaid++;
        }
    }

    /// <summary>Sums the parts up. Called once all are added.</summary>
    /// <param name="made">What was made where no event says so; null where nobody knows.</param>
    public void Close(TraceAmount? made = null)
    {
        IsLot |= made is not null;
        Balances = LotBalance.Of(_parts, converts: true, made);
        foreach (var balance in Balances)
        {
            if (_main is null || (_main.Made is null && balance.Made is not null))
            {
                _main = balance;
            }
        }
        _parts.Clear();
    }
}
