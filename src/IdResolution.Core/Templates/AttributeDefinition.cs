using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>One attribute of a template: its type and the rules for its values. Immutable.</summary>
public sealed record AttributeDefinition
{
    /// <summary>The lowest Handle index of an attribute.</summary>
    public const int FirstIndex = 2000;

    /// <summary>The start of an attribute's code in stored states; part of the log format.</summary>
    public const string StatePrefix = "a:";

    private readonly IReadOnlyDictionary<string, Names>? _choiceNames;
    private readonly string? _pattern;
    private Regex? _regex;

    /// <summary>
    /// 1 to 50 letters, digits, <c>_</c>, <c>-</c> or <c>.</c>, beginning with a letter but not with <c>HS_</c>; unique
    /// in the template.
    /// </summary>
    public required string Code { get; init; }

    /// <summary>The names shown to people; null shows the code.</summary>
    public Names? Names { get; init; }

    /// <summary>The type of a value, or of each value if <see cref="Repeated"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public AttributeType Type { get; init; }

    /// <summary>The unit of measure for people, in UCUM or plain text. It is not checked.</summary>
    public string? Unit { get; init; }

    /// <summary>The unit as it is shown in each language; null shows <see cref="Unit"/>.</summary>
    public Names? UnitNames { get; init; }

    /// <summary>True if a registration without a value is refused.</summary>
    public bool Required { get; init; }

    /// <summary>True if the attribute holds a list of values, in the order given.</summary>
    public bool Repeated { get; init; }

    /// <summary>True if no two active records of the template code may have the same value.</summary>
    public bool Unique { get; init; }

    /// <summary>A regular expression for the whole text, without backreferences or lookarounds, or null.</summary>
    public string? Pattern
    {
        get => _pattern;
        init => (_pattern, _regex) = (value, null);
    }

    /// <summary>The lowest value allowed, as text: a number, date or date-time; null for no limit.</summary>
    [JsonConverter(typeof(NumberOrTextConverter))]
    public string? Minimum { get; init; }

    /// <summary>The greatest value allowed, as text: a number, date or date-time; null for no limit.</summary>
    [JsonConverter(typeof(NumberOrTextConverter))]
    public string? Maximum { get; init; }

    /// <summary>The least length of a text, in Unicode characters; null for no limit.</summary>
    public int? MinLength { get; init; }

    /// <summary>The greatest length in Unicode characters; null for <see cref="ValueCodec.MaxTextLength"/>.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The values allowed for type <see cref="AttributeType.Choice"/>; null for other types.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>
    /// The names of <see cref="Choices"/> shown to people; a choice without one is shown as it is. They have one order,
    /// whatever order they are given in.
    /// </summary>
    public IReadOnlyDictionary<string, Names>? ChoiceNames
    {
        get => _choiceNames;
        init =>
            _choiceNames = value is null
                ? null
                : new SortedDictionary<string, Names>(
                    value.ToDictionary(StringComparer.Ordinal),
                    StringComparer.Ordinal
                );
    }

    /// <summary>A disabled attribute takes no new values and is not shown. Its index stays reserved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public AttributeState State { get; init; }

    /// <summary>The Handle index, 2000 or more; the same in all versions of a template code.</summary>
    public int Index { get; init; }

    /// <summary>Who may see the attribute and its values.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Visibility Visibility { get; init; }

    /// <summary>True if the values are in the search index.</summary>
    public bool Searchable { get; init; }

    /// <summary>The unit in a language, or null.</summary>
    public string? UnitIn(Language language) => Unit is null ? null : UnitNames?.In(language, Unit) ?? Unit;

    /// <summary>The pattern, anchored and compiled to run in linear time; null if there is none.</summary>
    internal Regex? Regex =>
        Pattern is null
            ? null
            : _regex ??= new Regex($@"^(?:{Pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
