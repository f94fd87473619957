using IdResolution.Core.CodingRules;
using IdResolution.Core.Identifiers;

namespace IdResolution.Core.Catalog;

/// <summary>
/// Judges an identifier that is not registered by the check characters of the coding rules under its prefix, and says
/// what it may be a misreading of. Asks no store.
/// </summary>
internal sealed class Misreading
{
    // Each candidate costs a look into the store.
    private const int MaxCandidates = 8;

    // More places than this are not exchanged in pairs.
    private const int MaxPairs = 16;

    private readonly Identifier _identifier;
    private readonly string _suffix;
    private readonly List<CodingPattern> _rules = [];
    private readonly bool _isRight;

    /// <summary>Looks for the rules that would have given the identifier.</summary>
    public Misreading(Identifier identifier, NodeCatalog catalog)
    {
        _identifier = identifier;
        _suffix = identifier.Suffix.ToUpperInvariant();
        foreach (var (rule, pattern) in catalog.Rules.Values)
        {
            if (!Tells(rule, pattern, identifier, catalog))
            {
                continue;
            }
            _isRight |= pattern.Gives(_suffix);
            if (pattern.Resembles(_suffix) || Swapped().Any(pattern.Resembles))
            {
                _rules.Add(pattern);
            }
        }
        IsLikely = IsLikelyOf(identifier, catalog);
    }

    /// <summary>True if a rule would have given the identifier, but with other check characters.</summary>
    public bool IsLikely { get; }

    /// <summary>The same for the text of an identifier of this node.</summary>
    public static bool IsLikelyOf(string identifier, NodeCatalog catalog) =>
        Identifier.Parse(identifier).TryGet(out var parsed, out _) && IsLikelyOf(parsed, catalog);

    /// <summary>
    /// The same for an identifier. Looks for nothing that it may be a misreading of, and so costs little.
    /// </summary>
    public static bool IsLikelyOf(Identifier identifier, NodeCatalog catalog)
    {
        var suffix = identifier.Suffix.ToUpperInvariant();
        var isLikely = false;
        foreach (var (rule, pattern) in catalog.Rules.Values)
        {
            // Most rules are told apart by their length and first characters, so that is looked at first.
            if (!pattern.Resembles(suffix) || !Tells(rule, pattern, identifier, catalog))
            {
                continue;
            }
            if (pattern.Gives(suffix))
            {
                return false;
            }
            isLikely = true;
        }
        return isLikely;
    }

    /// <summary>True if a rule gives identifiers of this prefix that can be told by their check characters.</summary>
    private static bool Tells(CodingRule rule, CodingPattern pattern, Identifier identifier, NodeCatalog catalog)
    {
        var prefix = rule.Prefix ?? (catalog.Prefixes.Count > 0 ? catalog.Prefixes[0].Text : "");
        return pattern.IsTelling && prefix.Equals(identifier.Prefix.Text, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The identifiers with right check characters that differ by look-alikes exchanged or by two neighbours swapped.
    /// </summary>
    public IEnumerable<Identifier> Candidates() =>
        _isRight || _rules.Count == 0
            ? []
            : Exchanged()
                .Concat(Swapped())
                .Distinct(StringComparer.Ordinal)
                .Where(suffix => _rules.Exists(rule => rule.Gives(suffix)))
                .Take(MaxCandidates)
                .Select(suffix => Identifier.Parse($"{_identifier.Prefix}/{suffix}").Value);

    private IEnumerable<string> Swapped()
    {
        for (var i = 0; i + 1 < _suffix.Length; i++)
        {
            if (_suffix[i] != _suffix[i + 1])
            {
                yield return $"{_suffix[..i]}{_suffix[i + 1]}{_suffix[i]}{_suffix[(i + 2)..]}";
            }
        }
    }

    /// <summary>One place exchanged, then all with the same character, then two.</summary>
    private IEnumerable<string> Exchanged()
    {
        var places = Enumerable.Range(0, _suffix.Length).Where(i => LookAlikes.Other(_suffix[i]) is not null).ToList();
        foreach (var place in places)
        {
            yield return With(place);
        }
        foreach (var c in places.Select(place => _suffix[place]).Distinct().ToList())
        {
            yield return _suffix.Replace(c, LookAlikes.Other(c)!.Value);
        }
        for (var i = 0; i < places.Count && places.Count <= MaxPairs; i++)
        {
            for (var j = i + 1; j < places.Count; j++)
            {
                yield return With(places[i], places[j]);
            }
        }
    }

    private string With(params ReadOnlySpan<int> places)
    {
        var changed = _suffix.ToCharArray();
        foreach (var place in places)
        {
            changed[place] = LookAlikes.Other(changed[place])!.Value;
        }
        return new string(changed);
    }
}
