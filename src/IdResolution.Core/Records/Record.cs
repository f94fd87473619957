using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>A record, or the part of one that a caller may see.</summary>
public sealed record Record
{
    /// <summary>The identifier in the spelling given at registration.</summary>
    public required string Identifier { get; init; }

    /// <summary>The template version it was made with; null for a record without template.</summary>
    public Template? Template { get; init; }

    /// <summary>1 and up.</summary>
    public required long Version { get; init; }

    /// <summary>Active or revoked.</summary>
    public RecordStatus Status { get; init; }

    /// <summary>The source of its business key.</summary>
    public string? Source { get; init; }

    /// <summary>Its business key within the source.</summary>
    public string? SourceKey { get; init; }

    /// <summary>Attribute values in the template's order.</summary>
    public IReadOnlyList<AttributeValue> Attributes { get; init; } = [];

    /// <summary>Raw values in ascending order of index.</summary>
    public IReadOnlyList<RawValue> Values { get; init; } = [];

    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
