using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>
/// An event to take in, as a front end decodes it, which sets its members one by one. Nothing is checked yet.
/// </summary>
public sealed record EventRequest
{
    /// <summary>What could not be read of it; null for nothing. It is refused, for all that is wrong.</summary>
    public Error? Misread { get; set; }

    /// <summary>The name of the type.</summary>
    public string? Type { get; set; }

    /// <summary>When it happened: RFC 3339, or local time together with <see cref="Zone"/>.</summary>
    public string? Time { get; set; }

    /// <summary>True if nobody said when: <see cref="Time"/> is then the node's, and not part of the content.</summary>
    internal bool IsUntimed { get; init; }

    /// <summary>
    /// The type of the link that this event was sent as, whose fields its faults name; null for an event that was sent
    /// as one.
    /// </summary>
    internal string? Link { get; init; }

    /// <summary>The zone in which it happened: an IANA name or a distance from UTC, such as <c>+08:00</c>.</summary>
    public string? Zone { get; set; }

    /// <summary>The system that sends the event.</summary>
    public string? Source { get; set; }

    /// <summary>The event's key in that system. The same key again means the same event.</summary>
    public string? SourceKey { get; set; }

    /// <summary>The event's id as another system gave it, such as an <c>eventID</c> of EPCIS.</summary>
    public string? Id { get; set; }

    /// <summary>What it happened to.</summary>
    public IReadOnlyList<ThingRequest> Items { get; set; } = [];

    /// <summary>What was used up.</summary>
    public IReadOnlyList<ThingRequest> Inputs { get; set; } = [];

    /// <summary>What came out.</summary>
    public IReadOnlyList<ThingRequest> Outputs { get; set; } = [];

    /// <summary>What children were put into, or taken out of.</summary>
    public ThingRequest? Parent { get; set; }

    /// <summary>What was put into a parent, or taken out.</summary>
    public IReadOnlyList<ThingRequest> Children { get; set; } = [];

    /// <summary>The machines that did it.</summary>
    public IReadOnlyList<ThingRequest> Equipment { get; set; } = [];

    /// <summary>The tools that were used.</summary>
    public IReadOnlyList<ThingRequest> Tools { get; set; } = [];

    /// <summary>The persons who did it.</summary>
    public IReadOnlyList<ThingRequest> Persons { get; set; } = [];

    /// <summary>Orders, receipts and other documents.</summary>
    public IReadOnlyList<ThingRequest> Documents { get; set; } = [];

    /// <summary>The process, or its version.</summary>
    public ThingRequest? Process { get; set; }

    /// <summary>Where it happened, and where the items are afterwards.</summary>
    public ThingRequest? Place { get; set; }

    /// <summary>The step of the process.</summary>
    public ThingRequest? Step { get; set; }

    /// <summary>The state of the items from here on.</summary>
    public string? Disposition { get; set; }

    /// <summary>Why.</summary>
    public string? Reason { get; set; }

    /// <summary>Of a hold: <c>item</c> or <c>made-from</c>; <c>item</c> where absent.</summary>
    public string? Scope { get; set; }

    /// <summary>Of a release: the ids of the holds that end; without any all on its own items.</summary>
    public IReadOnlyList<string> Holds { get; set; } = [];

    /// <summary>Of a correction: the id of the event that was wrong.</summary>
    public string? Corrects { get; set; }

    /// <summary>
    /// Of a correction that says what is right: the type that its other members mean. Without it the event is void.
    /// </summary>
    public string? As { get; set; }

    /// <summary>What was measured.</summary>
    public IReadOnlyList<EventMeasurement> Measurements { get; set; } = [];

    /// <summary>What was found to be wrong.</summary>
    public IReadOnlyList<EventDefect> Defects { get; set; } = [];

    /// <summary>What else was given, by its name with namespace, as JSON without white space.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Extensions { get; set; } = [];
}
