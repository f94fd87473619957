using System.Runtime.InteropServices;
using IdResolution.Core.Access;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// How much came out of events, so that what went in is split over their outputs: in proportion of the quantities where
/// all are given in units of one kind, and otherwise equally.
/// </summary>
internal sealed class EventOutputs(TraceGraph graph)
{
    private const int Page = 256;
    private static readonly MemberRole[] s_outputs = [MemberRole.Output];

    private readonly Dictionary<long, Sum> _sums = [];

    /// <summary>Takes the outputs from the links of a trace forward, which has all of them.</summary>
    public void Fill()
    {
        var seen = new HashSet<(long Event, int Row)>();
        foreach (var link in graph.Links)
        {
            if (!link.Backward && link.Link.Kind == LinkKinds.Consumes && seen.Add((link.Link.Event, link.Link.Row)))
            {
                Add(link.Link.Event, link.Link.FarQuantity, link.Link.FarUnit);
            }
        }
    }

    /// <summary>
    /// Reads the outputs of the events of a trace backward. What the caller may not see does not count.
    /// </summary>
    public async ValueTask ReadAsync(
        IEventStore store,
        Caller caller,
        TraceTurn turn,
        CancellationToken cancellationToken
    )
    {
        var items = new TraceItems(store, caller);
        var events = new HashSet<long>();
        foreach (var link in graph.Links)
        {
            if (link.Backward && link.Link.Kind == LinkKinds.Consumes)
            {
                events.Add(link.Link.Event);
            }
        }
        foreach (var page in events.Chunk(Page))
        {
            await turn.PauseAsync(cancellationToken);
            var members = await store.MembersAsync(page, s_outputs, cancellationToken);
            if (caller.Prefix is not null)
            {
                items.Trim();
                for (var i = 0; i < members.Count; i++)
                {
                    items.Want(members[i].Item);
                }
                await items.ReadAsync(cancellationToken);
            }
            for (var i = 0; i < members.Count; i++)
            {
                if (caller.Prefix is null || items.Seen(members[i].Item) is not null)
                {
                    Add(members[i].Event, members[i].Quantity, members[i].Unit);
                }
            }
        }
    }

    /// <summary>The share of an event's inputs that is in one row of its outputs.</summary>
    public decimal Share(long eventNumber, string? quantity, string? unit)
    {
        var sum = _sums.GetValueOrDefault(eventNumber);
        return sum is { IsUniform: true, Quantity: > 0 } && LotBalance.TryRead(quantity, out var value)
            ? value * MeasuredUnit.Of(unit).Factor / sum.Quantity
            : 1m / Math.Max(sum.Count, 1);
    }

    private void Add(long eventNumber, string? quantity, string? unit)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_sums, eventNumber, out var exists);
        var isGiven = LotBalance.TryRead(quantity, out var value) && value >= 0;
        var (kind, factor) = MeasuredUnit.Of(unit);
        sum = new(
            sum.Count + 1,
            sum.Quantity + (value * factor),
            exists ? sum.Kind : kind,
            isGiven && (!exists || (sum.IsUniform && sum.Kind == kind))
        );
    }

    private readonly record struct Sum(int Count, decimal Quantity, string? Kind, bool IsUniform);
}
