using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Access;

/// <summary>
/// What somebody sees of records: an identity that caches and entity tags go by, and a predicate over attributes and
/// raw values. There is one object for each; two callers with the same one see the same. Immutable.
/// </summary>
public sealed class Projection
{
    // From the most hidden to what everyone sees: what is shown is this or further on.
    private readonly Visibility _deepest;

    private Projection(string id, Visibility deepest)
    {
        Id = id;
        _deepest = deepest;
    }

    /// <summary>Public attributes; raw values with public read.</summary>
    public static Projection Public { get; } = new("public", Visibility.Public);

    /// <summary>Also partner attributes.</summary>
    public static Projection Partner { get; } = new("partner", Visibility.Partner);

    /// <summary>All attributes and the business key; raw values with public read.</summary>
    public static Projection Full { get; } = new("full", Visibility.Private);

    /// <summary>Everything but secrets.</summary>
    public static Projection Admin { get; } = new("admin", Visibility.Private) { ShowsAllValues = true };

    /// <summary>The identity: lower case, unique.</summary>
    public string Id { get; }

    /// <summary>
    /// Whether source and business key are shown: which system registered an item is the company's own business.
    /// </summary>
    public bool ShowsBusinessKey => _deepest == Visibility.Private;

    private bool ShowsAllValues { get; init; }

    /// <summary>What a role sees.</summary>
    public static Projection Of(Role role) =>
        role switch
        {
            Role.Admin => Admin,
            Role.Registrar or Role.Reader => Full,
            Role.Partner => Partner,
            _ => Public,
        };

    /// <summary>Whether an attribute's value is shown; no disabled one is.</summary>
    public bool Shows(AttributeDefinition attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return attribute.State == AttributeState.Active && attribute.Visibility >= _deepest;
    }

    /// <summary>Whether a raw value is shown; no secret is.</summary>
    public bool Shows(RawValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return !value.IsSecret && (ShowsAllValues || value.Permissions.HasFlag(Permissions.PublicRead));
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
