using System.Diagnostics.Metrics;
using IdResolution.Core.Errors;
using IdResolution.Core.Events;
using IdResolution.Core.Telemetry;

namespace IdResolution.Core.Traceability;

/// <summary>Counts the events that were sent, each of a batch separately.</summary>
internal sealed class EventMetrics(NodeTelemetry telemetry)
{
    private const string Type = "idresolution.event.type";

    private readonly Counter<long> _events = telemetry.Meter.CreateCounter<long>(
        "idresolution.events",
        "{event}",
        "Events that were sent, by type and by what became of them."
    );

    /// <summary>Counts an event that was taken, or was there.</summary>
    public void Taken(EventType type, EventOutcome outcome)
    {
        if (_events.Enabled)
        {
            Add(EventNames.Of(type), outcome == EventOutcome.Created ? "created" : "same");
        }
    }

    /// <summary>Counts an event that was refused.</summary>
    /// <param name="type">The type as it was sent. Only names of types are told, since there may be any text.</param>
    /// <param name="error">Why.</param>
    public void Refused(string? type, Error error)
    {
        if (_events.Enabled)
        {
            Add(
                EventNames.TryParse(type, out EventType known) ? EventNames.Of(known) : "unknown",
                error.Code.ToString()
            );
        }
    }

    private void Add(string type, string outcome) =>
        _events.Add(1, new KeyValuePair<string, object?>(Type, type), new(NodeTelemetry.Outcome, outcome));
}
