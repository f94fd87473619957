using IdResolution.Tds.Engine;
using IdResolution.Tds.Language;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Sessions;

/// <summary>The few system views that the project asks, made up as they are asked.</summary>
internal static class SystemViews
{
    // Names that begin with $ are this server's own, and those with sqlite_ are SQLite's.
    private const string Tables =
        "(SELECT * FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '$%' AND substr(name, 1, 7) <> 'sqlite_')";

    public static TableShape? Find(DatabaseSet databases, string schema, string name) =>
        $"{schema}.{name}".ToUpperInvariant() switch
        {
            "SYS.DATABASES" => View(
                name,
                "SELECT NULL AS name, NULL AS is_read_committed_snapshot_on WHERE 0 UNION ALL VALUES "
                    + string.Join(
                        ", ",
                        databases.All.Select(one => $"('{one.Name}', {(one.IsReadCommittedSnapshotOn ? 1 : 0)})")
                    ),
                ("name", SqlType.Sysname),
                ("is_read_committed_snapshot_on", SqlType.Bit)
            ),
            "INFORMATION_SCHEMA.TABLES" => View(
                name,
                $"SELECT name AS TABLE_NAME FROM {Tables}",
                ("TABLE_NAME", SqlType.Sysname)
            ),
            "INFORMATION_SCHEMA.COLUMNS" => View(
                name,
                "SELECT t.name AS TABLE_NAME, c.name AS COLUMN_NAME, c.cid + 1 AS ORDINAL_POSITION, "
                    + "replace(substr(c.type || '(', 1, instr(c.type || '(', '(') - 1), '_bin2', '') AS DATA_TYPE "
                    + $"FROM {Tables} t JOIN pragma_table_info(t.name) c",
                ("TABLE_NAME", SqlType.Sysname),
                ("COLUMN_NAME", SqlType.Sysname),
                ("ORDINAL_POSITION", SqlType.Int),
                ("DATA_TYPE", SqlType.Sysname)
            ),
            _ => null,
        };

    private static TableShape View(string name, string sql, params (string Name, SqlType Type)[] columns) =>
        new(
            name,
            $"({sql})",
            [.. columns.Select(column => new ColumnShape(column.Name, column.Type, CollationOf(column.Type)))]
        );

    private static string? CollationOf(SqlType type) => type.IsText ? Collation.Default : null;
}
