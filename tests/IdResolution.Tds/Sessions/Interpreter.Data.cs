using IdResolution.Tds.Engine;
using IdResolution.Tds.Language;
using IdResolution.Tds.Protocol;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Sessions;

/// <content>What reads and writes databases.</content>
internal sealed partial class Interpreter
{
    private async Task DataAsync(StatementWithCtesAndXmlNamespaces statement)
    {
        // A table variable cannot be written to here: whatever is no SELECT writes to the database.
        if (statement is not SelectStatement)
        {
            await session.BeginWriteAsync(Timeout.InfiniteTimeSpan, cancellation);
        }

        var translator = new Translator(_catalog);
        var query = translator.Statement(statement);
        var results = Run(query, translator, isWrite: statement is not SelectStatement);
        session.RowCount = results.Count;
        if (query.Assigned is not null)
        {
            Assign(query, results);
        }
        else
        {
            results.Write(writer);
        }

        Done(query.Kind, results.Count);
    }

    private async Task DefinitionAsync(TSqlStatement statement)
    {
        if (session.Databases.ForbidsDefinitions)
        {
            throw new TSqlException(262, $"CREATE permission denied in database '{session.Database.Name}'.", 14);
        }

        await session.BeginWriteAsync(Timeout.InfiniteTimeSpan, cancellation);
        var translator = new Translator(_catalog);
        Run(translator.Definition(statement), translator, isWrite: true);
        session.RowCount = 0;
        Done(QueryKind.Other, -1);
    }

    private void Done(QueryKind kind, long count)
    {
        var isCounted = count >= 0 && !session.CountsNoRows;
        var status = DoneStatus.More | (isCounted ? DoneStatus.Count : DoneStatus.Final);
        writer.Done(doneKind, status, (ushort)kind, isCounted ? count : 0);
    }

    private void Assign(Query query, Results results)
    {
        for (var index = 0; results.Rows.Count > 0 && index < query.Assigned!.Count; index++)
        {
            batch.Assign(query.Assigned[index], results.Rows[^1][index], query.Columns?[index].Type);
        }
    }

    /// <summary>Runs a translated statement, whole or not at all.</summary>
    private Results Run(Query query, Translator translator, bool isWrite)
    {
        session.Functions.Failure = null;
        const string savepoint = "statement";
        if (isWrite)
        {
            session.Run($"SAVEPOINT {savepoint}");
        }

        var succeeds = false;
        try
        {
            var results = Read(query, translator);
            foreach (var sql in query.After)
            {
                session.Run(sql);
            }

            if (isWrite)
            {
                session.Run($"RELEASE {savepoint}");
            }

            succeeds = true;
            return results;
        }
        finally
        {
            if (isWrite && !succeeds && SQLitePCL.raw.sqlite3_get_autocommit(session.Connection.Handle) == 0)
            {
                session.Run($"ROLLBACK TO {savepoint}");
                session.Run($"RELEASE {savepoint}");
            }

            if (isWrite)
            {
                session.EndWrite(succeeds);
            }
        }
    }

    private Results Read(Query query, Translator translator)
    {
        using var command = Command(query.Sql, translator);
        using var reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (var index = 0; index < row.Length; index++)
            {
                row[index] = reader.IsDBNull(index) ? null : reader.GetValue(index);
            }

            rows.Add(row);
        }

        reader.Close();
        var count = query.Kind == QueryKind.Select ? rows.Count : Math.Max(0, reader.RecordsAffected);
        return new Results(query.Columns, rows, count);
    }

    private async Task ExecuteAsync(ExecutableProcedureReference call, string? result)
    {
        var procedure = call.ProcedureReference.ProcedureReference ?? throw TSqlException.Unknown(call);
        var arguments = call.Parameters.ToDictionary(
            one => one.Variable?.Name ?? throw TSqlException.Unknown(one),
            one => Evaluate(one.ParameterValue),
            StringComparer.OrdinalIgnoreCase
        );
        var returned = await ProcedureAsync(procedure.Name.BaseIdentifier.Value, arguments);
        if (result is not null)
        {
            batch.Assign(result, (long)returned);
        }
    }

    /// <summary>One of the few procedures there are; gives its return value.</summary>
    private async Task<int> ProcedureAsync(string name, IReadOnlyDictionary<string, object?> arguments)
    {
        switch (name.ToLowerInvariant())
        {
            case "sp_getapplock":
                return (int)await GetLockAsync(arguments);
            case "sp_releaseapplock":
                return session.Databases.Locks.Release(session, Owner(arguments), Resource(arguments))
                    ? 0
                    : throw new TSqlException(1223, "Cannot release the application lock: it is not currently held.");
            default:
                throw new TSqlException(2812, $"Could not find stored procedure '{name}'.");
        }
    }

    private async Task<LockResult> GetLockAsync(IReadOnlyDictionary<string, object?> arguments)
    {
        var owner = Owner(arguments);
        var mode = (string?)arguments.GetValueOrDefault("@LockMode");
        var isExclusive = mode switch
        {
            "Exclusive" => true,
            "Shared" => false,
            _ => throw TSqlException.Syntax($"Outside this test server's scope: lock mode '{mode}'."),
        };
        var milliseconds = arguments.GetValueOrDefault("@LockTimeout") as long? ?? -1;
        var timeout = milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);
        if (owner == LockScope.Transaction && session.TransactionCount == 0)
        {
            throw new TSqlException(1233, "A transactional application lock needs an active transaction.");
        }

        // Rows are not locked one by one here: who may write takes the write lock first, or two that would pass each
        // other elsewhere would not here.
        if (owner == LockScope.Transaction && isExclusive && !session.Database.IsReadOnly)
        {
            try
            {
                await session.BeginWriteAsync(timeout, cancellation);
            }
            catch (TSqlException error) when (error.Number is 1222 or 1205)
            {
                return error.Number == 1222 ? LockResult.TimedOut : LockResult.Deadlock;
            }
        }

        var resource = Resource(arguments);
        return await session.Databases.Locks.AcquireAsync(session, owner, resource, isExclusive, timeout, cancellation);
    }

    private static LockScope Owner(IReadOnlyDictionary<string, object?> arguments) =>
        arguments.GetValueOrDefault("@LockOwner") is "Session" ? LockScope.Session : LockScope.Transaction;

    private string Resource(IReadOnlyDictionary<string, object?> arguments) =>
        $"{session.Database.Name.ToUpperInvariant()} {arguments.GetValueOrDefault("@Resource")}";

    private void Create(string name)
    {
        RefuseInTransaction();
        if (session.Databases.ForbidsDefinitions)
        {
            throw new TSqlException(262, "CREATE DATABASE permission denied in database 'master'.", 14);
        }

        session.Databases.Create(name);
    }

    private Database FindAltered(AlterDatabaseSetStatement alter)
    {
        RefuseInTransaction();
        var name = alter.UseCurrent ? session.Database.Name : alter.DatabaseName.Value;
        return (session.Databases.ForbidsDefinitions ? null : session.Databases.Find(name))
            ?? throw new TSqlException(5011, $"User may not alter database '{name}', or it does not exist.", 14);
    }

    private void RefuseInTransaction()
    {
        if (session.TransactionCount > 0)
        {
            throw new TSqlException(226, "CREATE and ALTER DATABASE are not allowed in a transaction.");
        }
    }

    /// <summary>Fills the temporary table of a table-valued parameter, whose type must be in the database.</summary>
    public void Load(string name, string typeName, TableValue value)
    {
        if (value.Rows.Count == 0)
        {
            // SQL Server takes it for an empty table; other servers refuse it so.
            throw new TSqlException(8009, $"The data stream is incorrect: table-valued parameter {name} has no rows.");
        }

        using var find = session.Connection.CreateCommand();
        find.CommandText = "SELECT definition FROM [$types] WHERE name = $name";
        find.Parameters.AddWithValue("$name", typeName);
        var definition =
            find.ExecuteScalar() as string
            ?? throw new TSqlException(2715, $"Parameter or variable {name}: Cannot find data type {typeName}.");
        session.Run($"DROP TABLE IF EXISTS temp.[{name.ToLowerInvariant()}]");
        session.Run($"CREATE TEMP TABLE [{name.ToLowerInvariant()}] ({definition})");
        batch.Tables.Add(name);
        var shape = _catalog.FindTable(null, name)!;
        if (value.Columns.Count != shape.Columns.Count)
        {
            throw new TSqlException(
                500,
                $"{name} has {value.Columns.Count} columns, {typeName} {shape.Columns.Count}."
            );
        }

        session.Run("SAVEPOINT parameter");
        try
        {
            Fill(shape, value);
        }
        finally
        {
            session.Run("RELEASE parameter");
        }
    }

    private void Fill(TableShape shape, TableValue value)
    {
        using var insert = session.Connection.CreateCommand();
        var places = string.Join(", ", shape.Columns.Select((_, index) => $"$p{index}"));
        insert.CommandText = $"INSERT INTO {shape.Sql} VALUES ({places})";
        foreach (var row in value.Rows)
        {
            insert.Parameters.Clear();
            for (var index = 0; index < row.Length; index++)
            {
                var column = shape.Columns[index];
                var source = value.Columns[index];
                var assigned = SqliteFunctions.Assigned(column.Type!, row[index], source, shape.Name, column.Name);
                insert.Parameters.AddWithValue($"$p{index}", assigned ?? DBNull.Value);
            }

            insert.ExecuteNonQuery();
        }
    }
}
