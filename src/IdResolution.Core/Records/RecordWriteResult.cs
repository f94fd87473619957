namespace IdResolution.Core.Records;

/// <summary>The result of one write.</summary>
/// <param name="Outcome">What the store did, or why it refused.</param>
/// <param name="Record">The record after the write. On a conflict, the record that prevents the write.</param>
/// <param name="Field">On <see cref="WriteOutcome.NotUnique"/>, the code of the attribute.</param>
public record RecordWriteResult(WriteOutcome Outcome, StoredRecord? Record, string? Field = null)
{
    /// <summary>On <see cref="WriteOutcome.Failed"/>, the error for the caller; otherwise null.</summary>
    public Errors.Error? Error { get; init; }

    /// <summary>The result of a write that failed in the store. Nothing of it is stored.</summary>
    public static RecordWriteResult Failed(Errors.Error error) => new(WriteOutcome.Failed, null) { Error = error };
}
