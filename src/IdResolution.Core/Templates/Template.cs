using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>One numbered version of a template (元数据模板): a kind of item and its attributes.</summary>
public sealed record Template
{
    /// <summary>The start of the suffix of a template's own identifier. No item may have such a suffix.</summary>
    public const string IdentifierPrefix = "META_";

    private readonly IReadOnlyList<AttributeDefinition> _attributes = [];
    private bool? _isPlainText;
    private Dictionary<string, int>? _positions;
    private int[]? _positionsByCode;
    private string[]? _stateCodes;
    private byte[][]? _stateCodesUtf8;

    /// <summary>1 to 50 lower-case letters, digits and hyphens; the same for all versions.</summary>
    public required string Code { get; init; }

    /// <summary>The version number, 1 or more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Version { get; init; } = 1;

    /// <summary>The state of this version: draft, published or withdrawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public TemplateState State { get; init; }

    /// <summary>
    /// The template's own identifier, <c>prefix/META_…</c>, set by the node; the same for all versions. Its prefix is
    /// that of the template, or else the node's first.
    /// </summary>
    public string Identifier { get; init; } = "";

    /// <summary>
    /// The homed prefix that the template belongs to; null for the node. The same for all versions. It says no more
    /// than that, but the template's own identifier is under it.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>The names shown to people.</summary>
    public Names? Names { get; init; }

    /// <summary>The purpose of the template, for people.</summary>
    public Names? Description { get; init; }

    /// <summary>The code of its category (数据分类), or null.</summary>
    public string? Category { get; init; }

    /// <summary>The code of the coding rule that gives identifiers to items registered without one, or null.</summary>
    public string? CodingRule { get; init; }

    /// <summary>The <c>code/version</c> of the template that this one was copied from, or null.</summary>
    public string? CopiedFrom { get; init; }

    /// <summary>
    /// The version text (模板版本) by which the SNMS protocol finds the template, with its prefix; null for a template
    /// that is found by its code there. The same for all versions.
    /// </summary>
    public string? VersionText { get; init; }

    /// <summary>The industry that its items belong to, or null.</summary>
    public IndustryCodes? Industry { get; init; }

    /// <summary>1: its items carry an active identification carrier (主动标识载体). 2: another. Null: not said.</summary>
    public int? CarrierType { get; init; }

    /// <summary>What it says of its items in events; null where it says nothing.</summary>
    public TraceRules? Trace { get; init; }

    /// <summary>The text that names the template in the SNMS protocol.</summary>
    [JsonIgnore]
    public string SnmsVersion => VersionText ?? Code;

    /// <summary>True if every attribute holds one text, which is all that the SNMS protocol can show.</summary>
    [JsonIgnore]
    public bool IsPlainText => _isPlainText ??= IsAllText(_attributes);

    /// <summary>The attributes in the order shown to people.</summary>
    public IReadOnlyList<AttributeDefinition> Attributes
    {
        get => _attributes;
        init
        {
            // A copy made by "with" still has the derived tables of its original. The JSON reader gives null if the
            // document names no attributes.
            (_attributes, _isPlainText, _positions, _positionsByCode, _stateCodes, _stateCodesUtf8) = (
                value ?? [],
                null,
                null,
                null,
                null,
                null
            );
        }
    }

    /// <summary>The number of the log entry that last changed this version; not part of the document.</summary>
    [JsonIgnore]
    public long Sequence { get; init; }

    /// <summary>The text <c>code/version</c>, which names this version in records.</summary>
    [JsonIgnore]
    public string Reference => $"{Code}/{Version}";

    /// <summary>The attribute codes in stored states, in the order of <see cref="Attributes"/>.</summary>
    internal string[] StateCodes =>
        _stateCodes ??= [.. Attributes.Select(a => AttributeDefinition.StatePrefix + a.Code)];

    /// <summary>The positions in <see cref="Attributes"/>, ordered by code (ordinal).</summary>
    internal int[] PositionsByCode =>
        _positionsByCode ??= [
            .. Enumerable.Range(0, Attributes.Count).OrderBy(i => Attributes[i].Code, StringComparer.Ordinal),
        ];

    /// <summary>
    /// Finds the attribute of a state code, or null. States hold attributes in template order, so the search begins
    /// behind the last one found.
    /// </summary>
    /// <param name="code">The code in UTF-8, as in <see cref="StateCodes"/>.</param>
    /// <param name="next">Where to begin: 0 first, then the value that the last call set.</param>
    internal AttributeDefinition? FindInState(ReadOnlySpan<byte> code, ref int next)
    {
        var codes = _stateCodesUtf8 ??= Array.ConvertAll(StateCodes, System.Text.Encoding.UTF8.GetBytes);
        for (var i = 0; i < codes.Length; i++)
        {
            var position = (next + i) % codes.Length;
            if (code.SequenceEqual(codes[position]))
            {
                next = position + 1;
                return Attributes[position];
            }
        }
        return null;
    }

    /// <summary>The position of an attribute in <see cref="Attributes"/>, or -1. Codes are case-sensitive.</summary>
    public int PositionOf(string code)
    {
        _positions ??= Enumerable
            .Range(0, Attributes.Count)
            .ToDictionary(i => Attributes[i].Code, StringComparer.Ordinal);
        return _positions.TryGetValue(code, out var position) ? position : -1;
    }

    /// <summary>The attribute with this code, disabled ones included, or null.</summary>
    public AttributeDefinition? Find(string code) =>
        PositionOf(code) is var position and >= 0 ? Attributes[position] : null;

    /// <summary>True if an attribute has this Handle index, disabled ones included.</summary>
    public bool HasIndex(int index)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.Index == index)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>
    /// The position of the attribute at a Handle index, disabled ones included, or -1. Indexes mostly follow each
    /// other.
    /// </summary>
    public int PositionAt(int index)
    {
        var near = index - AttributeDefinition.FirstIndex;
        if ((uint)near < (uint)_attributes.Count && _attributes[near].Index == index)
        {
            return near;
        }
        for (var i = 0; i < _attributes.Count; i++)
        {
            if (_attributes[i].Index == index)
            {
                return i;
            }
        }
        return -1;
    }

    private static bool IsAllText(IReadOnlyList<AttributeDefinition> attributes)
    {
        for (var i = 0; i < attributes.Count; i++)
        {
            if (attributes[i].Type != AttributeType.Text || attributes[i].Repeated)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>True for the same object: the catalog holds one object for each version.</summary>
    public bool Equals(Template? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
