using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Upstream;

/// <summary>A record that the secondary node refused, or that differs there.</summary>
/// <param name="Sequence">The number of the log entry that was refused; it names the letter.</param>
/// <param name="Object">The object number of the record.</param>
/// <param name="Key">Its lookup key.</param>
/// <param name="Reason">Why it was refused.</param>
/// <param name="At">When, in microseconds since 1970 UTC.</param>
/// <param name="IsDue">True if it is to be sent again; false if it waits for a person.</param>
public sealed record UpstreamLetter(long Sequence, long Object, LookupKey Key, string Reason, long At, bool IsDue);
