using System.Globalization;
using IdResolution.Tds.Language;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Sessions;

/// <summary>The few system views that the project asks, made up as they are asked.</summary>
internal static class SystemViews
{
    // Tables and indexes of the database; names that begin with $ are this server's own, and those with sqlite_ are SQLite's.
    private const string Tables = "type = 'table' AND name NOT LIKE '$%' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    private const string ObjectId = "(abs(rootpage) + 1000)";

    public static TableShape? Find(SessionState session, string schema, string name) => $"{schema}.{name}".ToUpperInvariant() switch
    {
        "SYS.DATABASES" => View(
            name,
            "SELECT * FROM (SELECT NULL AS name, NULL AS database_id, NULL AS is_read_committed_snapshot_on, NULL AS is_read_only, NULL AS state_desc, NULL AS collation_name WHERE 0 UNION ALL VALUES "
                + string.Join(", ", session.Databases.All.Select((one, index) =>
                    $"('{one.Name}', {index + 1}, {(one.IsReadCommittedSnapshotOn ? 1 : 0)}, {(one.IsReadOnly ? 1 : 0)}, 'ONLINE', 'SQL_Latin1_General_CP1_CI_AS')")) + ")",
            ("name", SqlType.Name), ("database_id", SqlType.Int), ("is_read_committed_snapshot_on", SqlType.Bit), ("is_read_only", SqlType.Bit), ("state_desc", SqlType.Name), ("collation_name", SqlType.Name)),
        "SYS.TABLES" or "SYS.OBJECTS" => View(
            name,
            $"SELECT name, {ObjectId} AS object_id, 1 AS schema_id, 'U' AS type FROM sqlite_master WHERE {Tables}",
            ("name", SqlType.Name), ("object_id", SqlType.Int), ("schema_id", SqlType.Int), ("type", SqlType.Name)),
        "SYS.SCHEMAS" => View(name, "SELECT 'dbo' AS name, 1 AS schema_id", ("name", SqlType.Name), ("schema_id", SqlType.Int)),
        "SYS.TYPES" or "SYS.TABLE_TYPES" => View(
            name,
            "SELECT name, rowid + 256 AS user_type_id, 1 AS schema_id, 1 AS is_table_type, 1 AS is_user_defined FROM [$types]",
            ("name", SqlType.Name), ("user_type_id", SqlType.Int), ("schema_id", SqlType.Int), ("is_table_type", SqlType.Bit), ("is_user_defined", SqlType.Bit)),
        "SYS.INDEXES" => View(
            name,
            $"SELECT substr(i.name, length(t.name) + 2) AS name, abs(t.rootpage) + 1000 AS object_id, i.sql LIKE 'CREATE UNIQUE%' AS is_unique "
                + "FROM sqlite_master i JOIN sqlite_master t ON t.name = i.tbl_name AND t.type = 'table' WHERE i.type = 'index' AND i.sql IS NOT NULL AND i.name NOT LIKE '%.'",
            ("name", SqlType.Name), ("object_id", SqlType.Int), ("is_unique", SqlType.Bit)),
        "SYS.COLUMNS" => View(
            name,
            $"SELECT c.name AS name, abs(t.rootpage) + 1000 AS object_id, c.cid + 1 AS column_id FROM (SELECT * FROM sqlite_master WHERE {Tables}) t JOIN pragma_table_info(t.name) c",
            ("name", SqlType.Name), ("object_id", SqlType.Int), ("column_id", SqlType.Int)),
        "INFORMATION_SCHEMA.TABLES" => View(
            name,
            $"SELECT '{session.Database.Name}' AS TABLE_CATALOG, 'dbo' AS TABLE_SCHEMA, name AS TABLE_NAME, 'BASE TABLE' AS TABLE_TYPE FROM sqlite_master WHERE {Tables}",
            ("TABLE_CATALOG", SqlType.Name), ("TABLE_SCHEMA", SqlType.Name), ("TABLE_NAME", SqlType.Name), ("TABLE_TYPE", SqlType.Name)),
        "INFORMATION_SCHEMA.COLUMNS" => View(
            name,
            $"SELECT 'dbo' AS TABLE_SCHEMA, t.name AS TABLE_NAME, c.name AS COLUMN_NAME, c.cid + 1 AS ORDINAL_POSITION, CASE c.\"notnull\" WHEN 1 THEN 'NO' ELSE 'YES' END AS IS_NULLABLE, "
                + "replace(replace(substr(c.type || '(', 1, instr(c.type || '(', '(') - 1), '_bin2', ''), '_identity', '') AS DATA_TYPE, "
                + "CASE WHEN c.type LIKE '%char%' OR c.type LIKE '%binary%' THEN CAST(substr(c.type, instr(c.type, '(') + 1) AS INTEGER) END AS CHARACTER_MAXIMUM_LENGTH "
                + $"FROM (SELECT * FROM sqlite_master WHERE {Tables}) t JOIN pragma_table_info(t.name) c",
            ("TABLE_SCHEMA", SqlType.Name), ("TABLE_NAME", SqlType.Name), ("COLUMN_NAME", SqlType.Name), ("ORDINAL_POSITION", SqlType.Int), ("IS_NULLABLE", SqlType.Name), ("DATA_TYPE", SqlType.Name),
            ("CHARACTER_MAXIMUM_LENGTH", SqlType.Int)),
        _ => null,
    };

    public static long? ObjectNumber(SessionState session, string name)
        => Number(session, $"SELECT {ObjectId} FROM sqlite_master WHERE {Tables} AND name = $name COLLATE NOCASE", name);

    public static long? TypeNumber(SessionState session, string name)
        => Number(session, "SELECT rowid + 256 FROM [$types] WHERE name = $name", name);

    private static long? Number(SessionState session, string sql, string name)
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$name", name[(name.LastIndexOf('.') + 1)..].Trim('[', ']'));
        return command.ExecuteScalar() is { } number ? Convert.ToInt64(number, CultureInfo.InvariantCulture) : null;
    }

    private static TableShape View(string name, string sql, params (string Name, SqlType Type)[] columns) => new(
        name, $"({sql})", [.. columns.Select(column => new ColumnShape(column.Name, column.Type, column.Type.IsText ? Collation.Default : null))]);
}
