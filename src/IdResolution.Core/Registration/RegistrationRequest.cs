using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Registration;

/// <summary>An item to be registered, as a front end decoded it.</summary>
public sealed record RegistrationRequest
{
    /// <summary>Template code; null for a record of raw values alone.</summary>
    public string? Template { get; init; }

    /// <summary>The identifier; null lets the template's coding rule give one.</summary>
    public string? Identifier { get; init; }

    /// <summary>The system that registers, such as <c>mes</c>.</summary>
    public string? Source { get; init; }

    /// <summary>The item's key in that system: the same key twice is the same item.</summary>
    public string? SourceKey { get; init; }

    /// <summary>Attribute values by code.</summary>
    public IReadOnlyList<KeyValuePair<string, InputValue>> Attributes { get; init; } = [];

    /// <summary>Raw Handle values.</summary>
    public IReadOnlyList<RawValue> Values { get; init; } = [];

    /// <summary>Bring back a tombstone.</summary>
    public bool Reinstate { get; init; }
}
