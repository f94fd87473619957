namespace IdResolution.Tds.Language;

/// <summary>A place in a list of tokens.</summary>
internal class TokenCursor(IReadOnlyList<Token> tokens, int position)
{
    // Words that begin or continue a clause, so that they are no alias and end what stands before them.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "ALTER", "AND", "AS", "BEGIN", "BETWEEN", "BREAK", "BY", "CASE", "COLLATE", "COMMIT", "CONTINUE", "CREATE", "CROSS", "DECLARE", "DELETE", "DENY", "DISTINCT",
        "DROP", "ELSE", "END", "ESCAPE", "EXCEPT", "EXEC", "EXECUTE", "EXISTS", "FETCH", "FOR", "FROM", "FULL", "GO", "GOTO", "GRANT", "GROUP", "HAVING", "IF", "IN", "INNER",
        "INSERT", "INTERSECT", "INTO", "IS", "JOIN", "LEFT", "LIKE", "MERGE", "NOT", "NULL", "ON", "OPTION", "OR", "ORDER", "OUTER", "OUTPUT", "OVER", "PRINT",
        "RAISERROR", "RETURN", "REVOKE", "RIGHT", "ROLLBACK", "SAVE", "SELECT", "SET", "THEN", "THROW", "TOP", "TRUNCATE", "UNION", "UPDATE", "USE", "VALUES",
        "WAITFOR", "WHEN", "WHERE", "WHILE", "WITH",
    };

    public int Position { get; set; } = position;

    public Token Current => tokens[Position];

    protected Token Ahead(int count) => tokens[Math.Min(Position + count, tokens.Count - 1)];

    protected Token At(int index) => tokens[index];

    public Token Next()
    {
        var token = Current;
        if (token.Kind != TokenKind.End)
        {
            Position++;
        }

        return token;
    }

    public bool Accept(string word)
    {
        if (!Current.Is(word))
        {
            return false;
        }

        Position++;
        return true;
    }

    public bool Accept(string first, string second)
    {
        if (!Current.Is(first) || !Ahead(1).Is(second))
        {
            return false;
        }

        Position += 2;
        return true;
    }

    public void Expect(string word)
    {
        if (!Accept(word))
        {
            throw Unexpected();
        }
    }

    public string ExpectName() => IsName(Current) ? Next().Value : throw Unexpected();

    public int ExpectInteger() => Current.Kind == TokenKind.Integer
        ? int.Parse(Next().Value, System.Globalization.CultureInfo.InvariantCulture)
        : throw Unexpected();

    public static bool IsReserved(Token token) => token.Kind == TokenKind.Word && Reserved.Contains(token.Value);

    public static bool IsName(Token token) => token.IsName && !IsReserved(token);

    public TSqlException Unexpected() => TSqlException.Syntax(Current.Kind == TokenKind.End ? "end of batch" : Current.Value);

    /// <summary>The index of the token that closes the parenthesis at <paramref name="open"/>.</summary>
    protected int Closing(int open)
    {
        var depth = 0;
        for (var index = open; index < tokens.Count; index++)
        {
            depth += tokens[index].Is("(") ? 1 : tokens[index].Is(")") ? -1 : 0;
            if (depth == 0)
            {
                return index;
            }
        }

        throw TSqlException.Syntax("(");
    }

    /// <summary>Steps over a parenthesis with all that is in it.</summary>
    protected void SkipParenthesis() => Position = Closing(Position) + 1;
}
