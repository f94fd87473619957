using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <content>Conditions, which are no values in T-SQL.</content>
internal sealed partial class Translator
{
    private static readonly HashSet<string> Comparisons = ["=", "<>", "!=", "<", ">", "<=", ">="];

    public string Condition()
    {
        var left = Conjunction();
        while (Accept("OR"))
        {
            left = $"({left} OR {Conjunction()})";
        }

        return left;
    }

    private string Conjunction()
    {
        var left = Negation();
        while (Accept("AND"))
        {
            left = $"{left} AND {Negation()}";
        }

        return left;
    }

    private string Negation() => Accept("NOT") ? $"NOT ({Negation()})" : Predicate();

    private string Predicate()
    {
        if (Accept("EXISTS"))
        {
            Expect("(");
            var query = Select();
            Expect(")");
            return $"EXISTS ({query.Sql})";
        }

        if (Current.Is("(") && IsConditionInParenthesis())
        {
            Expect("(");
            var inner = Condition();
            Expect(")");
            return $"({inner})";
        }

        var left = Expression();
        if (Accept("IS"))
        {
            var isNot = Accept("NOT") ? "NOT " : "";
            return Accept("NULL") ? $"{left.Sql} IS {isNot}NULL" : throw (Current.Is("DISTINCT") ? TSqlException.LeftOut("IS DISTINCT FROM", "write the NULL cases out") : Unexpected());
        }

        if (Comparisons.Contains(Current.Value) && Current.Kind == TokenKind.Symbol)
        {
            var sign = Next().Value;
            return Comparison(left, sign == "!=" ? "<>" : sign, Expression());
        }

        var not = Accept("NOT") ? "NOT " : "";
        return Accept("IN") ? In(left, not)
            : Accept("LIKE") ? Like(left, not)
            : Accept("BETWEEN") ? Between(left, not)
            : throw (not.Length == 0
                ? new TSqlException(4145, $"An expression of non-boolean type specified in a context where a condition is expected, near '{Current.Value}'.", 15)
                : Unexpected());
    }

    // What follows the closing parenthesis tells a condition in parentheses from a value in them.
    private bool IsConditionInParenthesis()
    {
        if (Ahead(1).Is("SELECT"))
        {
            return false;
        }

        var after = At(Closing(Position) + 1);
        return !(after.Kind == TokenKind.Symbol && (Comparisons.Contains(after.Value) || after.Value is "+" or "-" or "*" or "/" or "%" or "&" or "|"))
            && !after.Is("IS") && !after.Is("IN") && !after.Is("LIKE") && !after.Is("BETWEEN") && !after.Is("COLLATE")
            && !(after.Is("NOT") && (At(Closing(Position) + 2).Is("IN") || At(Closing(Position) + 2).Is("LIKE") || At(Closing(Position) + 2).Is("BETWEEN")));
    }

    private static string Comparison(Expr left, string sign, Expr right)
    {
        (left, right) = (Fit(left, right), Fit(right, left));
        return $"{Collated(left, right)} {sign} {right.Sql}";
    }

    private string In(Expr left, string not)
    {
        Expect("(");
        if (Current.Is("SELECT"))
        {
            var query = Select();
            Expect(")");
            return $"{Collated(left, new Expr("", query.Columns?[0].Type, query.Columns?[0].Collation))} {not}IN ({query.Sql})";
        }

        List<string> values = [];
        do
        {
            var value = Expression();
            Fit(left, value);
            values.Add(Fit(value, left).Sql);
        }
        while (Accept(","));
        Expect(")");
        return $"{Collated(left, new Expr("", null))} {not}IN ({string.Join(", ", values)})";
    }

    private string Between(Expr left, string not)
    {
        var low = Expression();
        Expect("AND");
        var high = Expression();
        return $"{not}({Comparison(left, ">=", low)} AND {Comparison(left, "<=", high)})";
    }

    private string Like(Expr left, string not)
    {
        var pattern = Expression();
        var escape = Accept("ESCAPE") ? Expression().Sql : "NULL";
        var foldsCase = (left.Collation ?? pattern.Collation) == Collation.Binary ? 0 : 1;
        return $"{not}tsql_like({left.Sql}, {pattern.Sql}, {escape}, {foldsCase})";
    }

    /// <summary>The expression as it compares with another: text beside a time or a GUID becomes one; text and binary do not meet.</summary>
    private static Expr Fit(Expr one, Expr other)
    {
        if (one.Type is null || other.Type is null || one.IsNull)
        {
            return one;
        }

        if (one.Type.IsText && other.Type.IsBinary)
        {
            throw Incompatible(one.Type, other.Type);
        }

        return one.Type.IsText && (other.Type.IsTime || other.Type.Kind == SqlKind.UniqueIdentifier)
            ? one with { Sql = $"tsql_cast({one.Sql}, '{other.Type.Declaration(false)}', NULL)" }
            : one;
    }

    private static TSqlException Incompatible(SqlType source, SqlType target) => new(
        257, $"Implicit conversion from data type {source.Kind.ToString().ToLowerInvariant()} to {target.Kind.ToString().ToLowerInvariant()} is not allowed. Use the CONVERT function to run this query.");

    /// <summary>The left side with the collation under which both sides compare, where SQLite would take another.</summary>
    private static string Collated(Expr left, Expr right)
    {
        if (left.Type is not { IsText: true } && right.Type is not { IsText: true })
        {
            return left.Sql;
        }

        if (left is { CarriesCollation: true, IsCollateClause: false } && right is { CarriesCollation: true, IsCollateClause: false } && left.Collation != right.Collation)
        {
            throw new TSqlException(468, "Cannot resolve the collation conflict between \"Latin1_General_BIN2\" and \"SQL_Latin1_General_CP1_CI_AS\" in the equal to operation.");
        }

        var collation = left.IsCollateClause ? left.Collation : right.IsCollateClause ? right.Collation : left.Collation ?? right.Collation ?? Collation.Default;
        var known = left.CarriesCollation ? left.Collation : right.CarriesCollation ? right.Collation : null;
        return known == collation && !(right.IsCollateClause && !left.IsCollateClause) ? left.Sql : $"{left.Sql} COLLATE {collation}";
    }
}
