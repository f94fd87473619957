using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// The books of the items of a trace. Those of lots are read from all their events. A caller bound to a prefix gets
/// books of what the trace shows alone, since others would tell of what is beyond.
/// </summary>
internal sealed class LotBooks(TraceGraph graph)
{
    private const int FirstParts = 1_000;

    private static readonly MemberRole[] s_roles =
    [
        MemberRole.Output,
        MemberRole.Input,
        MemberRole.Child,
        MemberRole.Removed,
        MemberRole.Item,
        MemberRole.Covered,
    ];

    private readonly LotBook?[] _books = new LotBook?[graph.Nodes.Count];

    /// <summary>The book of an item.</summary>
    public LotBook Of(int place) => _books[place]!;

    /// <summary>Makes books from the links of the trace.</summary>
    public void Fill()
    {
        for (var i = 0; i < _books.Length; i++)
        {
            _books[i] = new LotBook();
        }
        // An event with several inputs and outputs has a link for each pair, and each row counts once.
        var seen = new HashSet<(long Event, int Row)>();
        foreach (var link in graph.Links)
        {
            var isConsumed = link.Link.Kind == LinkKinds.Consumes;
            if (!isConsumed && link.Link.Kind != LinkKinds.Contains)
            {
                continue;
            }
            if (link.From.Number == link.To.Number)
            {
                continue;
            }
            var (fromRow, toRow) = link.Backward
                ? (link.Link.NearRow, link.Link.Row)
                : (link.Link.Row, link.Link.NearRow);
            if (seen.Add((link.Link.Event, toRow)))
            {
                Of(graph.PlaceOf(link.To.Number)).Add(LotUse.Used, link.Quantity, link.Unit);
            }
            if (isConsumed && seen.Add((link.Link.Event, fromRow)))
            {
                var (quantity, unit) = link.Backward
                    ? (link.Link.NearQuantity, link.Link.NearUnit)
                    : (link.Link.FarQuantity, link.Link.FarUnit);
                Of(graph.PlaceOf(link.From.Number)).Add(LotUse.Made, quantity, unit);
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
        var limit = FirstParts;
        var parts = await store.PartsAsync(Number(place), s_roles, number, limit, cancellationToken);
        while (parts.Count >= limit && limit < int.MaxValue / 100)
        {
            limit *= 100;
            parts = await store.PartsAsync(Number(place), s_roles, number, limit, cancellationToken);
        }
        var book = new LotBook();
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            if (!(parts[i].Time > at) && UseOf(parts[i]) is not LotUse.None and var use)
            {
                book.Add(use, parts[i].Quantity, parts[i].Unit);
            }
        }
        book.Close();
        _books[place] = book;
    }

    private long Number(int place) => graph.Nodes[place].Item.Number;

    private static LotUse UseOf(in ItemEvent part) =>
        (part.Role, part.Type) switch
        {
            (MemberRole.Output, _) => LotUse.Made,
            (MemberRole.Input or MemberRole.Child, _) => LotUse.Used,
            (MemberRole.Removed, _) => LotUse.GivenBack,
            (MemberRole.Item, EventType.Commission) => LotUse.Commissioned,
            (MemberRole.Item, EventType.Receive) => LotUse.Received,
            (MemberRole.Item, EventType.Destroy or EventType.Decommission) => LotUse.Scrapped,
            (MemberRole.Covered, EventType.Ship) => LotUse.Shipped,
            _ => LotUse.None,
        };
}
