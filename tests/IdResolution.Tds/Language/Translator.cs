using System.Globalization;
using IdResolution.Tds.Sessions;
using IdResolution.Tds.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <summary>Walks a statement's tree and gives the SQLite statement that does the same. What it does not know is an error. This file: values and conditions.</summary>
internal sealed partial class Translator(SessionCatalog catalog)
{
    private Scope _scope = new();

    /// <summary>The variables that the translated text names.</summary>
    public HashSet<string> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Expr Expression(ScalarExpression expression) => expression switch
    {
        PrimaryExpression { Collation: not null } => throw TSqlException.Unknown(expression),
        VariableReference variable => Variable(variable.Name),
        GlobalVariableExpression global => Global(global, global.Name, []),
        NullLiteral => new Expr("NULL", null),
        IntegerLiteral number => new Expr(number.Value, SqlType.Int),
        NumericLiteral number when long.TryParse(number.Value, CultureInfo.InvariantCulture, out _) => new Expr(number.Value, SqlType.BigInt),
        StringLiteral text => new Expr(Quoted(text.Value), new SqlType(SqlKind.NVarChar, Math.Max(1, text.Value.Length))),
        BinaryLiteral bytes => new Expr($"X'{bytes.Value[2..]}'", new SqlType(SqlKind.VarBinary, Math.Max(1, (bytes.Value.Length - 1) / 2))),
        ColumnReferenceExpression { ColumnType: ColumnType.Regular, MultiPartIdentifier.Identifiers: var names } => _scope.Resolve(names.Count > 1 ? names[^2].Value : null, names[^1].Value),
        ParenthesisExpression inner => Expression(inner.Expression) is var value ? value with { Sql = $"({value.Sql})" } : null!,
        UnaryExpression { UnaryExpressionType: UnaryExpressionType.Negative } minus => Expression(minus.Expression) is var value ? new Expr($"(- {value.Sql})", value.Type) : null!,
        BinaryExpression both => Arithmetic(both),
        CoalesceExpression coalesce => Function("coalesce", [.. coalesce.Expressions.Select(Expression)]),
        SearchedCaseExpression cases => Case(cases),
        CastCall cast => Cast(Expression(cast.Parameter), Type(cast.DataType)),
        ScalarSubquery query => Query(query.QueryExpression) is var inner ? new Expr($"({inner.Sql})", inner.Columns![0].Type) : null!,
        FunctionCall { OverClause: null, UniqueRowFilter: UniqueRowFilter.NotSpecified } call => Function(call),
        _ => throw TSqlException.Unknown(expression),
    };

    public string Condition(BooleanExpression condition)
    {
        switch (condition)
        {
            case BooleanParenthesisExpression inner:
                return $"({Condition(inner.Expression)})";
            case BooleanNotExpression not:
                return $"NOT ({Condition(not.Expression)})";
            case BooleanBinaryExpression both:
                return $"{Condition(both.FirstExpression)} {(both.BinaryExpressionType == BooleanBinaryExpressionType.And ? "AND" : "OR")} {Condition(both.SecondExpression)}";
            case BooleanIsNullExpression isNull:
                return $"{Expression(isNull.Expression).Sql} IS {(isNull.IsNot ? "NOT " : "")}NULL";
            case ExistsPredicate exists:
                return $"EXISTS ({Query(exists.Subquery.QueryExpression).Sql})";
            case BooleanComparisonExpression comparison when Sign(comparison.ComparisonType) is { } sign:
                var (left, right) = (Expression(comparison.FirstExpression), Expression(comparison.SecondExpression));
                return $"{Collated(left, right)} {sign} {right.Sql}";
            case InPredicate { Subquery: { } subquery } among:
                var query = Query(subquery.QueryExpression);
                return $"{Collated(Expression(among.Expression), new Expr("", query.Columns![0].Type))} {(among.NotDefined ? "NOT " : "")}IN ({query.Sql})";
            case InPredicate among:
                var one = Expression(among.Expression);
                var values = among.Values.Select(Expression).ToList();
                return $"{values.Aggregate(one.Sql, (_, value) => Collated(one, value))} {(among.NotDefined ? "NOT " : "")}IN ({string.Join(", ", values.Select(value => value.Sql))})";
            case LikePredicate { EscapeExpression: null } like:
                var text = Expression(like.FirstExpression);
                return $"{(like.NotDefined ? "NOT " : "")}tsql_like({text.Sql}, {Expression(like.SecondExpression).Sql}, {(text.Collation == Collation.Binary ? 0 : 1)})";
            default:
                throw TSqlException.Unknown(condition);
        }
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A type with its length or precision.</summary>
    public static SqlType Type(DataTypeReference type) => type is SqlDataTypeReference sql
        ? SqlType.Named(sql.Name.BaseIdentifier.Value, sql.Parameters.FirstOrDefault()?.Value) ?? throw TSqlException.Unknown(type)
        : throw TSqlException.Unknown(type);

    /// <summary>Clauses that this server does not know.</summary>
    private static void Refuse(params TSqlFragment?[] clauses)
    {
        if (Array.Find(clauses, clause => clause is not null) is { } clause)
        {
            throw TSqlException.Unknown(clause);
        }
    }

    private Expr Variable(string name)
    {
        Variables.Add(name);
        return new Expr(name.ToLowerInvariant(), catalog.TypeOf(name));
    }

    private Expr Global(TSqlFragment fragment, string name, IReadOnlyList<string> arguments)
    {
        var (value, type) = catalog.FindGlobal(name, arguments) ?? throw TSqlException.Unknown(fragment);
        return new Expr(value is string text ? Quoted(text) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "NULL", type);
    }

    private Expr Arithmetic(BinaryExpression both)
    {
        var (left, right) = (Expression(both.FirstExpression), Expression(both.SecondExpression));
        var type = SqlType.Wider(left.Type, right.Type);
        var sign = both.BinaryExpressionType switch
        {
            BinaryExpressionType.Add when type is { IsText: true } => "||",
            BinaryExpressionType.Add when type is not { IsBinary: true } => "+",
            BinaryExpressionType.Subtract => "-",
            BinaryExpressionType.Multiply => "*",
            _ => throw TSqlException.Unknown(both),
        };
        return new Expr($"({left.Sql} {sign} {right.Sql})", type is { IsText: true } ? SqlType.Text : type);
    }

    private Expr Case(SearchedCaseExpression cases)
    {
        var values = cases.WhenClauses.Select(when => Expression(when.ThenExpression)).ToList();
        var whens = cases.WhenClauses.Zip(values, (when, value) => $" WHEN {Condition(when.WhenExpression)} THEN {value.Sql}").ToList();
        var otherwise = cases.ElseExpression is null ? new Expr("NULL", null) : Expression(cases.ElseExpression);
        return new Expr($"(CASE{string.Concat(whens)} ELSE {otherwise.Sql} END)", values.Append(otherwise).Select(value => value.Type).Aggregate(SqlType.Wider));
    }

    private static Expr Cast(Expr value, SqlType type) => new($"tsql_cast({value.Sql}, '{type.Declaration(false)}', {(value.Type is null ? "NULL" : $"'{value.Type.Declaration(false)}'")})", type);

    private Expr Function(FunctionCall call)
    {
        var name = call.FunctionName.Value.ToUpperInvariant();
        return (name, call.Parameters) switch
        {
            ("COUNT", [ColumnReferenceExpression { ColumnType: ColumnType.Wildcard }]) => new Expr("count(*)", SqlType.Int),
            ("COUNT_BIG", [ColumnReferenceExpression { ColumnType: ColumnType.Wildcard }]) => new Expr("count(*)", SqlType.BigInt),
            ("MAX" or "MIN" or "SUM", [var only]) => Function(name, [Expression(only)]),
            ("SYSUTCDATETIME", []) => new Expr("tsql_now()", SqlType.Time),
            (_, var arguments) => Global(call, name, [.. arguments.Select(argument => Expression(argument).Sql.Trim('\''))]),
        };
    }

    private static Expr Function(string name, Expr[] arguments)
        => new($"{name}({string.Join(", ", arguments.Select(argument => argument.Sql))})", arguments.Select(argument => argument.Type).Aggregate(SqlType.Wider));

    private static string? Sign(BooleanComparisonType type) => type switch
    {
        BooleanComparisonType.Equals => "=",
        BooleanComparisonType.NotEqualToBrackets or BooleanComparisonType.NotEqualToExclamation => "<>",
        BooleanComparisonType.GreaterThan => ">",
        BooleanComparisonType.GreaterThanOrEqualTo => ">=",
        BooleanComparisonType.LessThan => "<",
        BooleanComparisonType.LessThanOrEqualTo => "<=",
        _ => null,
    };

    /// <summary>The left side of a comparison, with the collation under which both sides compare; text and binary do not meet.</summary>
    private static string Collated(Expr left, Expr right)
    {
        if (left is { Type.IsText: true, IsNull: false } && right is { Type.IsBinary: true })
        {
            throw Incompatible(left.Type, right.Type);
        }

        if (right is { Type.IsText: true, IsNull: false } && left is { Type.IsBinary: true })
        {
            throw Incompatible(right.Type, left.Type);
        }

        if (left.Collation is not null && right.Collation is not null && left.Collation != right.Collation)
        {
            throw new TSqlException(468, "Cannot resolve the collation conflict between \"Latin1_General_BIN2\" and \"SQL_Latin1_General_CP1_CI_AS\" in the equal to operation.");
        }

        // SQLite takes a column's by itself.
        var isOpen = (left.Collation ?? right.Collation) is null && (left.Type ?? right.Type) is { IsText: true };
        return isOpen ? $"{left.Sql} COLLATE {Collation.Default}" : left.Sql;
    }

    private static TSqlException Incompatible(SqlType source, SqlType target)
        => new(257, $"Implicit conversion from data type {source.Name} to {target.Name} is not allowed. Use the CONVERT function to run this query.");
}
