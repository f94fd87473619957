using Microsoft.Data.Sqlite;

namespace IdResolution.Tds.Sessions;

/// <summary>What SQLite's errors are on SQL Server.</summary>
internal static class SqliteErrors
{
    private const int Interrupted = 9;
    private const int PrimaryKey = 1555;
    private const int Unique = 2067;
    private const int NotNull = 1299;

    public static Exception Translate(SqliteException error, SessionState session, CancellationToken cancellation)
    {
        if (session.Functions.Failure is { } failure)
        {
            session.Functions.Failure = null;
            return failure;
        }

        var text = Detail(error.Message);
        return error.SqliteExtendedErrorCode switch
        {
            Interrupted => new OperationCanceledException(cancellation),
            PrimaryKey or Unique => Duplicate(text, session),
            NotNull => new TSqlException(
                515,
                $"Cannot insert the value NULL into column '{After(text, '.')}', table "
                    + $"'{session.Database.Name}.dbo.{Between(text)}'; column does not allow nulls. The statement "
                    + "fails."
            ),
            _ when text.EndsWith("already exists", StringComparison.Ordinal) => new TSqlException(
                2714,
                $"There is already an object of that name in the database: {text}."
            ),
            _ => TSqlException.Syntax($"The test server's SQLite says: {error.Message}"),
        };
    }

    // "SQLite Error 19: 'UNIQUE constraint failed: t.a, t.b'."
    private static string Detail(string message)
    {
        var open = message.IndexOf('\'', StringComparison.Ordinal);
        var close = message.LastIndexOf('\'');
        return open >= 0 && close > open ? message[(open + 1)..close] : message;
    }

    private static string After(string text, char mark) => text[(text.LastIndexOf(mark) + 1)..];

    private static string Between(string text)
    {
        var start = text.IndexOf(": ", StringComparison.Ordinal) + 2;
        return text[start..text.IndexOf('.', start)];
    }

    private static TSqlException Duplicate(string text, SessionState session)
    {
        var subject = text[(text.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        if (subject.StartsWith("index '", StringComparison.Ordinal))
        {
            var parts = subject["index '".Length..].TrimEnd('\'').Split('.');
            return DuplicateKey(parts[0], parts[1]);
        }

        var columns = subject.Split(", ");
        var table = columns[0][..columns[0].LastIndexOf('.')];
        var names = string.Join(",", columns.Select(column => After(column, '.'))).ToLowerInvariant();
        return Constraint(session, table, names) ?? DuplicateKey(table, Index(session, table, names));
    }

    private static TSqlException DuplicateKey(string table, string index) =>
        new(2601, $"Cannot insert duplicate key row in object 'dbo.{table}' with unique index '{index}'.", 14);

    private static TSqlException? Constraint(SessionState session, string table, string columns)
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText =
            "SELECT name, is_primary FROM [$constraints] WHERE table_name = $table COLLATE NOCASE AND columns = "
            + "$columns";
        command.Parameters.AddWithValue("$table", table);
        command.Parameters.AddWithValue("$columns", columns);
        using var reader = command.ExecuteReader();
        return reader.Read()
            ? new TSqlException(
                2627,
                $"Violation of {(reader.GetInt32(1) == 1 ? "PRIMARY" : "UNIQUE")} KEY constraint '{reader.GetString(0)}'. Cannot insert duplicate key in object 'dbo.{table}'.",
                14
            )
            : null;
    }

    private static string Index(SessionState session, string table, string columns)
    {
        using var command = session.Connection.CreateCommand();
        command.CommandText =
            "SELECT l.name FROM pragma_index_list($table) l WHERE l.\"unique\" "
            + "AND (SELECT group_concat(lower(name)) FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY "
            + "seqno)) = $columns";
        command.Parameters.AddWithValue("$table", table);
        command.Parameters.AddWithValue("$columns", columns);
        return command.ExecuteScalar() is string name
            ? name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]
            : columns;
    }
}
