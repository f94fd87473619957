using System.Collections.Concurrent;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <summary>
/// Microsoft's grammar of SQL Server 2019. A text is parsed once in a process; its tree is only read.
/// </summary>
internal static class Grammar
{
    // Clients send few different texts, and many that differ by the number of rows in them.
    private const int Kept = 2_000;

    private static readonly ConcurrentDictionary<string, ParsedBatch> s_batches = new();
    private static readonly ConcurrentDictionary<string, IList<ProcedureParameter>> s_parameters = new();

    /// <summary>Reads something of most kinds, so that nothing waits for the grammar's own code later.</summary>
    public static void Warm() =>
        Read(
            """
            IF NOT EXISTS (SELECT 1 FROM t) CREATE TABLE t (a int NOT NULL, CONSTRAINT t_pk PRIMARY KEY (a));
            CREATE UNIQUE INDEX i ON t (a) WHERE a IS NOT NULL;
            DECLARE @r int; EXEC @r = sp_getapplock @Resource = N'r';
            BEGIN TRANSACTION; UPDATE t SET a = n.a FROM t JOIN @n n ON n.a = t.a WHERE t.a = @r OPTION (LOOP JOIN); COMMIT;
            INSERT INTO t (a) SELECT x.a FROM @n n CROSS APPLY (SELECT TOP (1) * FROM t WHERE a = n.a) x;
            """
        );

    /// <summary>A batch that keeps to the T-SQL we write.</summary>
    public static ParsedBatch Read(string batch) =>
        Find(
            s_batches,
            batch,
            static text =>
            {
                var script = Parse(text, out var errors);
                var rules = new SubsetVisitor();
                script?.Accept(rules);
                var faults = errors.Select(error => $"line {error.Line}: {error.Message}").Concat(rules.Faults);
                return faults.FirstOrDefault() is { } fault
                    ? throw TSqlException.Syntax(fault)
                    : new ParsedBatch([.. script!.Batches.SelectMany(one => one.Statements)], rules.Joins);
            }
        );

    /// <summary>The second parameter of sp_executesql: <c>@a int,@b nvarchar(20),@t dbo.keys READONLY</c>.</summary>
    public static IList<ProcedureParameter> ReadParameters(string text) =>
        Find(
            s_parameters,
            text,
            static text =>
            {
                var script = Parse($"CREATE PROCEDURE p {text} AS", out var errors);
                return errors.Count == 0
                    ? ((CreateProcedureStatement)script!.Batches[0].Statements[0]).Parameters
                    : throw TSqlException.Syntax(errors[0].Message);
            }
        );

    /// <summary>The tree of a script; null where the errors are such that there is none.</summary>
    public static TSqlScript? Parse(string text, out IList<ParseError> errors) =>
        (TSqlScript?)new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(text), out errors);

    private static T Find<T>(ConcurrentDictionary<string, T> kept, string text, Func<string, T> read)
    {
        if (kept.TryGetValue(text, out var found))
        {
            return found;
        }

        if (kept.Count >= Kept)
        {
            kept.Clear();
        }

        return kept.GetOrAdd(text, read);
    }
}
