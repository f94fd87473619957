using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Access;

/// <summary>
/// The part of records that a kind of caller sees. There is one object of each kind, so callers with the same object
/// see the same. Caches and entity tags use its identity. Immutable.
/// </summary>
public sealed class Projection
{
    // The most hidden visibility that is still shown.
    private readonly Visibility _deepest;

    private Projection(string id, Visibility deepest)
    {
        Id = id;
        _deepest = deepest;
    }

    /// <summary>Shows public attributes, and raw values with public read.</summary>
    public static Projection Public { get; } = new("public", Visibility.Public);

    /// <summary>Shows partner attributes too.</summary>
    public static Projection Partner { get; } = new("partner", Visibility.Partner);

    /// <summary>Shows all attributes and the business key, and raw values with public read.</summary>
    public static Projection Full { get; } = new("full", Visibility.Private);

    /// <summary>Shows everything except secrets.</summary>
    public static Projection Admin { get; } = new("admin", Visibility.Private) { ShowsAllValues = true };

    /// <summary>The unique name, in lower case; part of entity tags.</summary>
    public string Id { get; }

    /// <summary>True if source and business key are shown. They are internal to the company.</summary>
    public bool ShowsBusinessKey => _deepest == Visibility.Private;

    private bool ShowsAllValues { get; init; }

    /// <summary>The projection for a role.</summary>
    public static Projection Of(Role role) =>
        role switch
        {
            Role.Admin => Admin,
            Role.Registrar or Role.Reader => Full,
            Role.Partner => Partner,
            _ => Public,
        };

    /// <summary>True if the values of an attribute are shown. A disabled attribute is never shown.</summary>
    public bool Shows(AttributeDefinition attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return attribute.State == AttributeState.Active && attribute.Visibility >= _deepest;
    }

    /// <summary>True if a raw value is shown. A secret is never shown.</summary>
    public bool Shows(RawValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return !value.IsSecret && (ShowsAllValues || value.Permissions.HasFlag(Permissions.PublicRead));
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
