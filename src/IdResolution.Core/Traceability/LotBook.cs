using IdResolution.Core.Catalog;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>What events say of the quantities of one item.</summary>
internal sealed class LotBook
{
    /// <summary>The most events that ship, receive or scrap a lot and are looked at.</summary>
    private const int MostParts = 100_000;

    private readonly List<ItemEvent> _parts = [];
    private readonly List<PartSum> _sums = [];
    private LotBalance? _main;

    /// <summary>The rows in which the item was used without a quantity.</summary>
    public long Unsaid { get; private set; }

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

    /// <summary>
    /// The book of an item by all its events that count at a log number, up to a time. What was put on a carrier was
    /// not used. So many uses are summed up by the store; what left and arrived is read one by one.
    /// </summary>
    /// <param name="store">The events.</param>
    /// <param name="item">The number of the item.</param>
    /// <param name="at">The log number, and the time.</param>
    /// <param name="catalog">Tells carriers by their templates.</param>
    /// <param name="made">What was made where no event says so; null where nobody knows.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<LotBook> ReadAsync(
        IEventStore store,
        long item,
        (long Number, long Time) at,
        NodeCatalog catalog,
        TraceAmount? made,
        CancellationToken cancellationToken
    )
    {
        var book = new LotBook();
        var sums = await store.SumAsync(item, LotBalance.SummedRoles, at.Number, at.Time, cancellationToken);
        foreach (var sum in sums)
        {
            if (sum.Role is not (MemberRole.Child or MemberRole.Removed) || !Carriers.IsCarrier(sum.Holder, catalog))
            {
                book.Add(sum);
            }
        }
        var parts = await store.PartsAsync(item, LotBalance.OrderedRoles, at.Number, MostParts, cancellationToken);
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Time <= at.Time)
            {
                book.Add(parts[i]);
            }
        }
        book.Close(made);
        return book;
    }

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

    /// <summary>Adds the sum of many parts.</summary>
    public void Add(in PartSum sum)
    {
        _sums.Add(sum);
        IsLot |= sum.IsLot;
        Unsaid += sum.Role is MemberRole.Input or MemberRole.Child ? sum.Unsaid : 0;
    }

    /// <summary>Sums the parts up. Called once all are added.</summary>
    /// <param name="made">What was made where no event says so; null where nobody knows.</param>
    public void Close(TraceAmount? made = null)
    {
        IsLot |= made is not null;
        Balances = LotBalance.Of(_parts, _sums, made);
        foreach (var balance in Balances)
        {
            if (_main is null || (_main.Made is null && balance.Made is not null))
            {
                _main = balance;
            }
        }
        _parts.Clear();
        _sums.Clear();
    }
}
