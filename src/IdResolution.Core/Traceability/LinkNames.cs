using IdResolution.Core.Events;

namespace IdResolution.Core.Traceability;

/// <summary>The names of kinds of links in protocols.</summary>
public static class LinkNames
{
    private static readonly (string Name, LinkKinds Kind)[] s_names =
    [
        ("consumes", LinkKinds.Consumes),
        ("contains", LinkKinds.Contains),
        ("covers", LinkKinds.Covers),
        ("ships", LinkKinds.Ships),
        ("produced-by", LinkKinds.ProducedBy),
        ("replaces", LinkKinds.Replaces),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [.. s_names.Select(static known => known.Name)];

    /// <summary>The name of one kind.</summary>
    public static string Of(LinkKinds kind)
    {
        foreach (var (name, known) in s_names)
        {
            if (known == kind)
            {
                return name;
            }
        }
        throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not one kind.");
    }

    /// <summary>
    /// The kinds with these names, in any case of letters; those of a genealogy where there are none. False for a name
    /// that is not known.
    /// </summary>
    public static bool TryParse(IEnumerable<string> names, out LinkKinds kinds)
    {
        ArgumentNullException.ThrowIfNull(names);
        kinds = LinkKinds.None;
        foreach (var name in names)
        {
            var kind = Find(name);
            if (kind == LinkKinds.None)
            {
                return false;
            }
            kinds |= kind;
        }
        if (kinds == LinkKinds.None)
        {
            kinds = LinkKinds.Genealogy;
        }
        return true;
    }

    private static LinkKinds Find(string name)
    {
        foreach (var (known, kind) in s_names)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }
        return LinkKinds.None;
    }
}
