using IdResolution.Server.CommandLine.Shared;
using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Events;

/// <summary>Says which column of a CSV file is which member of an event or a link.</summary>
internal sealed class EventColumns
{
    /// <summary>Lists of things.</summary>
    public static readonly string[] Lists =
    [
        "items",
        "inputs",
        "outputs",
        "children",
        "equipment",
        "tools",
        "persons",
        "documents",
    ];

    /// <summary>Single things.</summary>
    public static readonly string[] Things = ["parent", "process", "step", "place", "from", "to"];

    /// <summary>What things have beside their name.</summary>
    public static readonly string[] OfThings = ["quantity", "unit", "position", "type"];

    private static readonly string[] s_texts =
    [
        "type",
        "time",
        "zone",
        "source",
        "sourceKey",
        "id",
        "disposition",
        "reason",
        "scope",
        "corrects",
        "as",
        "holds",
        "defects",
        "measurements",
        "quantity",
        "unit",
        "position",
    ];

    private static readonly HashSet<string> s_known = new(
        [
            .. s_texts,
            .. Lists,
            .. Things,
            .. Lists.Concat(Things).SelectMany(thing => OfThings.Select(of => $"{thing}.{of}")),
        ],
        StringComparer.OrdinalIgnoreCase
    );

    private EventColumns(IReadOnlyList<(string Member, int Column)> members, IReadOnlyList<string> unused) =>
        (Members, Unused) = (members, unused);

    /// <summary>The members that columns have, and the positions of these.</summary>
    public IReadOnlyList<(string Member, int Column)> Members { get; }

    /// <summary>The names of columns that are not read.</summary>
    public IReadOnlyList<string> Unused { get; }

    /// <summary>Makes it from the names of the columns and the options <c>--map</c>.</summary>
    /// <exception cref="OperatorException">A column or member does not exist, or the type has no column.</exception>
    public static EventColumns Make(IReadOnlyList<string> header, IReadOnlyList<string> map)
    {
        var members = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in map)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == text.Length - 1)
            {
                throw new OperatorException(
                    $"--map: '{text}' must be MEMBER=COLUMN.",
                    $"--map：'{text}' 应为 字段=列名。"
                );
            }
            Add(members, MemberOf(text[..at]) ?? throw Unknown(text[..at]), Find(header, text[(at + 1)..]));
        }
        var mapped = members.Values.ToHashSet();
        for (var i = 0; i < header.Count; i++)
        {
            if (!mapped.Contains(i) && MemberOf(header[i]) is { } member && !members.ContainsKey(member))
            {
                Add(members, member, i);
            }
        }
        if (!members.ContainsKey("type"))
        {
            throw new OperatorException(
                $"No column is named type: it says what happened. Use --map type=COLUMN. {ListOf(header).En}",
                $"没有名为 type 的列，它说明发生了什么。请用 --map type=列名。{ListOf(header).Zh}"
            );
        }
        return new EventColumns(
            [.. members.Select(pair => (pair.Key, pair.Value))],
            [.. header.Where((_, i) => !members.ContainsValue(i))]
        );
    }

    private static void Add(Dictionary<string, int> members, string member, int column)
    {
        if (!members.TryAdd(member, column))
        {
            throw new OperatorException($"--map: {member} is mapped twice.", $"--map：{member} 重复给出。");
        }
    }

    /// <summary>A member in its right spelling, or one of somebody else's namespace; null for another name.</summary>
    private static string? MemberOf(string name)
    {
        if (s_known.TryGetValue(name, out var member))
        {
            return member;
        }
        return name.Contains(':', StringComparison.Ordinal) ? name : null;
    }

    private static int Find(IReadOnlyList<string> header, string name)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].Equals(name.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }
        throw new OperatorException(
            $"--map: there is no column {name}. {ListOf(header).En}",
            $"--map：没有列 {name}。{ListOf(header).Zh}"
        );
    }

    private static OperatorException Unknown(string name)
    {
        var known = s_known.Where(member => !member.Contains('.', StringComparison.Ordinal)).ToList();
        return new OperatorException(
            $"--map: events and links have no member {name}. There are: {string.Join(", ", known)}; and of things such "
                + "as inputs.quantity.",
            $"--map：事件和关联没有字段 {name}。可用：{string.Join("、", known)}；以及对象的字段，如 inputs.quantity。"
        );
    }

    private static Core.Primitives.Text ListOf(IReadOnlyList<string> header)
    {
        var names = header.Select(TerminalText.OneLine).ToList();
        return new($"Columns of the file: {string.Join(", ", names)}.", $"文件的列：{string.Join("、", names)}。");
    }
}
