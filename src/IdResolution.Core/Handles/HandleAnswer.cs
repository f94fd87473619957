using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>How a resolution by the Handle protocol's rules ended.</summary>
/// <param name="Source">The handle that was asked for, or with a referral the prefix's that says whom to ask.</param>
public sealed record HandleAnswer(FoundHandle Source)
{
    /// <summary>Why there are no values; null where there are.</summary>
    public Error? Error { get; init; }

    /// <summary>The values asked for, secrets in their plain form, or with a referral whom to ask.</summary>
    public IReadOnlyList<RawValue> Values { get; init; } = [];

    /// <summary>Set where another service is responsible, and known.</summary>
    public HandleReferral? Referral { get; init; }

    /// <summary>When the values were written last, in microseconds since 1970 UTC; 0 where they are rendered.</summary>
    public long UpdatedAt => Source.Record?.UpdatedAt ?? 0;
}
