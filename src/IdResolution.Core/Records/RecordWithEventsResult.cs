using IdResolution.Core.Events;

namespace IdResolution.Core.Records;

/// <summary>The result of a registration with events that was written, or refused for one of them.</summary>
/// <param name="Outcome">What the store did, or why it refused.</param>
/// <param name="Record">The record after the write; null on <see cref="WriteOutcome.EventRefused"/>.</param>
/// <param name="Events">The results of the events; where one was refused, it is the last.</param>
public sealed record RecordWithEventsResult(
    WriteOutcome Outcome,
    StoredRecord? Record,
    IReadOnlyList<EventWriteResult> Events
) : RecordWriteResult(Outcome, Record);
