using IdResolution.Core.Catalog;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance.Examining;

/// <summary>Checks that a side table has exactly the rows that active records require.</summary>
/// <param name="examination">The examination.</param>
/// <param name="table">The table.</param>
/// <param name="required">
/// The row that a record requires for a row of the table; null for none. A table without it has no others.
/// </param>
internal sealed class SideTableCheck(Examination examination, SideTable table, Func<SideRow, SideRow?>? required = null)
{
    private readonly RowHash _hash = new();
    private IndexSums? _sums;

    /// <summary>Makes the check of a table, by the sources and templates of a catalog.</summary>
    public static SideTableCheck Of(Examination examination, SideTable table, NodeCatalog catalog) =>
        new(examination, table, table == BusinessKeys.Table ? row => KeyRows.Required(row, catalog) : null);

    /// <summary>Begins to sum rows that records require.</summary>
    public IndexSums Begin() => new(_hash);

    /// <summary>Adds a row that a record requires. Several threads may, each to sums of its own.</summary>
    public void Expect(IndexSums sums, SideRow row, long objectNumber) =>
        sums.Expect(table.PartOf(row), Encode(row), objectNumber);

    /// <summary>Adds the rows that records require.</summary>
    public void Add(IndexSums expected) => (_sums ??= Begin()).Add(expected);

    /// <summary>Reads the table and reports differences.</summary>
    public void Compare(CheckFaults faults)
    {
        var count = 0L;
        var sums = _sums ?? Begin();
        using var rows = Read(long.MinValue, long.MaxValue);
        var taken = ReadAhead.Select(
            rows,
            _ =>
            {
                count++;
                examination.Tick(0, 1);
            },
            Sum
        );
        foreach (var part in taken)
        {
            sums.Add(part);
        }
        sums.Compare(faults);
        faults.Summary = new($"{count:N0} entries", $"{count:N0} 项");
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
        using var rows = Read(low, high);
        while (rows.Step())
        {
            examination.Tick(0, 1);
            var row = rows.Take();
            if (RowOf(row) is { } stored)
            {
                differences.Take(Encode(stored), row.Int64(table.Columns.Count));
            }
        }
        return differences;
    }

    private ExaminedRows Read(long low, long high) =>
        examination.Read(
            $"SELECT {SideSql.Columns(table)}, {SideTable.ObjectColumn} FROM {table.Name} "
                + $"WHERE {SideTable.ObjectColumn} >= @low AND {SideTable.ObjectColumn} <= @high",
            ("@low", low),
            ("@high", high)
        );

    private IndexSums Sum(IReadOnlyList<ExaminedRow> rows)
    {
        var sums = Begin();
        foreach (var taken in rows)
        {
            if (RowOf(taken) is { } row)
            {
                sums.Take(table.PartOf(row), Encode(row), taken.Int64(table.Columns.Count));
            }
        }
        return sums;
    }

    private SideRow? RowOf(ExaminedRow row)
    {
        var values = new SideValue[table.Columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = table.Columns[i].Kind switch
            {
                SideColumnKind.Number => row.Int64(i),
                SideColumnKind.Bytes => row.Bytes(i),
                _ => row.Text(i),
            };
        }
        var stored = new SideRow(table, values);
        return required is null ? stored : required(stored);
    }

    private static byte[] Encode(SideRow row) => row.Encode(row.Table.Columns.Count);
}
