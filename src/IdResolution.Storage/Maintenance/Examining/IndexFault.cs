using IdResolution.Core.Catalog;
using IdResolution.Core.Records;
using IdResolution.Core.Views;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>
/// Finds the first entry whose record a side table differs from. It reads the records once more, so it is for a table
/// that is known to differ from records that are in order.
/// </summary>
internal sealed class IndexFault(Examination examination, NodeCatalog catalog)
{
    /// <summary>
    /// The first entry whose record lacks a row, or has another in its place; if none does, the first whose record has
    /// a row too many. Null if all rows too many are of no record.
    /// </summary>
    public long? FindEntry(SideTable table)
    {
        var check = SideTableCheck.Of(examination, table, catalog);
        var (lacking, exceeding) = (long.MaxValue, long.MaxValue);
        var highest = examination.Number("SELECT MAX(object) FROM records");
        for (var low = NextObject(0); low is { } first; )
        {
            var last = first + Math.Min(highest - first, IndexDifferences.MaxObjects - 1);
            var differences = check.Locate(first, last, Expected(table, first, last));
            foreach (var (number, sequence) in Newest(first, last))
            {
                lacking = differences.Lacks(number) ? Math.Min(lacking, sequence) : lacking;
                exceeding = differences.Exceeds(number) ? Math.Min(exceeding, sequence) : exceeding;
            }
            low = last < highest ? NextObject(last + 1) : null;
        }
        var entry = lacking < long.MaxValue ? lacking : exceeding;
        return entry < long.MaxValue ? entry : null;
    }

    private long? NextObject(long low)
    {
        using var rows = examination.Read(
            "SELECT object FROM records WHERE object >= @low ORDER BY object",
            ("@low", low)
        );
        return rows.Step() ? rows.Int64(0) : null;
    }

    private IEnumerable<(long Object, SideRow Row)> Expected(SideTable table, long low, long high)
    {
        using var rows = examination.Read(
            """
            SELECT r.object, r.lookup_key, r.sequence, r.version, r.status, v.state
            FROM records r JOIN versions v ON v.sequence = r.sequence
            WHERE r.object >= @low AND r.object <= @high
            """,
            ("@low", low),
            ("@high", high)
        );
        while (rows.Step())
        {
            var record = new StoredRecord
            {
                Object = rows.Int64(0),
                Key = new Core.Identifiers.LookupKey(rows.Bytes(1)),
                Sequence = rows.Int64(2),
                Version = rows.Int64(3),
                Status = (RecordStatus)rows.Int64(4),
                Digest = [],
                CreatedAt = 0,
                UpdatedAt = 0,
                State = rows.Bytes(5),
            };
            var required = table.OutlivesRecords ? KeyRows.Of(record, catalog, _ => { }) : RowsOf(record);
            foreach (var row in required.Where(r => r.Table == table))
            {
                yield return (record.Object, row);
            }
        }
    }

    private List<SideRow> RowsOf(StoredRecord record) =>
        RecordReader.ContentOf(record, catalog) is { } content ? SideTables.RowsOf(content) : [];

    /// <summary>The objects of a range, each with the entry of its newest version.</summary>
    private IEnumerable<(long Object, long Sequence)> Newest(long low, long high)
    {
        using var rows = examination.Read(
            """
            SELECT v.object, v.sequence FROM versions v
            WHERE v.object >= @low AND v.object <= @high
            ORDER BY v.object, v.version
            """,
            ("@low", low),
            ("@high", high)
        );
        (long Object, long Sequence)? last = null;
        while (rows.Step())
        {
            if (last is { } done && done.Object != rows.Int64(0))
            {
                yield return done;
            }
            last = (rows.Int64(0), rows.Int64(1));
        }
        if (last is { } end)
        {
            yield return end;
        }
    }
}
