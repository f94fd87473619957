using IdResolution.Core.Templates;

namespace IdResolution.Core.Snms;

/// <summary>
/// An attribute of a template, as a caller of the SNMS protocol gave it. Members are null where absent.
/// </summary>
public sealed record SnmsTemplateItem
{
    /// <summary>The Chinese name.</summary>
    public string? Name { get; init; }

    /// <summary>The English name, which is the type of values.</summary>
    public string? IdType { get; init; }

    /// <summary>The index of values; the node gives one where it is null and the edition allows that.</summary>
    public int? IdIndex { get; init; }

    /// <summary>True if a registration without a value is refused.</summary>
    public bool Required { get; init; }

    /// <summary>Whether it takes values; null leaves that alone.</summary>
    public AttributeState? State { get; init; }

    /// <summary>True if lengths and type were given at all.</summary>
    public bool HasMetadata { get; init; }

    /// <summary>The type of values: <c>string</c>, or null for that.</summary>
    public string? Type { get; init; }

    /// <summary>The least length, in characters.</summary>
    public int? MinLength { get; init; }

    /// <summary>The greatest length, in characters.</summary>
    public int? MaxLength { get; init; }
}
