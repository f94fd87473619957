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
        using var rows = examination.Read(
            $"SELECT {SideSql.Columns(table)}, {SideTable.ObjectColumn} FROM {table.Name}"
        );
        var count = 0L;
        while (rows.Step())
        {
            count++;
            examination.Tick(1, 1);
            var row = ReadRow(rows);
            _sums.Take(table.PartOf(row), Encode(row), rows.Int64(table.Columns.Count));
        }
        _sums.Compare(faults);
        faults.Summary = $"{count:N0} entries";
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
