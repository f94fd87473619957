using IdResolution.Core.Errors;

namespace IdResolution.Core.Traceability;

/// <summary>The short form of an event that links two items. Nothing is checked yet.</summary>
public sealed record LinkRequest
{
    /// <summary>What could not be read of it; null for nothing. It is refused, for all that is wrong.</summary>
    public Error? Misread { get; init; }

    /// <summary>What was made: the consumer, assembly, order or new part.</summary>
    public ThingRequest? From { get; init; }

    /// <summary>The name of the kind of link.</summary>
    public string? Type { get; init; }

    /// <summary>What it was made from: the lot, part, covered item, machine or old part.</summary>
    public ThingRequest? To { get; init; }

    /// <summary>How much of <see cref="To"/>, as a number in JSON syntax.</summary>
    public string? Quantity { get; init; }

    /// <summary>The unit of the quantity.</summary>
    public string? Unit { get; init; }

    /// <summary>Where in the assembly the part is.</summary>
    public string? Position { get; init; }

    /// <summary>When, as in <see cref="EventRequest.Time"/>; the node's time where absent.</summary>
    public string? Time { get; init; }

    /// <summary>The zone, as in <see cref="EventRequest.Zone"/>.</summary>
    public string? Zone { get; init; }

    /// <summary>The system that sends the link.</summary>
    public string? Source { get; init; }

    /// <summary>The link's key in that system.</summary>
    public string? SourceKey { get; init; }
}
