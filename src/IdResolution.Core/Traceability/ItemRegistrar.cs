using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Registers items together with links and events: an item and all of its events are written, or nothing. If the same
/// item was registered before, nothing is added; what is not there of its events is named in the answer. Thread-safe.
/// </summary>
public sealed class ItemRegistrar(
    Registrar registrar,
    LinkReader links,
    EventPlanner planner,
    EventRecorder recorder,
    HoldReader holds
)
{
    /// <summary>The most links and events of one item.</summary>
    public const int MaxOfItem = 1_000;

    /// <summary>The most links and events of all items of one call. Front ends check it.</summary>
    public const int MaxOfCall = 10_000;

    /// <summary>
    /// Registers items. One that a front end could not decode has its error as result; a refused one does not stop the
    /// others.
    /// </summary>
    public async Task<Result<RegisteredItem>[]> RegisterAsync(
        IReadOnlyList<Result<ItemRegistration>> decoded,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        var requests = new List<Result<RegistrationRequest>>(decoded.Count);
        var events = new List<ItemEvents?>(decoded.Count);
        foreach (var one in decoded)
        {
            var isOk = one.TryGet(out var item, out var error);
            requests.Add(isOk ? item!.Request : error!);
            events.Add(isOk && item!.Count > 0 ? new ItemEvents(item, links, planner, recorder) : null);
        }
        var registered = await registrar.RegisterAsync(requests, caller, cancellationToken, events);
        // All are noted first, since the caller may leave while a hold spreads.
        for (var i = 0; i < registered.Length; i++)
        {
            if (registered[i].TryGet(out var written, out _) && written.Outcome != WriteOutcome.Same)
            {
                await (events[i]?.NoteAsync(caller) ?? Task.CompletedTask);
            }
        }
        var done = new RegisteredItem?[decoded.Count];
        for (var i = 0; i < done.Length; i++)
        {
            done[i] = registered[i].TryGet(out var one, out _)
                ? await FollowAsync(one, events[i], caller, cancellationToken)
                : null;
        }
        await TellHoldsAsync(done, caller, cancellationToken);
        var results = new Result<RegisteredItem>[decoded.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = done[i] is { } item ? item : registered[i].Error!;
        }
        return results;
    }

    /// <summary>
    /// Adds the holds that are in force on items that were registered or changed. One that is new and came without
    /// events is not looked at.
    /// </summary>
    /// <param name="items">The items; null where one was refused. Those that are held are replaced.</param>
    /// <param name="caller">Who is told.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async ValueTask TellHoldsAsync(RegisteredItem?[] items, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        var places = new List<int>();
        for (var i = 0; i < items.Length; i++)
        {
            if (
                items[i] is { } item
                && (item.Registered.Outcome != WriteOutcome.Created || item.Links.Count + item.Events.Count > 0)
            )
            {
                places.Add(i);
            }
        }
        if (places.Count == 0 || !HoldReader.Tells(caller))
        {
            return;
        }
        var held = await holds.ReadAsync(
            places.ConvertAll(i => items[i]!.Registered.Record.Object),
            caller,
            cancellationToken
        );
        for (var i = 0; i < held.Length; i++)
        {
            items[places[i]] = items[places[i]]! with { Holds = held[i] };
        }
    }

    private static async Task<RegisteredItem> FollowAsync(
        Registered registered,
        ItemEvents? events,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (events is null)
        {
            return new RegisteredItem(registered);
        }
        return registered.Outcome == WriteOutcome.Same
            ? await events.FindAsync(registered, caller, cancellationToken)
            : await events.FollowAsync(registered, cancellationToken);
    }
}
