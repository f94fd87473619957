using System.Globalization;
using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>
/// Reads T-SQL from a list of tokens and gives the SQLite statement that does the same. What it does not know is an error. This file: expressions.
/// </summary>
internal sealed partial class Translator(IReadOnlyList<Token> tokens, int position, ICatalog catalog) : TokenCursor(tokens, position)
{
    private Scope _scope = new();

    /// <summary>The variables that the translated text names.</summary>
    public HashSet<string> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Expr Expression()
    {
        var left = Term();
        while (Current.Is("+") || Current.Is("-") || Current.Is("&") || Current.Is("|") || Current.Is("^"))
        {
            var sign = Next().Value;
            left = Arithmetic(left, sign, Term());
        }

        return left;
    }

    private Expr Term()
    {
        var left = Unary();
        while (Current.Is("*") || Current.Is("/") || Current.Is("%"))
        {
            var sign = Next().Value;
            left = Arithmetic(left, sign, Unary());
        }

        return left;
    }

    private static Expr Arithmetic(Expr left, string sign, Expr right)
    {
        var type = SqlType.Wider(left.Type, right.Type);
        if (sign == "+" && type is { IsText: true })
        {
            var length = Math.Min(4000, (left.Type?.Length ?? 0) + (right.Type?.Length ?? 0));
            var isMax = left.Type?.Length == SqlType.Max || right.Type?.Length == SqlType.Max;
            return new Expr($"({left.Sql} || {right.Sql})", type with { Length = isMax ? SqlType.Max : length }, left.Collation ?? right.Collation);
        }

        if (sign == "+" && type is { IsBinary: true })
        {
            return new Expr($"tsql_join({left.Sql}, {right.Sql})", SqlType.Bytes);
        }

        return sign switch
        {
            "/" or "%" => new Expr($"tsql_divide({left.Sql}, '{sign}', {right.Sql})", type),
            "^" => throw TSqlException.Syntax(sign),
            _ => new Expr($"({left.Sql} {sign} {right.Sql})", type?.Kind == SqlKind.Bit ? SqlType.Int : type),
        };
    }

    private Expr Unary()
    {
        if (Accept("-"))
        {
            var operand = Unary();
            return operand with { Sql = $"(- {operand.Sql})", Name = null };
        }

        if (Accept("+"))
        {
            return Unary();
        }

        var primary = Primary();
        while (Accept("COLLATE"))
        {
            var collation = ExpectName();
            collation = collation.Equals("DATABASE_DEFAULT", StringComparison.OrdinalIgnoreCase) ? Collation.Default : Collation.Named(collation);
            primary = primary with { Sql = $"({primary.Sql} COLLATE {collation})", Collation = collation, CarriesCollation = true, IsCollateClause = true };
        }

        return primary;
    }

    private Expr Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Variable:
                return Variable();
            case TokenKind.Text:
                Next();
                return new Expr($"'{token.Value.Replace("'", "''", StringComparison.Ordinal)}'", new SqlType(SqlKind.NVarChar, Math.Max(1, token.Value.Length)));
            case TokenKind.Binary:
                Next();
                var digits = token.Value[2..];
                return new Expr($"X'{(digits.Length % 2 == 0 ? "" : "0")}{digits}'", new SqlType(SqlKind.VarBinary, Math.Max(1, (digits.Length + 1) / 2)));
            case TokenKind.Integer:
                Next();
                return new Expr(token.Value, int.TryParse(token.Value, out _) ? SqlType.Int : new SqlType(SqlKind.Decimal, 0, (byte)token.Value.Length));
            case TokenKind.Decimal:
                Next();
                var scale = token.Value.Length - token.Value.IndexOf('.', StringComparison.Ordinal) - 1;
                return new Expr(token.Value, new SqlType(SqlKind.Decimal, 0, (byte)(token.Value.Length - 1), (byte)scale));
            case TokenKind.Symbol when token.Value == "(":
                return Parenthesis();
            default:
                return Named();
        }
    }

    private Expr Parenthesis()
    {
        Expect("(");
        if (Current.Is("SELECT") || Current.Is("WITH"))
        {
            var query = Select();
            Expect(")");
            var column = query.Columns is [var only, ..] ? only : new ColumnShape("", null);
            return new Expr($"({query.Sql})", column.Type, column.Collation);
        }

        var inner = Expression();
        Expect(")");
        return inner with { Sql = $"({inner.Sql})" };
    }

    private Expr Variable()
    {
        var name = Next().Value;
        if (name.StartsWith("@@", StringComparison.Ordinal))
        {
            return Global(name, []) ?? throw TSqlException.Syntax(name);
        }

        Variables.Add(name);
        return new Expr(name.ToLowerInvariant(), catalog.TypeOf(name));
    }

    private Expr? Global(string name, IReadOnlyList<string> arguments)
    {
        if (catalog.FindGlobal(name, arguments) is not { } global)
        {
            return null;
        }

        return new Expr(
            global.Value switch
            {
                null => "NULL",
                string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
                var number => Convert.ToString(number, CultureInfo.InvariantCulture)!,
            },
            global.Type);
    }

    private Expr Named()
    {
        if (Accept("NULL"))
        {
            return new Expr("NULL", null);
        }

        if (Accept("CASE"))
        {
            return Case();
        }

        // LEFT and RIGHT are the only reserved words that are functions.
        if (Ahead(1).Is("(") && Current.Kind == TokenKind.Word && (!IsReserved(Current) || Current.Is("LEFT") || Current.Is("RIGHT")))
        {
            return Function();
        }

        if (Current.Is("NEXT") || Current.Is("CURRENT_TIMESTAMP"))
        {
            throw Unexpected();
        }

        var name = ExpectName();
        string? qualifier = null;
        while (Accept("."))
        {
            (qualifier, name) = (name, ExpectName());
        }

        return _scope.Resolve(qualifier, name);
    }

    private Expr Case()
    {
        var subject = Current.Is("WHEN") ? null : Expression();
        var sql = "CASE";
        SqlType? type = null;
        string? collation = null;
        while (Accept("WHEN"))
        {
            var when = subject is null ? Condition() : Comparison(subject, "=", Expression());
            Expect("THEN");
            var then = Expression();
            sql += $" WHEN {when} THEN {then.Sql}";
            (type, collation) = (SqlType.Wider(type, then.Type), collation ?? then.Collation);
        }

        if (Accept("ELSE"))
        {
            var otherwise = Expression();
            sql += $" ELSE {otherwise.Sql}";
            (type, collation) = (SqlType.Wider(type, otherwise.Type), collation ?? otherwise.Collation);
        }

        Expect("END");
        return new Expr($"({sql} END)", type, collation);
    }

    /// <summary>A type with its length or precision.</summary>
    public SqlType Type()
    {
        var start = Position;
        var name = ExpectName();
        List<int> numbers = [];
        if (Accept("("))
        {
            do
            {
                numbers.Add(Accept("MAX") ? SqlType.Max : ExpectInteger());
            }
            while (Accept(","));
            Expect(")");
        }

        return SqlType.Named(name, [.. numbers]) ?? throw new TSqlException(243, $"Type {At(start).Value} is not a defined system type.");
    }
}
