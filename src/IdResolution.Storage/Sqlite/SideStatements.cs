using IdResolution.Core.Records;
using IdResolution.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace IdResolution.Storage.Sqlite;

/// <summary>The prepared statements of one side table, on the connection of the writer or of a reader.</summary>
internal sealed class SideStatements(SqliteConnection connection, SideTable table) : IDisposable
{
    private readonly Statement _insert = new(connection, InsertSql(table));
    private readonly Statement _delete = new(connection, DeleteSql(table));
    private readonly Statement? _findHolder = table.HasOneHolder ? new(connection, FindHolderSql(table)) : null;
    private readonly SideColumn[] _columns = [.. table.Columns];
    private readonly SideColumn[] _key = [.. table.Columns.Where(c => c.IsKey)];

    /// <summary>The SQL that adds a row. Parameters: the table's columns in order, then the record's number.</summary>
    public static string InsertSql(SideTable table)
    {
        var numbers = Enumerable.Range(1, table.Columns.Count + 1).Select(i => $"?{i}");
        return $"INSERT INTO {table.Name} ({SideSql.Columns(table)}, {SideTable.ObjectColumn}) VALUES "
            + $"({string.Join(", ", numbers)})";
    }

    public void Insert(SideRow row, long objectNumber) =>
        Bind(_insert, _columns, row).Bind(_columns.Length + 1, objectNumber).Run();

    public void Delete(SideRow row, long objectNumber) =>
        Bind(_delete, _key, row).Bind(_key.Length + 1, objectNumber).Run();

    /// <summary>The record that has the row's key; null if there is none.</summary>
    public StoredRecord? FindHolder(SideRow row) => RecordStatements.ReadOne(Bind(_findHolder!, _key, row));

    public void Dispose()
    {
        _insert.Dispose();
        _delete.Dispose();
        _findHolder?.Dispose();
    }

    private static string DeleteSql(SideTable table)
    {
        var key = table.Columns.Where(c => c.IsKey).ToList();
        return $"DELETE FROM {table.Name} WHERE {Equal(key)} AND {SideTable.ObjectColumn} = ?{key.Count + 1}";
    }

    private static string FindHolderSql(SideTable table) =>
        $"""
            SELECT {RecordRow.Names}
            FROM {table.Name} s
            JOIN records r ON r.object = s.object
            JOIN versions v ON v.sequence = r.sequence
            WHERE {Equal([.. table.Columns.Where(c => c.IsKey)], "s.")}
            """;

    private static string Equal(List<SideColumn> key, string alias = "") =>
        string.Join(" AND ", key.Select((column, i) => $"{alias}[{column.Name}] = ?{i + 1}"));

    // The columns are a prefix of the row: its key columns come before the others.
    private static Statement Bind(Statement statement, SideColumn[] columns, SideRow row)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            var value = row.Values[i];
            switch (columns[i].Kind)
            {
                case SideColumnKind.Number:
                    statement.Bind(i + 1, value.Number);
                    break;
                case SideColumnKind.Bytes:
                    statement.Bind(i + 1, value.Bytes);
                    break;
                default:
                    statement.Bind(i + 1, value.Text);
                    break;
            }
        }
        return statement;
    }
}
