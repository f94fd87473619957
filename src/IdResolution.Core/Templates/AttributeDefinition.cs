using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>One attribute of a template: its type and the rules its values obey.</summary>
public sealed record AttributeDefinition
{
    /// <summary>The first Handle index that attributes have.</summary>
    public const int FirstIndex = 2000;

    /// <summary>Before the code in stored states; part of the log format.</summary>
    public const string StatePrefix = "a:";

    private readonly string? _pattern;
    private Regex? _regex;

    /// <summary>
    /// 1 to 50 of letters, digits, <c>_</c>, <c>-</c>, <c>.</c>, beginning with a letter; unique in its template.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>Names for people.</summary>
    public Names? Names { get; init; }

    /// <summary>The type of each value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public AttributeType Type { get; init; }

    /// <summary>Unit of measure (UCUM or plain text), for people.</summary>
    public string? Unit { get; init; }

    /// <summary>A record without a value is refused.</summary>
    public bool Required { get; init; }

    /// <summary>Holds a list of values, in the order given.</summary>
    public bool Repeated { get; init; }

    /// <summary>No two active records of the template code have the same value.</summary>
    public bool Unique { get; init; }

    /// <summary>A regular expression the whole value matches, without backreferences or lookarounds.</summary>
    public string? Pattern
    {
        get => _pattern;
        init => (_pattern, _regex) = (value, null);
    }

    /// <summary>Least value: a number, date or date-time, as text.</summary>
    [JsonConverter(typeof(NumberOrTextConverter))]
    public string? Minimum { get; init; }

    /// <summary>Greatest value: a number, date or date-time, as text.</summary>
    [JsonConverter(typeof(NumberOrTextConverter))]
    public string? Maximum { get; init; }

    /// <summary>Least length in Unicode characters.</summary>
    public int? MinLength { get; init; }

    /// <summary>Greatest length in Unicode characters.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The values of a <see cref="AttributeType.Choice"/>.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>A disabled attribute takes no new values and is not shown; its index stays taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public AttributeState State { get; init; }

    /// <summary>The Handle index, 2000 and up; the same in all versions of a template code.</summary>
    public int Index { get; init; }

    /// <summary>Who may see it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Visibility Visibility { get; init; }

    /// <summary>Values are indexed for search.</summary>
    public bool Searchable { get; init; }

    /// <summary>The pattern, anchored and compiled for linear time; null where there is none.</summary>
    internal Regex? Regex =>
        Pattern is null
            ? null
            : _regex ??= new Regex($@"^(?:{Pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
