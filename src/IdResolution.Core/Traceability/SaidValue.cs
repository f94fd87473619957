namespace IdResolution.Core.Traceability;

/// <summary>A value that was so at a time, and what says it: an event, or else a version of the record.</summary>
/// <param name="Value">The value, in canonical form.</param>
/// <param name="Unit">The unit; null where nobody said.</param>
/// <param name="Event">The event; null for a version of the record.</param>
/// <param name="Version">The number of the version; 0 for an event.</param>
/// <param name="Time">
/// When the event happened, or when the version was recorded, in microseconds since 1970 UTC. The first version of a
/// record counts for the time before it too, so this may be later than the time asked for.
/// </param>
public sealed record SaidValue(string Value, string? Unit, Guid? Event, long Version, long Time);
