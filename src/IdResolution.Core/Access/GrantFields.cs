using System.Text.Json.Serialization;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Access;

/// <summary>What a grant shows of the items that it covers, beyond their public attributes.</summary>
public sealed record GrantFields
{
    /// <summary>The codes of attributes that are shown whatever their visibility.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>The most hidden visibility of attributes that are shown. It always stands in the document.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Visibility Visibility { get; init; } = Visibility.Public;

    /// <summary>The types of the events that are shown, in lower case as protocols name them.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The kinds of the links that are shown and followed, as protocols name them.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>True if measurements, parameters and defects of those events are shown.</summary>
    public bool Measurements { get; init; }
}
