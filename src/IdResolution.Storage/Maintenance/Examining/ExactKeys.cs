using IdResolution.Core.Catalog;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Lists the business keys that are found by their exact spelling alone: another item has a key that folds to the same.
/// They are no fault, but somebody should decide whether the two are one item.
/// </summary>
internal static class ExactKeys
{
    private const int MaxNamed = 10;

    /// <summary>Names the first pairs, and says how many there are; empty if there are none.</summary>
    public static string Describe(Examination examination, NodeCatalog catalog)
    {
        var count = 0;
        var pairs = new List<string>();
        using (
            var rows = examination.Read(
                """
                SELECT k.source, k.[key], r.lookup_key FROM business_keys k JOIN records r ON r.object = k.object
                WHERE k.form = 1 ORDER BY k.source, k.folded
                """
            )
        )
        {
            while (rows.Step())
            {
                count++;
                if (pairs.Count < MaxNamed && catalog.FindSource(rows.Int64(0)) is { } source)
                {
                    var (key, identifier) = (rows.Text(1), new Core.Identifiers.LookupKey(rows.Bytes(2)));
                    pairs.Add($"{source.Code} '{key}' of {identifier}, which folds to '{source.Fold(key)}'");
                }
            }
        }
        if (count == 0)
        {
            return "";
        }
        var more = count > pairs.Count ? $"; and {count - pairs.Count:N0} more" : "";
        return $"; {count:N0} found by exact spelling alone, since another item has the folded key: "
            + $"{string.Join("; ", pairs)}{more}";
    }
}
