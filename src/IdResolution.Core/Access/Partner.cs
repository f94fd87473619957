using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Access;

/// <summary>The document of a partner: another company, to which keys are tied and grants are given.</summary>
public sealed record Partner
{
    /// <summary>The start of the document's code.</summary>
    public const string CodePrefix = "partner:";

    /// <summary>The code, such as <c>byd</c>: 1 to 64 of a-z, 0-9 and hyphens. It never changes.</summary>
    public required string Code { get; init; }

    /// <summary>What the partner is called, for people.</summary>
    public Names? Names { get; init; }

    /// <summary>The identifier of its record of template <c>company</c>; null for none.</summary>
    public string? Company { get; init; }

    /// <summary>The groups it is in, in the same form as codes. A group is there once a partner is in it.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The object number, by which the log names it; not part of the document.</summary>
    [JsonIgnore]
    public long Object { get; init; }

    /// <summary>The code of the document.</summary>
    [JsonIgnore]
    public string DocumentCode => CodePrefix + Code;
}
