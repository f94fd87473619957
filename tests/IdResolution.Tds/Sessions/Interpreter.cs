using System.Globalization;
using IdResolution.Tds.Language;
using IdResolution.Tds.Protocol;
using Microsoft.Data.Sqlite;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Sessions;

/// <summary>Runs a batch's statements one after the other, and writes what they give.</summary>
internal sealed partial class Interpreter(
    SessionState session,
    Batch batch,
    TokenWriter writer,
    DoneKind doneKind,
    CancellationToken cancellation
)
{
    private const SetOptions Known = SetOptions.NoCount | SetOptions.XactAbort | SetOptions.QuotedIdentifier;

    private readonly SessionCatalog _catalog = new(session, batch);

    /// <summary>An error was told to the client, which the last DONE repeats.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Runs a whole batch. Errors are written, not thrown; cancellation is thrown.</summary>
    public async Task RunAsync(string text)
    {
        session.Cancellation = cancellation;
        try
        {
            var parsed = Grammar.Read(text);
            if (parsed.Joins.FirstOrDefault(IsOnBinary) is { } join)
            {
                throw TSqlException.Syntax(join.Fault);
            }

            foreach (var statement in parsed.Statements)
            {
                await RunAsync(statement);
            }
        }
        catch (TSqlException error)
        {
            Report(error);
        }
        catch (OperationCanceledException) when (session is { RollsBackOnError: true, TransactionCount: > 0 })
        {
            session.Cancellation = CancellationToken.None;
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
            session.Cancellation = CancellationToken.None;
            session.EndWrite(commits: false);
        }
    }

    public void Report(TSqlException error)
    {
        HasFailed = true;
        if (error.IsOfThisServer)
        {
            session.Databases.Unable.Enqueue(error.Message);
        }

        writer.Error(error);
    }

    private bool IsOnBinary(ParameterJoin join) =>
        _catalog.FindTable(null, join.Table)?.Find(join.Column)?.Type is { IsBinary: true };

    private async Task RunAsync(TSqlStatement statement)
    {
        cancellation.ThrowIfCancellationRequested();
        switch (statement)
        {
            case BeginEndBlockStatement block:
                foreach (var inner in block.StatementList.Statements)
                {
                    await RunAsync(inner);
                }

                break;
            case IfStatement branch when Holds(branch.Predicate):
                await RunAsync(branch.ThenStatement);
                break;
            case IfStatement { ElseStatement: var otherwise }:
                await (otherwise is null ? Task.CompletedTask : RunAsync(otherwise));
                break;
            default:
                await GuardedAsync(statement);
                break;
        }
    }

    private async Task GuardedAsync(TSqlStatement statement)
    {
        try
        {
            try
            {
                await OneAsync(statement);
            }
            catch (SqliteException error)
            {
                throw SqliteErrors.Translate(error, session, cancellation);
            }
        }
        catch (TSqlException error)
        {
            session.EndWrite(commits: false);
            if (session.TransactionCount > 0 && (error.Number == 1205 || session.RollsBackOnError))
            {
                session.Rollback(writer);
            }

            if (!error.EndsStatementOnly || session.RollsBackOnError)
            {
                throw;
            }

            Report(error);
            writer.Done(doneKind, DoneStatus.More | DoneStatus.Error);
        }
    }

    private Task OneAsync(TSqlStatement statement)
    {
        switch (statement)
        {
            case StatementWithCtesAndXmlNamespaces data:
                return DataAsync(data);
            case CreateTableStatement
            or CreateTypeTableStatement
            or CreateIndexStatement
            or DropIndexStatement
            or AlterTableDropTableElementStatement
            or AlterTableAddTableElementStatement:
                return DefinitionAsync(statement);
            case ExecuteStatement { ExecuteSpecification: { } execute }
                when execute.ExecutableEntity is ExecutableProcedureReference call:
                return ExecuteAsync(call, execute.Variable?.Name);
            case DeclareVariableStatement declare:
                foreach (var one in declare.Declarations)
                {
                    batch.Variables[one.VariableName.Value] = (Translator.Type(one.DataType), null);
                    if (one.Value is not null)
                    {
                        Assign(one.VariableName.Value, one.Value);
                    }
                }

                break;
            case SetVariableStatement { AssignmentKind: AssignmentKind.Equals, Expression: not null } set:
                Assign(set.Variable.Name, set.Expression);
                session.RowCount = 1;
                break;
            case PredicateSetStatement set when (set.Options & ~Known) == 0:
                Set(set);
                break;
            case ThrowStatement { ErrorNumber: { } number } raise:
                var raised = Convert.ToInt32(Evaluate(number), CultureInfo.InvariantCulture);
                throw new TSqlException(raised, (string?)Evaluate(raise.Message) ?? "");
            case TransactionStatement { Name: null }:
                Transaction(statement);
                session.RowCount = 0;
                break;
            case CreateDatabaseStatement create:
                Create(create.DatabaseName.Value);
                break;
            case AlterDatabaseSetStatement { Options: [OnOffDatabaseOption option] } alter
                when option.OptionKind == DatabaseOptionKind.ReadCommittedSnapshot:
                FindAltered(alter).IsReadCommittedSnapshotOn = option.OptionState == OptionState.On;
                break;
            default:
                throw TSqlException.Unknown(statement);
        }

        return Task.CompletedTask;
    }

    private void Set(PredicateSetStatement set)
    {
        if (set.Options.HasFlag(SetOptions.XactAbort))
        {
            session.RollsBackOnError = set.IsOn;
        }

        if (set.Options.HasFlag(SetOptions.NoCount))
        {
            session.CountsNoRows = set.IsOn;
        }

        session.RowCount = 0;
    }

    private void Transaction(TSqlStatement statement)
    {
        switch (statement)
        {
            case BeginTransactionStatement:
                session.Begin(writer);
                break;
            case CommitTransactionStatement:
                session.Commit(writer);
                break;
            case RollbackTransactionStatement:
                session.Rollback(writer);
                break;
            default:
                throw TSqlException.Unknown(statement);
        }
    }

    private void Assign(string name, ScalarExpression value)
    {
        var translator = new Translator(_catalog);
        var expression = translator.Expression(value);
        batch.Assign(name, Scalar(expression.Sql, translator), expression.Type);
    }

    private object? Evaluate(ScalarExpression value)
    {
        var translator = new Translator(_catalog);
        return Scalar(translator.Expression(value).Sql, translator);
    }

    private bool Holds(BooleanExpression condition)
    {
        var translator = new Translator(_catalog);
        var sql = $"CASE WHEN {translator.Condition(condition)} THEN 1 ELSE 0 END";
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
            var value = batch.Variables[variable].Value ?? DBNull.Value;
            command.Parameters.AddWithValue(variable.ToLowerInvariant(), value);
        }

        return command;
    }
}
