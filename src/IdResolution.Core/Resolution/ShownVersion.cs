using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>A version of a record as a caller sees it.</summary>
/// <param name="Record">Its content; it has no times of its own.</param>
/// <param name="Operation">What made it.</param>
/// <param name="Time">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Sequence">Its log entry.</param>
/// <param name="Erased">How many of its values were erased since.</param>
public sealed record ShownVersion(
    Record Record,
    LogOperation Operation,
    DateTimeOffset Time,
    string Actor,
    long Sequence,
    int Erased
);
