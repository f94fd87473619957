using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Tells what was so of an item at a time: its calibration and strokes, software and other values, its parts, and what
/// had happened to it. Needs role reader or higher, and a caller of the whole node. Thread-safe.
/// </summary>
public sealed class LifeReader(IEventStore store, EventIds ids, PastReader past, ThingFinder finder, TimeProvider time)
{
    /// <summary>Events of an answer where nobody says how many.</summary>
    public const int UsualEvents = 20;

    /// <summary>The most events of an answer.</summary>
    public const int MaxEvents = 1_000;

    /// <summary>The most parts of an answer.</summary>
    public const int MaxParts = 10_000;

    private const int MostValues = 1_000;

    // What it was used for is no part of its own life.
    private static readonly MemberRole[] s_own =
    [
        MemberRole.Item,
        MemberRole.Output,
        MemberRole.Parent,
        MemberRole.RemovedFrom,
        MemberRole.Child,
        MemberRole.Removed,
        MemberRole.Input,
        MemberRole.Covered,
    ];

    /// <summary>Reads it.</summary>
    /// <param name="name">The item.</param>
    /// <param name="at">The time, in microseconds since 1970 UTC; null for now.</param>
    /// <param name="limit">The most events to show.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<Result<ItemLife>> ReadAsync(
        ItemName name,
        long? at,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        if (AccessPolicy.RequireOfNode(caller, Role.Reader) is { } refused)
        {
            return refused;
        }
        var faults = new Faults();
        if (limit is < 1 or > MaxEvents)
        {
            faults.Add("limit", $"must be 1 to {MaxEvents}", $"应为 1 至 {MaxEvents}");
        }
        if (faults.TryCombine(out var error))
        {
            return error;
        }
        var item = (await store.NumbersAsync([name.Key], cancellationToken))[0];
        if (item == 0 || await store.ItemsAsync([item], cancellationToken) is not [var thing, ..])
        {
            return await finder.AbsentAsync(name.Text, "identifier", cancellationToken);
        }
        return await ReadAsync(thing, at ?? Micros.Now(time), limit, caller, cancellationToken);
    }

    private async ValueTask<Result<ItemLife>> ReadAsync(
        TraceItem thing,
        long at,
        int limit,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var number = await store.HeadAsync(cancellationToken);
        var links = await new PartCounter(store, number, at).LinksAsync(
            thing.Number,
            LinkKinds.Contains,
            cancellationToken
        );
        if (links.Count > MaxParts)
        {
            return LifeErrors.TooManyParts();
        }
        var own = past.Of(thing, number, at, caller);
        return new ItemLife
        {
            Item = thing,
            At = at,
            Number = number,
            Calibration = await own.CalibrationAsync(at, cancellationToken),
            Strokes = await own.StrokesAsync(at, cancellationToken),
            Values = await own.ValuesAsync(at, MostValues, cancellationToken),
            Parts = await PartsAsync(links, cancellationToken),
            Events = await EventsAsync(thing.Number, number, at, limit, cancellationToken),
            IsComplete = !own.IsCut,
        };
    }

    private async ValueTask<List<LifePart>> PartsAsync(
        IReadOnlyList<EventLink> links,
        CancellationToken cancellationToken
    )
    {
        var known = await store.ItemsByNumberAsync(links.Select(static link => link.Far), cancellationToken);
        var parts = new List<LifePart>(links.Count);
        foreach (var link in links)
        {
            if (known.TryGetValue(link.Far, out var item))
            {
                parts.Add(new LifePart(item, link.Position, ids.Of(link.Event), link.Time));
            }
        }
        return parts;
    }

    private async ValueTask<IReadOnlyList<LifeEvent>> EventsAsync(
        long thing,
        long number,
        long at,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var query = new EventQuery
        {
            Item = thing,
            Roles = s_own,
            To = at + 1,
            Descending = true,
            Number = number,
            Limit = limit,
        };
        var shown = new List<LifeEvent>();
        while (true)
        {
            var page = await store.ListAsync(query, cancellationToken);
            // Voided ones are listed too.
            var counting = page.Where(stored => PastReader.Counts(stored, number));
            shown.AddRange(counting.Take(limit - shown.Count).Select(Shown));
            if (!page.IsFull || shown.Count == limit)
            {
                return shown;
            }
            query = query with { After = (page[^1].Time, page[^1].Object) };
        }
    }

    private LifeEvent Shown(StoredEvent stored) =>
        new(
            ids.Of(stored.Object),
            stored.Type,
            stored.Time,
            Measured.Read(stored, []),
            EventState.TextOf(stored, "e:reason"u8),
            EventState.TextOf(stored, "e:disposition"u8)
        );
}
