using IdResolution.Core.Templates;

namespace IdResolution.Core.Analysis;

/// <summary>Which items are compared: those named, or those of a template that a search finds.</summary>
public sealed record ItemChoice
{
    /// <summary>The identifiers; null for a search.</summary>
    public IReadOnlyList<string>? Identifiers { get; init; }

    /// <summary>The code of the template.</summary>
    public string? Template { get; init; }

    /// <summary>The value that a searchable attribute of the template has; at most one.</summary>
    public IReadOnlyList<KeyValuePair<string, InputValue>> Attributes { get; init; } = [];

    /// <summary>Registered at this time or later, in microseconds since 1970 UTC.</summary>
    public long? From { get; init; }

    /// <summary>Registered before this time, in microseconds since 1970 UTC.</summary>
    public long? To { get; init; }
}
