using System.Runtime.ExceptionServices;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Puts a hold on everything that was made from its items, from them outward, a page at a time. An item gets the hold
/// before what was made from it is read; so what an event adds meanwhile gets it from that event's own write. What is
/// not made from them any more loses it at the end. Doing it again does no harm. Thread-safe.
/// </summary>
public sealed class HoldSpreader(IEventStore store)
{
    private const int PageItems = 512;

    // What else is written waits no longer than for this many.
    private const int WriteItems = 256;

    // What is asked again and again is left to the work beside.
    private const int MaxTries = 10;

    private TaskCompletionSource _asked = NotAsked();

    /// <summary>
    /// Spreads one hold to its end; nothing where it has reached everything, or is over. Begins anew if the hold was
    /// asked to go on meanwhile. False if it was asked so often that the rest is left to the work beside.
    /// </summary>
    public async Task<bool> SpreadAsync(long hold, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (await store.FindSpreadAsync(hold, cancellationToken) is not { } spread)
            {
                return true;
            }
            await SpreadAsync(spread, cancellationToken);
        }
        return await store.FindSpreadAsync(hold, cancellationToken) is null;
    }

    /// <summary>Goes on with the holds whose spreading was interrupted. One that fails does not keep others.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        Exception? failure = null;
        foreach (var hold in await store.SpreadingAsync(cancellationToken))
        {
            try
            {
                await SpreadAsync(hold, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failure ??= e;
            }
        }
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Says that holds have to go on, and does not wait for it.</summary>
    public void Ask() => Volatile.Read(ref _asked).TrySetResult();

    /// <summary>Waits until holds have to go on, or for a time. For one waiter.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await Volatile.Read(ref _asked).Task.WaitAsync(atMost, time, cancellationToken);
            Volatile.Write(ref _asked, NotAsked());
        }
        catch (TimeoutException)
        {
            // The caller looks itself.
        }
    }

    private static TaskCompletionSource NotAsked() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task SpreadAsync(HoldSpread spread, CancellationToken cancellationToken)
    {
        var reached = new Reached(spread.Items);
        var level = spread.Items;
        while (level.Count > 0)
        {
            var next = new List<long>();
            for (var at = 0; at < level.Count; at += PageItems)
            {
                var page = level.Skip(at).Take(PageItems).ToList();
                await ReachAsync(spread, page, reached, next, cancellationToken);
            }
            level = next;
        }
        await store.EndSpreadAsync(spread, cancellationToken);
    }

    private async Task ReachAsync(
        HoldSpread spread,
        List<long> items,
        Reached reached,
        List<long> next,
        CancellationToken cancellationToken
    )
    {
        var links = new List<EventLink>();
        var after = default(LinkPosition);
        while (after.Item < items.Count)
        {
            links.Clear();
            var query = new LinkQuery
            {
                Items = items,
                Backward = false,
                Kinds = LinkKinds.Consumes | LinkKinds.Contains,
                Number = long.MaxValue,
                After = after,
            };
            after = await store.LinksAsync(query, links, cancellationToken);
            var found = new List<long>();
            foreach (var link in links)
            {
                if (reached.IsNew(link.Far, next))
                {
                    found.Add(link.Far);
                }
            }
            for (var at = 0; at < found.Count; at += WriteItems)
            {
                var part = found.GetRange(at, Math.Min(WriteItems, found.Count - at));
                await store.SpreadAsync(spread, part, cancellationToken);
            }
        }
    }

    /// <summary>
    /// What a spread has come to. An item that the hold names may be made from another one: then it keeps the hold when
    /// it is released itself.
    /// </summary>
    private sealed class Reached(IReadOnlyList<long> named)
    {
        private readonly HashSet<long> _named = [.. named];
        private readonly HashSet<long> _seen = [.. named];

        /// <summary>True the first time that an item is made from another. The spread goes on from it, once.</summary>
        public bool IsNew(long item, List<long> next)
        {
            if (_seen.Add(item))
            {
                next.Add(item);
                return true;
            }
            return _named.Remove(item);
        }
    }
}
