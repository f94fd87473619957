using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
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
    IEventStore store
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
        var results = new Result<RegisteredItem>[decoded.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = registered[i].TryGet(out var done, out var error)
                ? await FollowAsync(done, events[i], caller, cancellationToken)
                : error;
        }
        return results;
    }

    private async Task<RegisteredItem> FollowAsync(
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
            ? await events.FindAsync(registered, store, caller, cancellationToken)
            : await events.FollowAsync(registered, caller, cancellationToken);
    }
}
