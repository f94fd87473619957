namespace IdResolution.Core.Records;

/// <summary>What became of a write.</summary>
/// <param name="Outcome">Done, or why not.</param>
/// <param name="Record">The record after the write; on a conflict the one that stands in the way.</param>
/// <param name="Field">On <see cref="WriteOutcome.NotUnique"/>, the attribute's code.</param>
public sealed record RecordWriteResult(WriteOutcome Outcome, StoredRecord? Record, string? Field = null)
{
    /// <summary>On <see cref="WriteOutcome.Failed"/>, what the caller is told.</summary>
    public Errors.Error? Error { get; init; }

    /// <summary>A write that the store failed; nothing of it is stored.</summary>
    public static RecordWriteResult Failed(Errors.Error error) => new(WriteOutcome.Failed, null) { Error = error };
}
