using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Reckons quantities along the links of one direction. What an event took of a lot, as a fraction of what there was of
/// it, is split over the event's outputs. Children go whole into their parent, and covered items into what covers them.
/// </summary>
internal sealed class TraceFlows(TraceGraph graph, LotBooks books, EventOutputs outputs)
{
    /// <summary>For a trace forward: how much of the root is in each item. Null where nothing leads to it.</summary>
    public async ValueTask<TraceAmount?[]> ForwardAsync(
        TraceOrder order,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var amounts = new decimal?[graph.Nodes.Count];
        var root = books.Of(0);
        amounts[0] = root.Total ?? 1;
        foreach (var place in order.Order)
        {
            await turn.PauseAsync(cancellationToken);
            if (amounts[place] is not { } amount)
            {
                continue;
            }
            var book = books.Of(place);
            foreach (var i in order.From(place))
            {
                var link = graph.Links[order.Links[i]];
                if (order.LeadsOn(i) && Fraction(book, link) is { } fraction)
                {
                    var share =
                        link.Link.Kind == LinkKinds.Consumes
                            ? outputs.Share(link.Link.Event, link.Link.FarQuantity, link.Link.FarUnit)
                            : 1;
                    amounts[order.Far(i)] = (amounts[order.Far(i)] ?? 0) + (amount * fraction * share);
                }
            }
        }
        return Array.ConvertAll(amounts, amount => Of(amount, root.Total is null ? null : root.Unit));
    }

    /// <summary>For a trace backward: how much of each item is in the root.</summary>
    public async ValueTask<TraceAmount?[]> BackwardAsync(
        TraceOrder order,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var amounts = new decimal?[graph.Nodes.Count];
        amounts[0] = books.Of(0).Total ?? 1;
        foreach (var place in order.Order)
        {
            await turn.PauseAsync(cancellationToken);
            if (amounts[place] is not { } amount)
            {
                continue;
            }
            // The fraction of the item that is in the root.
            var part = Math.Min(1, amount / (books.Of(place).Total ?? 1));
            foreach (var i in order.From(place))
            {
                var link = graph.Links[order.Links[i]];
                var book = books.Of(order.Far(i));
                if (order.LeadsOn(i) && Fraction(book, link) is { } fraction)
                {
                    var share =
                        link.Link.Kind == LinkKinds.Consumes
                            ? outputs.Share(link.Link.Event, link.Link.NearQuantity, link.Link.NearUnit)
                            : 1;
                    amounts[order.Far(i)] =
                        (amounts[order.Far(i)] ?? 0) + (part * fraction * share * (book.Total ?? 1));
                }
            }
        }
        var units = new TraceAmount?[amounts.Length];
        for (var i = 0; i < amounts.Length; i++)
        {
            units[i] = Of(amounts[i], books.Of(i).Total is null ? null : books.Of(i).Unit);
        }
        return units;
    }

    /// <summary>The fraction of an item that went over a link; null where quantities do not go over it.</summary>
    private static decimal? Fraction(LotBook book, in TraceLink link)
    {
        switch (link.Link.Kind)
        {
            case not (LinkKinds.Consumes or LinkKinds.Contains or LinkKinds.Covers or LinkKinds.Ships):
                return null;
            case var _ when LotBalance.TryRead(link.Quantity, out var none) && none == 0:
                return 0;
            case LinkKinds.Consumes when book.Total is null:
                return 1m / Math.Max(book.Unsaid, 1);
            case LinkKinds.Consumes when IsGiven(book, link, out var quantity):
                return quantity / book.Total;
            case LinkKinds.Consumes:
                return Math.Max(0, 1 - (book.Used / book.Total!.Value)) / Math.Max(book.Unsaid, 1);
            default:
                return IsGiven(book, link, out var whole) ? Math.Min(1, whole / book.Total!.Value) : 1;
        }
    }

    private static bool IsGiven(LotBook book, in TraceLink link, out decimal quantity)
    {
        var (kind, factor) = MeasuredUnit.Of(link.Unit);
        var (bookKind, bookFactor) = MeasuredUnit.Of(book.Unit);
        var isGiven = LotBalance.TryRead(link.Quantity, out quantity);
        quantity = quantity * factor / bookFactor;
        return isGiven && book.Total is not null && kind == bookKind;
    }

    private static TraceAmount? Of(decimal? amount, string? unit) =>
        amount is { } quantity ? new TraceAmount(Math.Round(quantity, 12), unit) : null;
}
