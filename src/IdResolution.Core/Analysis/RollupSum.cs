using IdResolution.Core.Events;

namespace IdResolution.Core.Analysis;

/// <summary>Reckons the figure over the values in one unit.</summary>
internal sealed class RollupSum(RollupFunction function, string? unit, string? weightUnit)
{
    private decimal _sum;
    private decimal _weights;
    private (decimal Value, TraceItem Item)? _least;
    private (decimal Value, TraceItem Item)? _greatest;
    private int _items;

    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="values">Its values.</param>
    /// <param name="factor">What each value counts: its weight, and of a lot the share that counts.</param>
    /// <exception cref="OverflowException">The sum is beyond a decimal.</exception>
    public void Add(TraceItem item, IReadOnlyList<decimal> values, decimal factor)
    {
        _items++;
        for (var i = 0; i < values.Count; i++)
        {
            _sum += values[i] * factor;
            _weights += factor;
            _least = _least is { } least && least.Value <= values[i] ? least : (values[i], item);
            _greatest = _greatest is { } greatest && greatest.Value >= values[i] ? greatest : (values[i], item);
        }
    }

    /// <summary>The figure; null where all weights are zero. Called once an item was added.</summary>
    public RollupGroup? ToGroup()
    {
        var (least, greatest) = (_least!.Value, _greatest!.Value);
        decimal? value = function switch
        {
            RollupFunction.Sum => _sum,
            RollupFunction.Mean => _weights == 0 ? null : _sum / _weights,
            RollupFunction.Min => least.Value,
            RollupFunction.Max => greatest.Value,
            _ => greatest.Value - least.Value,
        };
        return value is { } figure
            ? new RollupGroup(unit, weightUnit, Math.Round(figure, 12), _items, least.Item, greatest.Item)
            : null;
    }
}
