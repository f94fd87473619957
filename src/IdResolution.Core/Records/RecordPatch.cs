using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>The changes of an update (JSON merge patch, RFC 7396). What it does not name stays.</summary>
public sealed record RecordPatch
{
    /// <summary>What could not be read of it; null for nothing. It is refused, for all that is wrong.</summary>
    public Error? Misread { get; init; }

    /// <summary>Attribute values to set, by code. An empty value removes the attribute.</summary>
    public IReadOnlyList<KeyValuePair<string, InputValue>> Attributes { get; init; } = [];

    /// <summary>
    /// Replaces all raw values that the caller may see. A value that the caller may not see stays, unless one is set at
    /// its index. Null changes no raw value.
    /// </summary>
    public IReadOnlyList<RawValue>? Values { get; init; }
}
