using IdResolution.Core.Errors;
using IdResolution.Core.Records;

namespace IdResolution.Core.Handles;

/// <summary>The answer to a resolution by the rules of the Handle protocol.</summary>
/// <param name="Source">The handle asked for; with a referral the prefix record that names the service.</param>
public sealed record HandleAnswer(FoundHandle Source)
{
    /// <summary>The reason if there are no values; otherwise null.</summary>
    public Error? Error { get; init; }

    /// <summary>The values asked for, with plain secrets; with a referral, those that name the service.</summary>
    public IReadOnlyList<RawValue> Values { get; init; } = [];

    /// <summary>Set if another service is responsible and this node can name it; otherwise null.</summary>
    public HandleReferral? Referral { get; init; }

    /// <summary>The time of the record's last write, in microseconds since 1970 UTC; 0 for rendered values.</summary>
    public long UpdatedAt => Source.Record?.UpdatedAt ?? 0;
}
