using System.Text;
using IdResolution.Core.Records;

namespace IdResolution.Core.Catalog;

/// <summary>The rows of <see cref="BusinessKeys.Table"/> that records require, to check the table by.</summary>
public static class KeyRows
{
    /// <summary>The rows for a record's keys, folded, and a fault for each key whose source is not there.</summary>
    public static IEnumerable<SideRow> Of(StoredRecord record, NodeCatalog catalog, Action<string> missing)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(missing);
        foreach (var (code, key) in RecordState.KeysOf(record.State))
        {
            if (key is null)
            {
                continue;
            }
            if (catalog.FindSource(code, PrefixOf(record)) is { } source)
            {
                yield return source.RowOf(key);
            }
            else
            {
                missing(code);
            }
        }
    }

    /// <summary>
    /// The row that a record requires for a row of the table. A key that is found by its exact spelling stands for the
    /// folded one; of an erased key, no record knows. Such rows are there only where their source says so.
    /// </summary>
    public static SideRow? Required(SideRow row, NodeCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(catalog);
        if (catalog.FindSource(row.Values[0].Number) is not { HasOtherForms: true } source)
        {
            return row;
        }
        return BusinessKeys.FormOf(row) switch
        {
            KeyForm.Exact when row.Values[1].Bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(row.Values[3].Text)) =>
                source.RowOf(row.Values[3].Text),
            KeyForm.Erased => null,
            _ => row,
        };
    }

    /// <summary>The prefix of a record, folded.</summary>
    internal static string PrefixOf(StoredRecord record) => record.Key.ToString().Split('/')[0];
}
