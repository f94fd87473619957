namespace IdResolution.Core.Traceability;

/// <summary>
/// How much of a lot is where, from its parts in events. What an event takes comes from the place or carrier that it
/// names, else from where it lay longest. Used once for each unit.
/// </summary>
internal sealed class LotStock
{
    private readonly List<StockHolding> _held = [];
    private readonly string _unit;
    private bool _isKnown;

    // What is on its way. Null: so much as nobody said.
    private decimal? _sent = 0;

    private LotStock(string unit) => _unit = unit;

    /// <summary>What is held, by place and carrier, each kind of quantity in the unit that came first.</summary>
    public static IReadOnlyList<StockHolding> Of(IReadOnlyList<StockStep> steps)
    {
        var units = new Dictionary<string, LotStock>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (LotBalance.TryRead(step.Part.Quantity, out var quantity))
            {
                var (kind, factor) = MeasuredUnit.Of(step.Part.Unit);
                if (!units.TryGetValue(kind, out var stock))
                {
                    units.Add(kind, stock = new LotStock(step.Part.Unit ?? ""));
                }
                stock.Take(step, quantity * factor / MeasuredUnit.Of(stock._unit).Factor);
            }
            else if (units.Count == 0)
            {
                // The whole lot, of which nobody said yet how much it is.
                var whole = new LotStock("");
                units.Add(MeasuredUnit.Of(null).Kind, whole);
                whole.Take(step, null);
            }
            else
            {
                foreach (var stock in units.Values)
                {
                    stock.Take(step, null);
                }
            }
        }
        return [.. units.Values.SelectMany(static stock => stock._held)];
    }

    /// <summary>Takes one part. Without a quantity it is about all that there is.</summary>
    private void Take(StockStep step, decimal? quantity)
    {
        var time = step.Part.Time;
        if (step.IsMade)
        {
            Add(step.Place, 0, quantity, time);
        }
        else if (step.IsShipped)
        {
            _sent += Remove(quantity, step.Place, 0);
        }
        else if (step.IsUsed || step.IsGone)
        {
            Remove(quantity, step.Place, 0);
        }
        else if (step.IsReceived)
        {
            Receive(step.Place, quantity, time);
        }
        else if (step.IsMoved)
        {
            Add(step.Place, 0, _isKnown ? Remove(quantity, 0, 0, to: step.Place) ?? quantity : quantity, time);
        }
        else if (step.Part.Role == Events.MemberRole.Child)
        {
            var from = _held.FirstOrDefault(h => h.Place == step.Place && h.Carrier == 0);
            var place = step.Place != 0 ? step.Place : FirstPlace(from.Place);
            Add(place, step.Parent, _isKnown ? Remove(quantity, step.Place, 0) ?? quantity : quantity, time);
        }
        else if (step.IsAway)
        {
            _sent += Remove(quantity, 0, step.Parent);
        }
        else if (step.Part.Role == Events.MemberRole.Removed)
        {
            var place = step.Place != 0 ? step.Place : PlaceOf(step.Parent);
            Add(place, 0, step.IsAssembly ? quantity : Remove(quantity, 0, step.Parent) ?? quantity, time);
        }
    }

    /// <summary>What arrives is what was sent, as far as that goes; the rest was here, or comes from outside.</summary>
    private void Receive(long place, decimal? quantity, long time)
    {
        if (quantity is not { } much)
        {
            var all = Remove(null, 0, 0);
            Add(place, 0, _isKnown ? all + _sent : null, time);
            _sent = 0;
            return;
        }
        var sent = Math.Min(_sent ?? much, much);
        _sent -= sent;
        if (sent < much)
        {
            Remove(much - sent, 0, 0, to: place);
        }
        Add(place, 0, much, time);
    }

    private long FirstPlace(long place) => place != 0 || _held.Count == 0 ? place : _held[0].Place;

    private long PlaceOf(long carrier) => _held.FirstOrDefault(h => h.Carrier == carrier).Place;

    private void Add(long place, long carrier, decimal? quantity, long time)
    {
        _isKnown = true;
        if (quantity <= 0)
        {
            return;
        }
        var same = _held.FindIndex(h => h.Place == place && h.Carrier == carrier);
        if (same < 0)
        {
            _held.Add(new StockHolding(_unit, place, carrier, quantity, time));
        }
        else
        {
            _held[same] = _held[same] with { Quantity = _held[same].Quantity + quantity };
        }
    }

    /// <summary>
    /// Takes so much away, first from a place or a carrier, and last from where it is brought to, and says how much it
    /// was; null where nobody knows. More than there is, is all.
    /// </summary>
    private decimal? Remove(decimal? quantity, long place, long carrier, long to = 0)
    {
        decimal? removed = 0;
        var left = quantity;
        foreach (
            var holding in _held
                .OrderBy(h => to != 0 && h.Place == to)
                .ThenByDescending(h => carrier != 0 ? h.Carrier == carrier : h.Place == place)
                .ToList()
        )
        {
            if (left <= 0 || (left is null && carrier != 0 && holding.Carrier != carrier))
            {
                break;
            }
            var at = _held.IndexOf(holding);
            if (left is not { } much || holding.Quantity is not { } there || there <= much)
            {
                if (left is not null && holding.Quantity is null)
                {
                    // So much of a quantity that nobody said leaves one that nobody said.
                    return quantity;
                }
                _held.RemoveAt(at);
                removed += holding.Quantity;
                left -= holding.Quantity;
            }
            else
            {
                _held[at] = holding with { Quantity = there - much };
                removed += much;
                left = 0;
            }
        }
        return removed;
    }
}
