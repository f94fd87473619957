using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>
/// Says what would become of an event, and writes nothing. Whether a part would contain itself, or the event to correct
/// was corrected already, only recording it finds. Thread-safe.
/// </summary>
public sealed class EventPreview(EventPlanner planner, EventIds ids, MistypedThings mistyped)
{
    /// <summary>
    /// <see cref="EventOutcome.Created"/>, with what it names that is mistyped, or <see cref="EventOutcome.Same"/>; or
    /// why it is refused.
    /// </summary>
    public async ValueTask<Result<(EventOutcome Outcome, IReadOnlyList<EventFinding> Mistyped)>> PreviewAsync(
        EventRequest request,
        Caller caller,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.RequireOfNode(caller, Role.Registrar) is { } refused)
        {
            return refused;
        }
        var read = await planner.CheckAsync(request, self: null, caller, cancellationToken);
        if (!read.TryGet(out var content, out var error))
        {
            return error;
        }
        var (known, isSame) = await planner.FindAsync(content, caller, cancellationToken);
        if (known is not null)
        {
            return isSame ? (EventOutcome.Same, []) : EventErrors.KeyTaken(ids.Of(known.Object));
        }
        return await planner.RefusalAsync(content, caller, cancellationToken) is { } unfit
            ? unfit
            : (EventOutcome.Created, await mistyped.FindAsync(content, cancellationToken));
    }
}
