using System.Globalization;
using IdResolution.Tds.Engine;
using IdResolution.Tds.Language;
using IdResolution.Tds.Protocol;
using Microsoft.Data.Sqlite;

namespace IdResolution.Tds.Sessions;

/// <summary>Runs a batch's statements one after the other, and writes what they give.</summary>
internal sealed partial class Interpreter(SessionState session, Batch batch, TokenWriter writer, DoneKind doneKind, CancellationToken cancellation)
{
    private readonly SessionCatalog _catalog = new(session, batch);
    private List<Token> _tokens = [];
    private int _tries;
    private bool _returns;

    /// <summary>Makes other sessions leave a database, as ALTER DATABASE … WITH ROLLBACK IMMEDIATE does.</summary>
    public required Action<Database> Evict { get; init; }

    public required Func<Database, bool> IsUsedByOthers { get; init; }

    /// <summary>An error was told to the client, which the last DONE repeats.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Runs a whole batch. Errors are written, not thrown; cancellation is thrown.</summary>
    public async Task RunAsync(string text)
    {
        using var interruption = cancellation.UnsafeRegister(static state => ((SessionState)state!).Interrupt(), session);
        try
        {
            _tokens = Tokenizer.Read(text);
            await RunAsync(BatchParser.Read(_tokens));
            if (session.IsDoomed)
            {
                session.Rollback(writer);
                throw new TSqlException(3998, "Uncommittable transaction is detected at the end of the batch. The transaction is rolled back.");
            }
        }
        catch (TSqlException error)
        {
            Report(error);
        }
        catch (OperationCanceledException) when (session is { RollsBackOnError: true, TransactionCount: > 0 })
        {
            session.Rollback(writer);
            throw;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A defect of this server: told, so that a test does not look for it in the client.
            Report(new TSqlException(50000, $"The test server itself failed: {error}"));
        }
        finally
        {
            session.EndWrite(commits: false);
        }
    }

    public void Report(TSqlException error)
    {
        HasFailed = true;
        batch.LastError = error.Number;
        writer.Error(error);
    }

    private async Task RunAsync(Statement.Block block)
    {
        foreach (var statement in block.Statements)
        {
            if (_returns)
            {
                return;
            }

            cancellation.ThrowIfCancellationRequested();
            await GuardedAsync(statement);
        }
    }

    private async Task GuardedAsync(Statement statement)
    {
        try
        {
            try
            {
                await RunAsync(statement);
            }
            catch (SqliteException error)
            {
                throw SqliteErrors.Translate(error, session, cancellation);
            }
        }
        catch (TSqlException error) when (statement is not (Statement.Block or Statement.If or Statement.While or Statement.Try))
        {
            session.EndWrite(commits: false);
            if (session.TransactionCount > 0 && (error.Number == 1205 || (session.RollsBackOnError && _tries == 0)))
            {
                session.Rollback(writer);
            }
            else if (session is { RollsBackOnError: true, TransactionCount: > 0 })
            {
                session.IsDoomed = true;
            }

            if (_tries > 0 || !error.EndsStatementOnly || session.RollsBackOnError)
            {
                throw;
            }

            Report(error);
            writer.Done(doneKind, DoneStatus.More | DoneStatus.Error);
        }
    }

    private Task RunAsync(Statement statement) => statement switch
    {
        Statement.Data data => DataAsync(data),
        Statement.Definition definition => DefinitionAsync(definition),
        Statement.Block block => RunAsync(block),
        Statement.If branch => IfAsync(branch),
        Statement.While loop => WhileAsync(loop),
        Statement.Try attempt => TryAsync(attempt),
        Statement.Execute call => ExecuteAsync(call),
        Statement.Database database => DatabaseAsync(database),
        _ => Simple(statement),
    };

    private Task Simple(Statement statement)
    {
        switch (statement)
        {
            case Statement.Declare declare:
                batch.Variables[declare.Name] = (declare.Type!, null);
                if (declare.Value >= 0)
                {
                    Assign(declare.Name, declare.Value);
                }

                break;
            case Statement.DeclareTable table:
                DeclareTable(table.Name, Translator(table.Columns).TableVariable());
                break;
            case Statement.SetVariable set:
                Assign(set.Name, set.Value);
                session.RowCount = 1;
                break;
            case Statement.SetOption option:
                Set(option);
                session.RowCount = 0;
                break;
            case Statement.Print print:
                writer.Information(0, Convert.ToString(Evaluate(print.Value), CultureInfo.InvariantCulture) ?? "");
                break;
            case Statement.Return:
                _returns = true;
                break;
            case Statement.Throw { Arguments: [] }:
                throw batch.Caught ?? new TSqlException(10704, "To rethrow an error, a THROW statement must be used inside a CATCH block.", 15);
            case Statement.Throw raise:
                throw new TSqlException(Convert.ToInt32(Evaluate(raise.Arguments[0]), CultureInfo.InvariantCulture), (string?)Evaluate(raise.Arguments[1]) ?? "");
            case Statement.Transaction transaction:
                Transaction(transaction.Verb);
                break;
            default:
                throw new InvalidOperationException(statement.ToString());
        }

        return Task.CompletedTask;
    }

    /// <summary>A table variable, or the temporary table behind a table-valued parameter.</summary>
    public void DeclareTable(string name, string columns)
    {
        session.Run($"DROP TABLE IF EXISTS temp.[{name.ToLowerInvariant()}]");
        session.Run($"CREATE TEMP TABLE [{name.ToLowerInvariant()}] ({columns})");
        batch.Tables.Add(name);
    }

    private Translator Translator(int start) => new(_tokens, start, _catalog);

    private void Assign(string name, int start)
    {
        var translator = Translator(start);
        var expression = translator.Expression();
        batch.Assign(name, Scalar(expression.Sql, translator), expression.Type);
    }

    private object? Evaluate(int start)
    {
        var translator = Translator(start);
        return Scalar(translator.Expression().Sql, translator);
    }

    private bool Holds(int condition)
    {
        var translator = Translator(condition);
        var sql = $"CASE WHEN {translator.Condition()} THEN 1 ELSE 0 END";
        session.RowCount = 0;
        return Scalar(sql, translator) is 1L;
    }

    private object? Scalar(string sql, Translator translator)
    {
        using var command = Command($"SELECT {sql}", translator);
        return command.ExecuteScalar() is var value and not DBNull ? value : null;
    }

    private SqliteCommand Command(string sql, Translator translator)
    {
        var command = session.Connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        foreach (var variable in translator.Variables)
        {
            command.Parameters.AddWithValue(variable.ToLowerInvariant(), batch.Variables[variable].Value ?? DBNull.Value);
        }

        return command;
    }

    private void Set(Statement.SetOption option)
    {
        var isOn = option.Value == "ON";
        switch (option.Name)
        {
            case "XACT_ABORT":
                session.RollsBackOnError = isOn;
                break;
            case "NOCOUNT":
                session.CountsNoRows = isOn;
                break;
            case "LOCK_TIMEOUT":
                session.LockTimeout = TimeSpan.FromMilliseconds(int.Parse(option.Value, CultureInfo.InvariantCulture));
                break;
            case "IDENTITY_INSERT" or "IMPLICIT_TRANSACTIONS" or "ROWCOUNT":
                throw new TSqlException(102, $"This test server knows no SET {option.Name}.", 15);
        }
    }

    private void Transaction(string verb)
    {
        switch (verb)
        {
            case "BEGIN":
                session.Begin(writer);
                break;
            case "COMMIT":
                session.Commit(writer);
                break;
            default:
                session.Rollback(writer);
                break;
        }

        session.RowCount = 0;
    }

    private Task IfAsync(Statement.If branch) => Holds(branch.Condition) ? GuardedAsync(branch.Then)
        : branch.Else is null ? Task.CompletedTask
        : GuardedAsync(branch.Else);

    private async Task WhileAsync(Statement.While loop)
    {
        while (!_returns && Holds(loop.Condition))
        {
            cancellation.ThrowIfCancellationRequested();
            await GuardedAsync(loop.Body);
        }
    }

    private async Task TryAsync(Statement.Try attempt)
    {
        var before = batch.Caught;
        _tries++;
        try
        {
            await RunAsync(attempt.Body);
            return;
        }
        catch (TSqlException error)
        {
            batch.Caught = error;
            batch.LastError = error.Number;
        }
        finally
        {
            _tries--;
        }

        await RunAsync(attempt.Handler);
        batch.Caught = before;
    }
}
