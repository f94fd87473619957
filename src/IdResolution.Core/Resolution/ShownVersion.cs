using IdResolution.Core.ChangeLog;
using IdResolution.Core.Records;

namespace IdResolution.Core.Resolution;

/// <summary>A version of a record as a caller sees it.</summary>
/// <param name="Record">The content that the caller may see; its times are not set.</param>
/// <param name="Operation">The operation that made the version.</param>
/// <param name="Time">The time of the operation.</param>
/// <param name="Actor">Who made the version; null for a partner.</param>
/// <param name="Sequence">The sequence number of the log entry; null for a partner.</param>
/// <param name="Erased">The number of values of this version that were erased later.</param>
public sealed record ShownVersion(
    Record Record,
    LogOperation Operation,
    DateTimeOffset Time,
    string? Actor,
    long? Sequence,
    int Erased
);
