using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Traceability;

/// <summary>Tells which holds are in force on items, to callers who may see their status. Thread-safe.</summary>
public sealed class HoldReader(IEventStore store, EventIds ids)
{
    /// <summary>True if a caller is told of holds.</summary>
    public static bool Tells(Caller caller) => AccessPolicy.RequireOfNode(caller, Role.Reader) is null;

    /// <summary>The holds on items, for each the newest first; nothing for callers who may not see them.</summary>
    /// <param name="items">The numbers of the items; 0 for one that is not known.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask<IReadOnlyList<HoldStatus>[]> ReadAsync(
        IReadOnlyList<long> items,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var all = new IReadOnlyList<HoldStatus>[items.Count];
        Array.Fill(all, []);
        var found = Tells(caller) ? await store.HoldsAsync([.. items.Distinct()], cancellationToken) : [];
        if (found.Count == 0)
        {
            return all;
        }
        var byItem = found.ToLookup(static hold => hold.Item);
        var events = new Dictionary<long, StoredEvent?>();
        for (var i = 0; i < all.Length; i++)
        {
            var holds = new List<HoldStatus>();
            foreach (var hold in byItem[items[i]])
            {
                if (!events.TryGetValue(hold.Hold, out var stored))
                {
                    stored = await store.FindAsync(hold.Hold, cancellationToken);
                    events.Add(hold.Hold, stored);
                }
                if (stored is not null)
                {
                    var reason = EventState.TextOf(stored, "e:reason"u8);
                    holds.Add(new HoldStatus(ids.Of(hold.Hold), stored.Time, reason, hold.IsOwn));
                }
            }
            holds.Sort(static (a, b) => b.Time.CompareTo(a.Time));
            all[i] = holds;
        }
        return all;
    }

    /// <summary>The same for items by their identifiers.</summary>
    public async ValueTask<IReadOnlyList<HoldStatus>[]> ReadAsync(
        IReadOnlyList<Identifier> items,
        Caller caller,
        CancellationToken cancellationToken
    ) =>
        await ReadAsync(
            Tells(caller)
                ? await store.NumbersAsync([.. items.Select(ItemKey.Of)], cancellationToken)
                : new long[items.Count],
            caller,
            cancellationToken
        );

    /// <summary>The refusal of something that is to be done with a held item.</summary>
    /// <param name="identifier">The item.</param>
    /// <param name="hold">A hold on it.</param>
    /// <param name="field">The field that names it.</param>
    public static Error Refusal(string identifier, HoldStatus hold, string? field)
    {
        ArgumentNullException.ThrowIfNull(hold);
        var (en, zh) = hold.IsOwn
            ? ($"{identifier} is held", $"标识 {identifier} 已冻结")
            : ($"Something that {identifier} was made from is held", $"标识 {identifier} 的来源物料已冻结");
        return Error.Of(
            ErrorCode.Held,
            hold.Reason is { } reason ? $"{en}: {reason}" : $"{en}.",
            hold.Reason is { } why ? $"{zh}：{why}" : $"{zh}。",
            field
        );
    }
}
