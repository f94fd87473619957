using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>A record, or the part of it that a caller may see.</summary>
public sealed record Record
{
    /// <summary>The identifier in the spelling given at registration.</summary>
    public required string Identifier { get; init; }

    /// <summary>The template version that the record was made with; null for a record without template.</summary>
    public Template? Template { get; init; }

    /// <summary>The version number, 1 or more; 0 if it was read from a state alone.</summary>
    public required long Version { get; init; }

    /// <summary>Active, or revoked: then the record is a tombstone.</summary>
    public RecordStatus Status { get; init; }

    /// <summary>
    /// The business keys, the first one first; empty if there are none or the caller may not see them.
    /// </summary>
    public IReadOnlyList<BusinessKey> Keys { get; init; } = [];

    /// <summary>The source of the first business key; null if there is none.</summary>
    public string? Source => Keys.Count > 0 ? Keys[0].Source : null;

    /// <summary>The first business key within its source; null if there is none.</summary>
    public string? SourceKey => Keys.Count > 0 ? Keys[0].SourceKey : null;

    /// <summary>Attribute values in the template's order.</summary>
    public IReadOnlyList<AttributeValue> Attributes { get; init; } = [];

    /// <summary>Raw values in ascending order of index.</summary>
    public IReadOnlyList<RawValue> Values { get; init; } = [];

    /// <summary>The time of the registration; not set if the record was read from a state alone.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time of the last change; not set if the record was read from a state alone.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
