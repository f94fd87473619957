using System.Text.Json.Serialization;
using IdResolution.Core.Primitives;

namespace IdResolution.Core.Templates;

/// <summary>One numbered version of a template (元数据模板): a kind of item and its attributes.</summary>
public sealed record Template
{
    /// <summary>What the suffixes of templates' own identifiers begin with; no item's does.</summary>
    public const string IdentifierPrefix = "META_";

    private readonly IReadOnlyList<AttributeDefinition> _attributes = [];
    private Dictionary<string, int>? _positions;
    private int[]? _positionsByCode;
    private string[]? _stateCodes;
    private byte[][]? _stateCodesUtf8;

    /// <summary>1 to 50 lower-case letters, digits and hyphens; the same for all versions.</summary>
    public required string Code { get; init; }

    /// <summary>1 and up.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Version { get; init; } = 1;

    /// <summary>Draft, published or withdrawn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public TemplateState State { get; init; }

    /// <summary>The template's own identifier, <c>prefix/META_…</c>; the same for all versions.</summary>
    public string Identifier { get; init; } = "";

    /// <summary>Names for people.</summary>
    public Names? Names { get; init; }

    /// <summary>What it is for.</summary>
    public Names? Description { get; init; }

    /// <summary>The code of the category (数据分类) it belongs to, or null.</summary>
    public string? Category { get; init; }

    /// <summary>The coding rule that gives identifiers to items registered without one, or null.</summary>
    public string? CodingRule { get; init; }

    /// <summary>The template this one was copied from, <c>code/version</c>, or null.</summary>
    public string? CopiedFrom { get; init; }

    /// <summary>The attributes, in the order people see.</summary>
    public IReadOnlyList<AttributeDefinition> Attributes
    {
        get => _attributes;
        init
        {
            // A copy made by "with" brings the derived tables of its original.
            // A document that names no attributes has none: the JSON reader gives null then.
            (_attributes, _positions, _positionsByCode, _stateCodes, _stateCodesUtf8) = (
                value ?? [],
                null,
                null,
                null,
                null
            );
        }
    }

    /// <summary>The log entry that last changed it; not part of the document.</summary>
    [JsonIgnore]
    public long Sequence { get; init; }

    /// <summary><c>code/version</c>.</summary>
    [JsonIgnore]
    public string Reference => $"{Code}/{Version}";

    /// <summary>The codes of attributes in stored states, by position.</summary>
    internal string[] StateCodes =>
        _stateCodes ??= [.. Attributes.Select(a => AttributeDefinition.StatePrefix + a.Code)];

    /// <summary>Positions in <see cref="Attributes"/> in ordinal order of code.</summary>
    internal int[] PositionsByCode =>
        _positionsByCode ??= [
            .. Enumerable.Range(0, Attributes.Count).OrderBy(i => Attributes[i].Code, StringComparer.Ordinal),
        ];

    /// <summary>
    /// The attribute of a code in a state, or null. States hold attributes in this order, so that the search begins
    /// behind the last one found.
    /// </summary>
    /// <param name="code">UTF-8, as in <see cref="StateCodes"/>.</param>
    /// <param name="next">Where to begin; 0 at first.</param>
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

    /// <summary>The position of an attribute in <see cref="Attributes"/>, or -1.</summary>
    public int PositionOf(string code)
    {
        _positions ??= Enumerable
            .Range(0, Attributes.Count)
            .ToDictionary(i => Attributes[i].Code, StringComparer.Ordinal);
        return _positions.TryGetValue(code, out var position) ? position : -1;
    }

    /// <summary>The attribute of a code, or null.</summary>
    public AttributeDefinition? Find(string code) =>
        PositionOf(code) is var position and >= 0 ? Attributes[position] : null;

    /// <summary>True where an attribute, disabled ones included, has the index.</summary>
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

    /// <summary>Templates are the same where they are the same object: the catalog holds one of each version.</summary>
    public bool Equals(Template? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
