using IdResolution.Core.Errors;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Registration;

/// <summary>An item to register, as a front end decoded it.</summary>
public sealed record RegistrationRequest
{
    /// <summary>What could not be read of it; null for nothing. It is refused, for all that is wrong.</summary>
    public Error? Misread { get; init; }

    /// <summary>The code of the template; null for a record with only raw values.</summary>
    public string? Template { get; init; }

    /// <summary>The identifier; null if the template's coding rule gives one.</summary>
    public string? Identifier { get; init; }

    /// <summary>The system that registers the item, such as <c>mes</c>. A key needs it.</summary>
    public string? Source { get; init; }

    /// <summary>The item's key in that system. The same key again means the same item.</summary>
    public string? SourceKey { get; init; }

    /// <summary>More keys of the item, of this source or of others.</summary>
    public IReadOnlyList<BusinessKey> FurtherKeys { get; init; } = [];

    /// <summary>The first key; null if the item has none.</summary>
    internal BusinessKey? FirstKey => SourceKey is null ? null : new BusinessKey(Source!, SourceKey);

    /// <summary>The attribute values by code. A code may occur once.</summary>
    public IReadOnlyList<KeyValuePair<string, InputValue>> Attributes { get; init; } = [];

    /// <summary>The raw Handle values, secrets in their plain form.</summary>
    public IReadOnlyList<RawValue> Values { get; init; } = [];

    /// <summary>
    /// The attributes that the sender knows, if it knows not all of the item. Others, raw values and further keys are
    /// not compared when the item comes again. Null for all.
    /// </summary>
    public IReadOnlySet<string>? Known { get; init; }

    /// <summary>True if the registration may reinstate a tombstone.</summary>
    public bool Reinstate { get; init; }
}
