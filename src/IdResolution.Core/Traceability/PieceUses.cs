using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Finds pieces of a trace that were used more often than once. Lots and rework are left out.</summary>
internal sealed class PieceUses(TraceGraph graph, LotBooks books, LotMade made, TraceFindings findings)
{
    private readonly Dictionary<long, Uses> _uses = [];

    /// <summary>Finds them.</summary>
    /// <param name="containment">Tells until when a piece is in something.</param>
    /// <param name="turn">The turn to give back now and then.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask FindAsync(Containment containment, TraceTurn turn, CancellationToken cancellationToken)
    {
        Gather();
        foreach (var (number, uses) in _uses)
        {
            uses.Events.ExceptWith(uses.Reworks);
            var place = graph.PlaceOf(number);
            var item = graph.Nodes[place].Item;
            if (uses.Events.Count == 0 || books.Of(place).IsLot || made.IsLot(item.Template))
            {
                continue;
            }
            await turn.PauseAsync(cancellationToken);
            if (uses.Events.Count > 1)
            {
                var (en, zh) = ($"was used {uses.Events.Count} times", $"被使用 {uses.Events.Count} 次");
                findings.Add(
                    "over-consumption",
                    new($"{item.Spelling}, one piece, {en}.", $"{item.Spelling} {zh}。"),
                    [item]
                );
            }
            else if (await ParentAsync(uses, containment, cancellationToken) is { } parent)
            {
                findings.Add(
                    "over-consumption",
                    new(
                        $"{item.Spelling}, one piece, was used, and is in {parent.Spelling}.",
                        $"{item.Spelling} 已被使用，同时位于 {parent.Spelling} 中。"
                    ),
                    [item, parent]
                );
            }
        }
    }

    private void Gather()
    {
        foreach (var link in graph.Links)
        {
            if (link.Link.Kind == LinkKinds.Consumes)
            {
                var uses = UsesOf(link.To);
                (link.From.Number == link.To.Number ? uses.Reworks : uses.Events).Add(link.Link.Event);
            }
            else if (link.Link.Kind == LinkKinds.Contains && !Carriers.IsCarrier(link.From.Template, made.Catalog))
            {
                UsesOf(link.To).Within.Add(link);
            }
        }
    }

    private Uses UsesOf(TraceItem item)
    {
        if (!_uses.TryGetValue(item.Number, out var uses))
        {
            _uses.Add(item.Number, uses = new([], [], []));
        }
        return uses;
    }

    /// <summary>What a piece is in and was not taken out of; null for nothing.</summary>
    private static async ValueTask<TraceItem?> ParentAsync(
        Uses uses,
        Containment containment,
        CancellationToken cancellationToken
    )
    {
        foreach (var link in uses.Within)
        {
            var (parent, child) = (link.From.Number, link.To.Number);
            var (time, number) = (link.Link.Time, link.Link.Event);
            if (await containment.EndAsync(parent, child, time, number, cancellationToken) == long.MaxValue)
            {
                return link.From;
            }
        }
        return null;
    }

    private sealed record Uses(HashSet<long> Events, HashSet<long> Reworks, List<TraceLink> Within);
}
