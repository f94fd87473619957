using System.Text.Json.Serialization;

namespace IdResolution.Core.Templates;

/// <summary>One numbered version of a template (元数据模板): a kind of item and its attributes.</summary>
public sealed record Template
{
    private Dictionary<string, AttributeDefinition>? _byCode;

    /// <summary>1 to 50 lower-case letters, digits and hyphens; the same for all versions.</summary>
    public required string Code { get; init; }

    /// <summary>1 and up.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Draft, published or withdrawn.</summary>
    public TemplateState State { get; init; }

    /// <summary>The template's own identifier, <c>prefix/META_…</c>; the same for all versions.</summary>
    public string Identifier { get; init; } = "";

    /// <summary>Names for people.</summary>
    public Names? Names { get; init; }

    /// <summary>What it is for.</summary>
    public Names? Description { get; init; }

    /// <summary>The code of the category (数据分类) it belongs to, or null.</summary>
    public string? Category { get; init; }

    /// <summary>The coding rule that gives identifiers to items registered without one, or null.</summary>
    public string? CodingRule { get; init; }

    /// <summary>The template this one was copied from, <c>code/version</c>, or null.</summary>
    public string? CopiedFrom { get; init; }

    /// <summary>The attributes, in the order people see.</summary>
    public IReadOnlyList<AttributeDefinition> Attributes { get; init; } = [];

    /// <summary>The log entry that last changed it; not part of the document.</summary>
    [JsonIgnore]
    public long Sequence { get; init; }

    /// <summary>The attribute of a code, or null.</summary>
    public AttributeDefinition? Find(string code)
    {
        _byCode ??= Attributes.ToDictionary(a => a.Code, StringComparer.Ordinal);
        return _byCode.GetValueOrDefault(code);
    }
}
