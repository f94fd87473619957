using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The answer to an accepted write.</summary>
/// <param name="Outcome">Created, changed or reinstated; the same if nothing had to be written.</param>
/// <param name="Record">The record after the write.</param>
public sealed record Registered(WriteOutcome Outcome, StoredRecord Record)
{
    /// <summary>
    /// What a registration under a further key of the item said otherwise than the record, such as
    /// <c>attributes.line</c>. Nothing of it was written.
    /// </summary>
    public IReadOnlyList<string> Differs { get; init; } = [];

    /// <summary>
    /// What is said of a new identifier that the caller gave and that looks mistyped; otherwise null.
    /// </summary>
    public Text? Mistyped { get; init; }
}
