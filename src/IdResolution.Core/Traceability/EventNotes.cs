using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Traceability;

/// <summary>Counts events, and notes in the audit log what was held, released and corrected. Thread-safe.</summary>
public sealed class EventNotes(NodeTelemetry telemetry, Auditor auditor, EventIds ids)
{
    private readonly EventMetrics _metrics = new(telemetry);

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
            if (outcomes[i].Outcome is EventOutcome.Created or EventOutcome.Same)
            {
                _metrics.Taken(contents[i].Type, outcomes[i].Outcome);
            }
            if (outcomes[i].Outcome == EventOutcome.Created && ActionOf(contents[i].Type) is { } action)
            {
                await auditor.DoneAsync(caller, action, $"{ids.Of(outcomes[i].Object)}", CancellationToken.None);
            }
        }
    }

    /// <summary>Counts an event that was refused.</summary>
    internal void Refused(string? type, Error error) => _metrics.Refused(type, error);

    private static string? ActionOf(EventType type) =>
        type switch
        {
            EventType.Hold => Holding,
            EventType.Release => Releasing,
            EventType.Correct => Correcting,
            _ => null,
        };
}
