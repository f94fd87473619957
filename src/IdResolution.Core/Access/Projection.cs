using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Access;

/// <summary>
/// The part of records that a kind of caller sees. There is one object of each kind, so callers with the same object
/// see the same. Caches use its identity, and entity tags its <see cref="Id"/>. Immutable.
/// </summary>
public sealed class Projection
{
    // More are forgotten: equal rules then have another object, which caches take for others, and the same id.
    private const int MostKept = 4_096;

    private static readonly ConcurrentDictionary<string, Projection> s_byRules = new(StringComparer.Ordinal);

    // The most hidden visibility that is still shown.
    private readonly Visibility _deepest;

    // Attributes that are shown besides.
    private readonly FrozenSet<string> _codes = [];

    private Projection(string id, Visibility deepest)
    {
        Id = id;
        _deepest = deepest;
    }

    private Projection(string rules, Visibility deepest, FrozenSet<string> codes)
        : this("g" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rules)).AsSpan(0, 12)), deepest) =>
        _codes = codes;

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

    /// <summary>
    /// The projection for field rules: the attributes down to a visibility, and others by code. Equal rules have the
    /// same object.
    /// </summary>
    /// <param name="deepest">The most hidden visibility that is shown.</param>
    /// <param name="codes">The codes of attributes that are shown whatever their visibility.</param>
    public static Projection Of(Visibility deepest, IEnumerable<string> codes)
    {
        if (deepest == Visibility.Private)
        {
            return Full;
        }
        var set = codes.ToFrozenSet(StringComparer.Ordinal);
        if (set.Count == 0)
        {
            return deepest == Visibility.Partner ? Partner : Public;
        }
        // Codes hold no blanks.
        var rules = $"{deepest} {string.Join(' ', set.Order(StringComparer.Ordinal))}";
        if (s_byRules.Count >= MostKept)
        {
            s_byRules.Clear();
        }
        return s_byRules.GetOrAdd(rules, static (text, of) => new Projection(text, of.deepest, of.set), (deepest, set));
    }

    /// <summary>True if the values of an attribute are shown. A disabled attribute is never shown.</summary>
    public bool Shows(AttributeDefinition attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return attribute.State == AttributeState.Active
            && (attribute.Visibility >= _deepest || (_codes.Count > 0 && _codes.Contains(attribute.Code)));
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
