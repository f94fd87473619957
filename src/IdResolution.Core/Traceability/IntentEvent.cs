namespace IdResolution.Core.Traceability;

/// <summary>How the event of a scan is recorded.</summary>
public sealed record IntentEvent
{
    /// <summary>The system that sends it.</summary>
    public string? Source { get; init; }

    /// <summary>The event's key in that system.</summary>
    public string? SourceKey { get; init; }

    /// <summary>When, as in <see cref="EventRequest.Time"/>; the node's time where absent.</summary>
    public string? Time { get; init; }
}
