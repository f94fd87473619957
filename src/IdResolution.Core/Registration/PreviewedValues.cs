using IdResolution.Core.Records;

namespace IdResolution.Core.Registration;

/// <summary>The unique values of items that were looked at and not written.</summary>
public sealed class PreviewedValues
{
    private readonly HashSet<string> _values = [];

    /// <summary>
    /// Adds the values of an item. If one is there already, adds nothing and gives the code of its attribute.
    /// </summary>
    internal string? FindTaken(IReadOnlyList<SideRow> rows)
    {
        var values = rows.Select(row => Convert.ToHexString(row.Encode(row.Values.Length))).ToList();
        var at = values.FindIndex(_values.Contains);
        if (at >= 0)
        {
            return rows[at].Field;
        }
        _values.UnionWith(values);
        return null;
    }
}
