using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>An accepted write.</summary>
/// <param name="Outcome">Created, changed, reinstated, or the same as before.</param>
/// <param name="Record">The record now.</param>
public sealed record Registered(WriteOutcome Outcome, StoredRecord Record);
