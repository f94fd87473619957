using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// The books of the items of a trace. Those of lots are read from all their events. A caller bound to a prefix gets
/// books of what the trace shows alone, since others would tell of what is beyond.
/// </summary>
internal sealed class LotBooks(TraceGraph graph, LotMade made)
{
    private readonly LotBook?[] _books = new LotBook?[graph.Nodes.Count];

    /// <summary>The book of an item.</summary>
    public LotBook Of(int place) => _books[place]!;

    /// <summary>Makes books from the links of the trace.</summary>
    public async ValueTask FillAsync(TraceTurn turn, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _books.Length; i++)
        {
            _books[i] = new LotBook();
        }
        // An event with several inputs and outputs has a link for each pair, and each row counts once.
        var seen = new HashSet<(long Event, int Row)>();
        for (var i = 0; i < graph.Links.Count; i++)
        {
            await turn.PauseAsync(i, cancellationToken);
            var link = graph.Links[i];
            var isConsumed = link.Link.Kind == LinkKinds.Consumes;
            if ((!isConsumed && link.Link.Kind != LinkKinds.Contains) || link.From.Number == link.To.Number)
            {
                continue;
            }
            if (!isConsumed && Carriers.IsCarrier(link.From.Template, made.Catalog))
            {
                continue;
            }
            var (fromRow, toRow) = link.Backward
                ? (link.Link.NearRow, link.Link.Row)
                : (link.Link.Row, link.Link.NearRow);
            if (seen.Add((link.Link.Event, toRow)))
            {
                var role = isConsumed ? MemberRole.Input : MemberRole.Child;
                Add(link.To, link.Link, role, link.Quantity, link.Unit);
            }
            if (isConsumed && seen.Add((link.Link.Event, fromRow)))
            {
                var (quantity, unit) = link.Backward
                    ? (link.Link.NearQuantity, link.Link.NearUnit)
                    : (link.Link.FarQuantity, link.Link.FarUnit);
                Add(link.From, link.Link, MemberRole.Output, quantity, unit);
            }
        }
        foreach (var book in _books)
        {
            book!.Close();
        }
    }

    /// <summary>Makes the book of a lot anew from all its events at a log number, up to a time.</summary>
    public async ValueTask ReadAsync(
        IEventStore store,
        int place,
        long number,
        long? at,
        CancellationToken cancellationToken
    )
    {
        var item = graph.Nodes[place].Item;
        var known = await made.OfAsync(item, cancellationToken);
        _books[place] = await LotBook.ReadAsync(
            store,
            item.Number,
            (number, at ?? long.MaxValue),
            made.Catalog,
            known,
            cancellationToken
        );
    }

    private void Add(TraceItem item, in EventLink link, MemberRole role, string? quantity, string? unit) =>
        Of(graph.PlaceOf(item.Number))
            .Add(new ItemEvent(link.Event, 0, link.Type, link.Time, role, quantity, unit, null));
}
