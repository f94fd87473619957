using System.Globalization;
using IdResolution.Tds.Sessions;
using IdResolution.Tds.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <summary>
/// Walks a statement's tree and gives the SQLite statement that does the same. What it does not know is an error. This
/// file: values and conditions.
/// </summary>
internal sealed partial class Translator(SessionCatalog catalog)
{
    private Scope _scope = new();

    /// <summary>The variables that the translated text names.</summary>
    public HashSet<string> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Expr Expression(ScalarExpression expression)
    {
        switch (expression)
        {
            case PrimaryExpression { Collation: not null }:
                throw TSqlException.Unknown(expression);
            case VariableReference variable:
                Variables.Add(variable.Name);
                return new Expr(variable.Name.ToLowerInvariant(), catalog.TypeOf(variable.Name));
            case GlobalVariableExpression global:
                return Global(global, global.Name.ToUpperInvariant());
            case NullLiteral:
                return new Expr("NULL", null);
            case IntegerLiteral number:
                return new Expr(number.Value, SqlType.Int);
            case NumericLiteral number when long.TryParse(number.Value, CultureInfo.InvariantCulture, out _):
                return new Expr(number.Value, SqlType.BigInt);
            case StringLiteral text:
                return new Expr(Quoted(text.Value), new SqlType(SqlKind.NVarChar, Math.Max(1, text.Value.Length)));
            case BinaryLiteral { Value: [_, _, .. var digits] }:
                return new Expr($"X'{digits}'", new SqlType(SqlKind.VarBinary, Math.Max(1, digits.Length / 2)));
            case ColumnReferenceExpression { ColumnType: ColumnType.Regular } column:
                var names = column.MultiPartIdentifier.Identifiers;
                return _scope.Resolve(names.Count > 1 ? names[^2].Value : null, names[^1].Value);
            case ParenthesisExpression parenthesis:
                var inner = Expression(parenthesis.Expression);
                return inner with { Sql = $"({inner.Sql})" };
            case UnaryExpression { UnaryExpressionType: UnaryExpressionType.Negative } minus:
                var operand = Expression(minus.Expression);
                return new Expr($"(- {operand.Sql})", operand.Type);
            case BinaryExpression both:
                return Arithmetic(both);
            case CoalesceExpression coalesce:
                return Function("coalesce", [.. coalesce.Expressions.Select(Expression)]);
            case SearchedCaseExpression cases:
                return Case(cases);
            case CastCall cast:
                return Cast(Expression(cast.Parameter), Type(cast.DataType));
            case ScalarSubquery subquery:
                var query = Query(subquery.QueryExpression);
                return new Expr($"({query.Sql})", query.Columns![0].Type);
            case FunctionCall { OverClause: null, UniqueRowFilter: UniqueRowFilter.NotSpecified } call:
                return Function(call);
            default:
                throw TSqlException.Unknown(expression);
        }
    }

    public string Condition(BooleanExpression condition)
    {
        switch (condition)
        {
            case BooleanParenthesisExpression inner:
                return $"({Condition(inner.Expression)})";
            case BooleanNotExpression not:
                return $"NOT ({Condition(not.Expression)})";
            case BooleanBinaryExpression both:
                var word = both.BinaryExpressionType == BooleanBinaryExpressionType.And ? "AND" : "OR";
                return $"{Condition(both.FirstExpression)} {word} {Condition(both.SecondExpression)}";
            case BooleanIsNullExpression isNull:
                return $"{Expression(isNull.Expression).Sql} IS {(isNull.IsNot ? "NOT " : "")}NULL";
            case ExistsPredicate exists:
                return $"EXISTS ({Query(exists.Subquery.QueryExpression).Sql})";
            case BooleanComparisonExpression comparison when Sign(comparison.ComparisonType) is { } sign:
                var (left, right) = (Expression(comparison.FirstExpression), Expression(comparison.SecondExpression));
                return $"{Collated(left, right)} {sign} {right.Sql}";
            case InPredicate among:
                return In(among);
            case LikePredicate { EscapeExpression: null } like:
                var (text, pattern) = (Expression(like.FirstExpression), Expression(like.SecondExpression));
                var foldsCase = text.Collation == Collation.Binary ? 0 : 1;
                return $"{(like.NotDefined ? "NOT " : "")}tsql_like({text.Sql}, {pattern.Sql}, {foldsCase})";
            default:
                throw TSqlException.Unknown(condition);
        }
    }

    private string In(InPredicate among)
    {
        var one = Expression(among.Expression);
        var not = among.NotDefined ? "NOT " : "";
        if (among.Subquery is not null)
        {
            var query = Query(among.Subquery.QueryExpression);
            return $"{Collated(one, new Expr("", query.Columns![0].Type))} {not}IN ({query.Sql})";
        }

        var values = among.Values.Select(Expression).ToList();
        var left = values.Select(value => Collated(one, value)).Last();
        return $"{left} {not}IN ({string.Join(", ", values.Select(value => value.Sql))})";
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A type with its length or precision.</summary>
    public static SqlType Type(DataTypeReference type)
    {
        var number = (type as SqlDataTypeReference)?.Parameters.FirstOrDefault()?.Value;
        return SqlType.Named(type.Name.BaseIdentifier.Value, number) ?? throw TSqlException.Unknown(type);
    }

    /// <summary>Clauses that this server does not know.</summary>
    private static void Refuse(params TSqlFragment?[] clauses)
    {
        if (Array.Find(clauses, clause => clause is not null) is { } clause)
        {
            throw TSqlException.Unknown(clause);
        }
    }

    private Expr Global(TSqlFragment fragment, string name)
    {
        var (value, type) = catalog.FindGlobal(name) ?? throw TSqlException.Unknown(fragment);
        var number = Convert.ToString(value, CultureInfo.InvariantCulture);
        return new Expr(value is string text ? Quoted(text) : number ?? "NULL", type);
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
            BinaryExpressionType.Divide when type is { IsText: false, IsBinary: false } => "/",
            _ => throw TSqlException.Unknown(both),
        };
        return new Expr($"({left.Sql} {sign} {right.Sql})", type is { IsText: true } ? SqlType.Text : type);
    }

    private Expr Case(SearchedCaseExpression cases)
    {
        var values = cases.WhenClauses.Select(when => Expression(when.ThenExpression)).ToList();
        var whens = cases
            .WhenClauses.Zip(values, (when, value) => $" WHEN {Condition(when.WhenExpression)} THEN {value.Sql}")
            .ToList();
        var otherwise = cases.ElseExpression is null ? new Expr("NULL", null) : Expression(cases.ElseExpression);
        return new Expr($"(CASE{string.Concat(whens)} ELSE {otherwise.Sql} END)", Widest([.. values, otherwise]));
    }

    private static Expr Cast(Expr value, SqlType type) =>
        new($"tsql_cast({value.Sql}, '{type.Declaration(false)}', '{value.Type?.Declaration(false)}')", type);

    private Expr Function(FunctionCall call)
    {
        var name = call.FunctionName.Value.ToUpperInvariant();
        return (name, call.Parameters) switch
        {
            ("COUNT" or "COUNT_BIG", [ColumnReferenceExpression { ColumnType: ColumnType.Wildcard }]) => new Expr(
                "count(*)",
                name == "COUNT" ? SqlType.Int : SqlType.BigInt
            ),
            ("MAX" or "MIN" or "SUM", [var only]) => Function(name, [Expression(only)]),
            ("DATALENGTH", [var only]) => new Expr($"length({Expression(only).Sql})", SqlType.BigInt),
            ("SYSUTCDATETIME", []) => new Expr("tsql_now()", SqlType.Time),
            (_, []) => Global(call, name),
            _ => throw TSqlException.Unknown(call),
        };
    }

    private static Expr Function(string name, Expr[] arguments) =>
        new($"{name}({string.Join(", ", arguments.Select(argument => argument.Sql))})", Widest(arguments));

    private static SqlType? Widest(IEnumerable<Expr> values) =>
        values.Select(value => value.Type).Aggregate(SqlType.Wider);

    private static string? Sign(BooleanComparisonType type) =>
        type switch
        {
            BooleanComparisonType.Equals => "=",
            BooleanComparisonType.NotEqualToBrackets or BooleanComparisonType.NotEqualToExclamation => "<>",
            BooleanComparisonType.GreaterThan => ">",
            BooleanComparisonType.GreaterThanOrEqualTo => ">=",
            BooleanComparisonType.LessThan => "<",
            BooleanComparisonType.LessThanOrEqualTo => "<=",
            _ => null,
        };

    /// <summary>The left side of a comparison, with the collation of both sides; text and binary do not meet.</summary>
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
            throw new TSqlException(468, $"Cannot resolve the conflict of {left.Collation} and {right.Collation}.");
        }

        // SQLite takes a column's by itself.
        var isOpen = (left.Collation ?? right.Collation) is null && (left.Type ?? right.Type) is { IsText: true };
        return isOpen ? $"{left.Sql} COLLATE {Collation.Default}" : left.Sql;
    }

    private static TSqlException Incompatible(SqlType source, SqlType target) =>
        new(257, $"Implicit conversion from data type {source.Name} to {target.Name} is not allowed.");
}
