using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>The names of types of events and of kinds of links, as all protocols write them.</summary>
public static class EventNames
{
    private static readonly Dictionary<string, EventType> s_types = Enum.GetValues<EventType>()
        .ToDictionary(Of, StringComparer.Ordinal);

    private static readonly Dictionary<string, LinkKinds> s_kinds = new(StringComparer.Ordinal)
    {
        ["consumes"] = LinkKinds.Consumes,
        ["contains"] = LinkKinds.Contains,
        ["covers"] = LinkKinds.Covers,
        ["ships"] = LinkKinds.Ships,
        ["produced-by"] = LinkKinds.ProducedBy,
        ["replaces"] = LinkKinds.Replaces,
    };

    /// <summary>The names of all types of events.</summary>
    public static IReadOnlyCollection<string> Types => s_types.Keys;

    /// <summary>The names of all kinds of links.</summary>
    public static IReadOnlyCollection<string> Kinds => s_kinds.Keys;

    /// <summary>The name of a type, in lower case.</summary>
    public static string Of(EventType type) => type.ToString().ToLowerInvariant();

    /// <summary>The name of one kind of links.</summary>
    public static string Of(LinkKinds kind)
    {
        foreach (var (name, known) in s_kinds)
        {
            if (known == kind)
            {
                return name;
            }
        }
        throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not one kind.");
    }

    /// <summary>Reads the name of a type.</summary>
    public static bool TryParse(string? name, out EventType type) => s_types.TryGetValue(name ?? "", out type);

    /// <summary>Reads the name of a kind of links.</summary>
    public static bool TryParse(string? name, out LinkKinds kind) => s_kinds.TryGetValue(name ?? "", out kind);

    /// <summary>
    /// The kinds with these names, in any case of letters; those of a genealogy where there are none. False for a name
    /// that is not known.
    /// </summary>
    public static bool TryParse(IReadOnlyList<string> names, out LinkKinds kinds)
    {
        ArgumentNullException.ThrowIfNull(names);
        kinds = names.Count == 0 ? LinkKinds.Genealogy : LinkKinds.None;
        foreach (var name in names)
        {
            if (!TryParse(name.ToLowerInvariant(), out LinkKinds kind))
            {
                return false;
            }
            kinds |= kind;
        }
        return true;
    }
}
