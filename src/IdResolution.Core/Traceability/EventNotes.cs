using IdResolution.Core.Access;
using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>Notes in the audit log what was held, released and corrected. Thread-safe.</summary>
public sealed class EventNotes(Auditor auditor, EventIds ids)
{
    /// <summary>The audited action of holding items.</summary>
    public const string Holding = "event.hold";

    /// <summary>The audited action of ending holds.</summary>
    public const string Releasing = "event.release";

    /// <summary>The audited action of correcting an event.</summary>
    public const string Correcting = "event.correct";

    internal async Task NoteAsync(
        IReadOnlyList<EventContent> contents,
        IReadOnlyList<EventWriteResult> outcomes,
        Caller caller
    )
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Outcome == EventOutcome.Created && ActionOf(contents[i].Type) is { } action)
            {
                await auditor.DoneAsync(caller, action, $"{ids.Of(outcomes[i].Object)}", CancellationToken.None);
            }
        }
    }

    private static string? ActionOf(EventType type) =>
        type switch
        {
            EventType.Hold => Holding,
            EventType.Release => Releasing,
            EventType.Correct => Correcting,
            _ => null,
        };
}
