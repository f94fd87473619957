using System.Collections.Frozen;

namespace IdResolution.Core.Access;

/// <summary>The items that a grant covers, made ready to be asked. Immutable.</summary>
internal sealed class GrantScope
{
    private readonly FrozenSet<string> _templates;
    private readonly (int Attribute, FrozenSet<string> Values)[] _conditions;

    /// <summary>Makes the scope of a grant.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="attributes">The codes of attributes of which items are read. Those it needs are added.</param>
    public GrantScope(Grant grant, List<string> attributes)
    {
        Grant = grant;
        _templates = grant.Templates.ToFrozenSet(StringComparer.Ordinal);
        _conditions =
        [
            .. grant.Where.Select(condition =>
                (IndexOf(condition.Attribute, attributes), condition.Values.ToFrozenSet(StringComparer.Ordinal))
            ),
        ];
    }

    public Grant Grant { get; }

    /// <summary>True if an item is covered, by the code of its template and the values of its attributes.</summary>
    public bool Covers(string? template, IReadOnlyList<string>?[] values)
    {
        if (_templates.Count > 0 && (template is null || !_templates.Contains(template)))
        {
            return false;
        }
        foreach (var (attribute, wanted) in _conditions)
        {
            if (values[attribute] is not { } items || !items.Any(wanted.Contains))
            {
                return false;
            }
        }
        return true;
    }

    private static int IndexOf(string attribute, List<string> attributes)
    {
        var index = attributes.IndexOf(attribute);
        if (index < 0)
        {
            index = attributes.Count;
            attributes.Add(attribute);
        }
        return index;
    }
}
