using System.Data.Common;
using System.Text;
using IdResolution.Core.Records;
using IdResolution.Storage.Sql;

namespace IdResolution.Storage.SqlServer;

/// <summary>
/// The statements for one side table, generated once from its description. Each finds its rows by the index first, as
/// all statements here do (see <see cref="SqlServerStatements.LookUpKeys"/>).
/// </summary>
internal sealed class SqlServerSideTable
{
    private SqlServerSideTable(SideTable table)
    {
        Table = table;
        Rows = new SqlServerTable<PlacedRow>($"{table.Name}_rows");
        for (var i = 0; i < table.Columns.Count; i++)
        {
            Add(Rows, table.Columns[i], i);
        }
        Rows.Number(SideTable.ObjectColumn, row => row.Object);
        var key = table.Columns.Where(c => c.IsKey).Select(c => $"[{c.Name}]").ToList();
        var found = table.HasOneHolder ? key : [.. key, SideTable.ObjectColumn];
        InsertStatement =
            $"INSERT INTO {table.Name} ({SideSql.Columns(table)}, object) SELECT {SideSql.Columns(table)}, object "
            + $"FROM {Added};\n";
        DeleteStatement = $"""
            DELETE s FROM {Removed} n
            CROSS APPLY (
                SELECT TOP (1) {string.Join(", ", found)} FROM {table.Name}
                WHERE {string.Join(" AND ", key.Append("object").Select(c => $"{c} = n.{c}"))}
            ) f
            JOIN {table.Name} s ON {string.Join(" AND ", found.Select(c => $"s.{c} = f.{c}"))} OPTION (LOOP JOIN);

            """;
        LookUpStatement = $"""
            SELECT {RecordRow.Names}, {string.Join(", ", key.Select(c => $"s.{c}"))}
            FROM {Wanted} k
            CROSS APPLY (SELECT TOP (1) {string.Join(", ", key)}, object FROM {table.Name}
                WHERE {string.Join(" AND ", key.Select(c => $"{c} = k.{c}"))}) s
            JOIN records r ON r.object = s.object
            JOIN versions v ON v.sequence = r.sequence;

            """;
    }

    /// <summary>All side tables, in the order in which they are written.</summary>
    public static IReadOnlyList<SqlServerSideTable> All { get; } =
    [.. SideTables.All.Select(table => new SqlServerSideTable(table))];

    public SideTable Table { get; }

    /// <summary>The table type of the parameters: the side table's columns, then the record's number.</summary>
    public SqlServerTable<PlacedRow> Rows { get; }

    /// <summary>Inserts the rows of the parameter <see cref="Added"/>.</summary>
    public string InsertStatement { get; }

    /// <summary>Deletes the rows of the parameter <see cref="Removed"/>.</summary>
    public string DeleteStatement { get; }

    /// <summary>
    /// Finds the records with the keys of <see cref="Wanted"/>. The keys follow the record's columns.
    /// </summary>
    public string LookUpStatement { get; }

    public string Added => $"@{Table.Name}_added";

    public string Removed => $"@{Table.Name}_removed";

    public string Wanted => $"@{Table.Name}_wanted";

    /// <summary>The key by which <see cref="LookUpStatement"/> found a record.</summary>
    /// <param name="record">The row of the result.</param>
    /// <param name="first">The position of the first key column.</param>
    public SideRow ReadKey(DbDataReader record, int first)
    {
        var values = new List<SideValue>();
        foreach (var column in Table.Columns.Where(c => c.IsKey))
        {
            var ordinal = first + values.Count;
            values.Add(
                column.Kind switch
                {
                    SideColumnKind.Number => record.GetInt64(ordinal),
                    SideColumnKind.Code => record.GetString(ordinal),
                    SideColumnKind.Text => Encoding.UTF8.GetString((byte[])record.GetValue(ordinal)),
                    _ => (byte[])record.GetValue(ordinal),
                }
            );
        }
        return new SideRow(Table, [.. values]);
    }

    private static void Add(SqlServerTable<PlacedRow> rows, SideColumn column, int i)
    {
        switch (column.Kind)
        {
            case SideColumnKind.Number:
                rows.Number(column.Name, row => row.Row.Values[i].Number);
                break;
            case SideColumnKind.Code:
                rows.Text(column.Name, column.MaxLength, row => row.Row.Values[i].Text);
                break;
            case SideColumnKind.Text:
                rows.Bytes(column.Name, column.MaxLength, row => Encoding.UTF8.GetBytes(row.Row.Values[i].Text));
                break;
            default:
                rows.Bytes(column.Name, column.MaxLength, row => row.Row.Values[i].Bytes);
                break;
        }
    }
}
