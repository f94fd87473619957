using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>Checks that a side table has exactly the rows that active records require.</summary>
internal sealed class SideTableCheck(Examination examination, SideTable table)
{
    private readonly IndexSums _sums = new();

    /// <summary>Adds a row that a record requires.</summary>
    public void Expect(SideRow row, long objectNumber) => _sums.Expect(table.PartOf(row), Encode(row), objectNumber);

    /// <summary>Reads the table and reports differences.</summary>
    public void Compare(CheckFaults faults)
    {
        var count = 0L;
        Read(
            long.MinValue,
            long.MaxValue,
            (row, number) =>
            {
                count++;
                _sums.Take(table.PartOf(row), Encode(row), number);
            }
        );
        _sums.Compare(faults);
        faults.Summary = $"{count:N0} entries";
    }

    /// <summary>Finds the records that the table differs from, among the objects of a range.</summary>
    /// <param name="low">The first object.</param>
    /// <param name="high">The last object.</param>
    /// <param name="expected">The rows that the records of the range require, by object.</param>
    public IndexDifferences Locate(long low, long high, IEnumerable<(long Object, SideRow Row)> expected)
    {
        var differences = new IndexDifferences(low, high);
        foreach (var (number, row) in expected)
        {
            differences.Expect(Encode(row), number);
        }
        Read(low, high, (row, number) => differences.Take(Encode(row), number));
        return differences;
    }

    private void Read(long low, long high, Action<SideRow, long> take)
    {
        using var rows = examination.Read(
            $"SELECT {SideSql.Columns(table)}, {SideTable.ObjectColumn} FROM {table.Name} "
                + $"WHERE {SideTable.ObjectColumn} >= @low AND {SideTable.ObjectColumn} <= @high",
            ("@low", low),
            ("@high", high)
        );
        while (rows.Step())
        {
            examination.Tick(1, 1);
            take(ReadRow(rows), rows.Int64(table.Columns.Count));
        }
    }

    private SideRow ReadRow(ExaminedRows rows)
    {
        var values = new SideValue[table.Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = table.Columns[i].Kind switch
            {
                SideColumnKind.Number => rows.Int64(i),
                SideColumnKind.Bytes => rows.Bytes(i),
                _ => rows.Text(i),
            };
        }
        return new SideRow(table, values);
    }

    private static byte[] Encode(SideRow row) => row.Encode(row.Table.Columns.Count);
}
