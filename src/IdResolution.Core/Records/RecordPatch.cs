using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>Changes to a record (JSON merge patch, RFC 7396).</summary>
public sealed record RecordPatch
{
    /// <summary>Attributes to set; an empty value removes.</summary>
    public IReadOnlyList<KeyValuePair<string, InputValue>> Attributes { get; init; } = [];

    /// <summary>
    /// All raw values that the caller may see anew; those they may not see stay where none is set at their index. Null
    /// leaves all.
    /// </summary>
    public IReadOnlyList<RawValue>? Values { get; init; }
}
