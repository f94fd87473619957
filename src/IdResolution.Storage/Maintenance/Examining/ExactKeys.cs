using IdResolution.Core.Catalog;
using IdResolution.Core.Primitives;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Lists the business keys that are found by their exact spelling alone: another item has a key that folds to the same.
/// They are no fault, but somebody should decide whether the two are one item.
/// </summary>
internal static class ExactKeys
{
    private const int MaxNamed = 10;

    /// <summary>Names the first pairs, and says how many there are; empty if there are none.</summary>
    public static Text Describe(Examination examination, NodeCatalog catalog)
    {
        var count = 0;
        var pairs = new List<Text>();
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
                    pairs.Add(
                        new(
                            $"{source.Code} '{key}' of {identifier}, which folds to '{source.Fold(key)}'",
                            $"{identifier} 的 {source.Code} '{key}'，统一后为 '{source.Fold(key)}'"
                        )
                    );
                }
            }
        }
        if (count == 0)
        {
            return Text.Foreign("");
        }
        if (count > pairs.Count)
        {
            pairs.Add(new($"and {count - pairs.Count:N0} more", $"另有 {count - pairs.Count:N0} 个"));
        }
        var named = Text.Join("; ", "；", pairs);
        return new(
            $"; {count:N0} found by exact spelling alone, since another item has the folded key: {named.En}",
            $"；{count:N0} 个只能按原样查到，因统一大小写和全半角后与其他标识的业务主键相同：{named.Zh}"
        );
    }
}
