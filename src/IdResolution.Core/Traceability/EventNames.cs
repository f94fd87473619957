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
    public static string Of(LinkKinds kind) => s_kinds.First(k => k.Value == kind).Key;

    /// <summary>Reads the name of a type.</summary>
    public static bool TryParse(string? name, out EventType type) => s_types.TryGetValue(name ?? "", out type);

    /// <summary>Reads the name of a kind of links.</summary>
    public static bool TryParse(string? name, out LinkKinds kind) => s_kinds.TryGetValue(name ?? "", out kind);
}
