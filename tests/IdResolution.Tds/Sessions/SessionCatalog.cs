using IdResolution.Tds.Language;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Sessions;

/// <summary>What names mean in a session while a batch runs.</summary>
internal sealed class SessionCatalog(SessionState session, Batch batch) : ICatalog
{
    public TableShape? FindTable(string? schema, string name)
    {
        if (name.StartsWith('@'))
        {
            return Shape(name, "temp", $"temp.[{name.ToLowerInvariant()}]", isStored: false);
        }

        return schema is null || schema.Equals("dbo", StringComparison.OrdinalIgnoreCase)
            ? name.StartsWith('$') ? null : Shape(name, "main", $"[{name}]", isStored: true)
            : SystemViews.Find(session, schema, name);
    }

    public SqlType? TypeOf(string variable) => batch.Variables.TryGetValue(variable, out var found)
        ? found.Type
        : throw new TSqlException(137, $"Must declare the scalar variable \"{variable}\".", 15);

    public (object? Value, SqlType Type)? FindGlobal(string name, IReadOnlyList<string> arguments) => name.ToUpperInvariant() switch
    {
        "@@ROWCOUNT" => (session.RowCount, SqlType.Int),
        "@@TRANCOUNT" => (session.TransactionCount, SqlType.Int),
        "@@SPID" => (session.Number, new SqlType(SqlKind.SmallInt)),
        "@@ERROR" => (batch.LastError, SqlType.Int),
        "@@LOCK_TIMEOUT" => ((long)session.LockTimeout.TotalMilliseconds, SqlType.Int),
        "@@VERSION" => ("Microsoft SQL Server 2019 (a test double over SQLite) - 15.0.2000", new SqlType(SqlKind.NVarChar, 300)),
        "@@SERVERNAME" => ("idresolution-tds", SqlType.Name),
        "XACT_STATE" => (session.IsDoomed ? -1 : session.TransactionCount > 0 ? 1 : 0, new SqlType(SqlKind.SmallInt)),
        "SCOPE_IDENTITY" or "@@IDENTITY" => (session.Functions.LastIdentity, new SqlType(SqlKind.Decimal, 0, 38)),
        "DB_NAME" => (session.Database.Name, SqlType.Name),
        "SCHEMA_NAME" or "USER_NAME" => ("dbo", SqlType.Name),
        "SUSER_SNAME" or "ORIGINAL_LOGIN" => ("sa", SqlType.Name),
        "DB_ID" => (DatabaseNumber(arguments is [var other] ? other : session.Database.Name), new SqlType(SqlKind.SmallInt)),
        "OBJECT_ID" when arguments.Count > 0 => (SystemViews.ObjectNumber(session, arguments[0]), SqlType.Int),
        "TYPE_ID" when arguments.Count > 0 => (SystemViews.TypeNumber(session, arguments[0]), SqlType.Int),
        "ERROR_NUMBER" => (batch.Caught?.Number, SqlType.Int),
        "ERROR_MESSAGE" => (batch.Caught?.Message, new SqlType(SqlKind.NVarChar, 4000)),
        "ERROR_STATE" or "ERROR_LINE" => (batch.Caught is null ? null : 1, SqlType.Int),
        "ERROR_SEVERITY" => (batch.Caught?.Severity, SqlType.Int),
        "HAS_PERMS_BY_NAME" or "IS_MEMBER" or "IS_SRVROLEMEMBER" or "IS_ROLEMEMBER" or "HAS_DBACCESS" => (session.Databases.ForbidsDefinitions ? 0 : 1, SqlType.Int),
        "DATABASEPROPERTYEX" => (arguments.ElementAtOrDefault(1)?.ToUpperInvariant() switch
        {
            "UPDATEABILITY" => session.Database.IsReadOnly ? "READ_ONLY" : "READ_WRITE",
            "STATUS" => "ONLINE",
            "COLLATION" => "SQL_Latin1_General_CP1_CI_AS",
            _ => null,
        }, SqlType.Name),
        "SERVERPROPERTY" => (arguments.ElementAtOrDefault(0)?.ToUpperInvariant() switch
        {
            "PRODUCTVERSION" => "15.0.2000.5",
            "EDITION" => "Test double over SQLite",
            "ENGINEEDITION" => "3",
            _ => null,
        }, SqlType.Name),
        _ => null,
    };

    private int? DatabaseNumber(string name)
    {
        var index = session.Databases.All.Select(database => database.Name).ToList().FindIndex(one => one.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : index + 1;
    }

    private TableShape? Shape(string name, string schema, string sql, bool isStored)
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText = $"SELECT name, type, \"notnull\" FROM pragma_table_info($name, $schema)";
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$schema", schema);
        using var reader = command.ExecuteReader();
        List<ColumnShape> columns = [];
        while (reader.Read())
        {
            var declaration = reader.GetString(1);
            var isIdentity = declaration.EndsWith(IdentitySuffix, StringComparison.Ordinal);
            var (type, binary) = SqlType.FromDeclaration(isIdentity ? declaration[..^IdentitySuffix.Length] : declaration);
            var collation = !type.IsText ? null : binary ? Collation.Binary : Collation.Default;
            columns.Add(new ColumnShape(reader.GetString(0), type, collation, reader.GetInt32(2) == 0, isIdentity));
        }

        return columns.Count == 0 ? null : new TableShape(name, sql, columns, isStored);
    }

    private const string IdentitySuffix = "_identity";
}
