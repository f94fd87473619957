using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Identifiers;
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
                var target = TargetOf(contents[i], ids.Of(outcomes[i].Object));
                await auditor.DoneAsync(caller, action, target, CancellationToken.None);
            }
        }
    }

    /// <summary>Counts an event that was refused.</summary>
    internal void Refused(string? type, Error error) => _metrics.Refused(type, error);

    /// <summary>
    /// Notes which events of a batch were denied. What answers a batch as a whole does not say it of one.
    /// </summary>
    internal void Denied(IReadOnlyList<Result<EventRequest>> decoded, Result<RecordedEvent>[] results, Caller caller)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (
                results[i].Error is { Code: ErrorCode.Forbidden or ErrorCode.Unauthenticated } error
                && decoded[i].TryGet(out var request, out _)
            )
            {
                var type = EventNames.TryParse(request.Type, out EventType known) ? EventNames.Of(known) : "record";
                auditor.Denied(caller, "event." + type, error.Code, TargetOf(request));
            }
        }
    }

    /// <summary>The first identifier, the event, and how many more there are; the event alone without one.</summary>
    private static string TargetOf(EventContent content, Guid id)
    {
        var named = content.Items.Where(static item => item.Identifier is not null).ToList();
        return named.Count == 0
            ? $"{id}"
            : $"{named[0].Identifier!.Text} {id}" + (named.Count > 1 ? $" +{named.Count - 1}" : "");
    }

    /// <summary>The event that is corrected, or the first identifier: nothing else that was sent.</summary>
    private static string TargetOf(EventRequest request) =>
        Guid.TryParse(request.Corrects, out var corrected)
            ? $"{corrected}"
            : request
                .Items.Concat(request.Inputs)
                .Concat(request.Outputs)
                .Concat(request.Children)
                .Append(request.Parent)
                .Select(static thing => Identifier.TryParse(thing?.Identifier, out var found) ? found.Text : "")
                .FirstOrDefault(static text => text.Length > 0, "");

    private static string? ActionOf(EventType type) =>
        type switch
        {
            EventType.Hold => Holding,
            EventType.Release => Releasing,
            EventType.Correct => Correcting,
            _ => null,
        };
}
