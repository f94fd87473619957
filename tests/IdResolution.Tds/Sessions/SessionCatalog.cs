using IdResolution.Tds.Language;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Sessions;

/// <summary>What names mean in a session while a batch runs.</summary>
internal sealed class SessionCatalog(SessionState session, Batch batch)
{
    /// <summary>The shape of a table or view, or of a table-valued parameter; null where there is none.</summary>
    public TableShape? FindTable(string? schema, string name)
    {
        if (name.StartsWith('@'))
        {
            return Shape(name, "temp", $"temp.[{name.ToLowerInvariant()}]");
        }

        return schema is null || schema.Equals("dbo", StringComparison.OrdinalIgnoreCase)
            ? name.StartsWith('$')
                ? null
                : Shape(name, "main", $"[{name}]")
            : SystemViews.Find(session.Databases, schema, name);
    }

    /// <summary>The type of a variable; an error where it is not declared.</summary>
    public SqlType TypeOf(string variable) =>
        batch.Variables.TryGetValue(variable, out var found)
            ? found.Type
            : throw new TSqlException(137, $"Must declare the scalar variable \"{variable}\".", 15);

    /// <summary>The value of what needs no table; null where there is no such name.</summary>
    public (object? Value, SqlType Type)? FindGlobal(string name) =>
        name switch
        {
            "@@ROWCOUNT" => (session.RowCount, SqlType.Int),
            "@@TRANCOUNT" => (session.TransactionCount, SqlType.Int),
            "@@SPID" => (session.Number, new SqlType(SqlKind.SmallInt)),
            "XACT_STATE" => (session.TransactionCount > 0 ? 1 : 0, new SqlType(SqlKind.SmallInt)),
            "DB_NAME" => (session.Database.Name, SqlType.Sysname),
            _ => null,
        };

    private TableShape? Shape(string name, string schema, string sql)
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText = "SELECT name, type, \"notnull\" FROM pragma_table_info($name, $schema)";
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$schema", schema);
        using var reader = command.ExecuteReader();
        List<ColumnShape> columns = [];
        while (reader.Read())
        {
            var (type, isBinary) = SqlType.FromDeclaration(reader.GetString(1));
            var collation = isBinary ? Collation.Binary : Collation.Default;
            columns.Add(
                new ColumnShape(reader.GetString(0), type, type.IsText ? collation : null, reader.GetInt32(2) == 0)
            );
        }

        return columns.Count == 0 ? null : new TableShape(name, sql, columns);
    }
}
