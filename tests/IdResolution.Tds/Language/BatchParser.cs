using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>Reads a whole batch into statements, so that bad syntax anywhere in it keeps all of it from running.</summary>
internal sealed class BatchParser(IReadOnlyList<Token> tokens) : TokenCursor(tokens, 0)
{
    private static readonly SyntaxCatalog Catalog = new();

    private readonly IReadOnlyList<Token> _tokens = tokens;

    public static Statement.Block Read(IReadOnlyList<Token> tokens)
    {
        var parser = new BatchParser(tokens);
        List<Statement> statements = [];
        while (parser.SkipSemicolons().Kind != TokenKind.End)
        {
            statements.AddRange(parser.Statements());
        }

        return new Statement.Block(statements);
    }

    private Token SkipSemicolons()
    {
        while (Accept(";"))
        {
        }

        return Current;
    }

    private List<Statement> Statements() => Accept("DECLARE") ? Declarations() : [One()];

    private Statement One()
    {
        SkipSemicolons();
        var word = Current.Kind == TokenKind.Word ? Current.Value.ToUpperInvariant() : throw Unexpected();
        switch (word)
        {
            case "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "WITH" or "MERGE":
                return Data();
            case "CREATE" or "ALTER" or "DROP" when Ahead(1).Is("DATABASE"):
                return Database();
            case "CREATE" or "ALTER" or "DROP" or "TRUNCATE":
                var start = Position;
                Check(translator => translator.Definition());
                return new Statement.Definition(start);
            case "USE":
                Next();
                return new Statement.Database("USE", ExpectName(), "");
            case "IF":
                return If();
            case "WHILE":
                Next();
                var condition = Check(translator => translator.Condition());
                return new Statement.While(condition, One());
            case "BEGIN" when Ahead(1).Is("TRY"):
                return Try();
            case "BEGIN" when !Ahead(1).Is("TRAN") && !Ahead(1).Is("TRANSACTION"):
                Next();
                return Until("END");
            case "BEGIN" or "COMMIT" or "ROLLBACK":
                return Transaction(word);
            case "SET":
                return Set();
            case "THROW":
                return Throw();
            case "EXEC" or "EXECUTE":
                return Execute();
            case "PRINT":
                Next();
                return new Statement.Print(Check(translator => translator.Expression()));
            case "RETURN":
                Next();
                return new Statement.Return();
            case "WAITFOR":
                throw TSqlException.LeftOut("WAITFOR", "wait in C#");
            case "DECLARE":
                throw new TSqlException(102, "This test server takes DECLARE only in a block of its own.", 15);
            default:
                throw Unexpected();
        }
    }

    private Statement.Data Data()
    {
        var start = Position;
        Check(translator => translator.Statement());
        return new Statement.Data(start);
    }

    /// <summary>Reads a part by the translator, and goes on behind it; gives where the part began.</summary>
    private int Check(Action<Translator> read)
    {
        var start = Position;
        var translator = new Translator(_tokens, start, Catalog);
        read(translator);
        Position = translator.Position;
        return start;
    }

    private List<Statement> Declarations()
    {
        List<Statement> declarations = [];
        do
        {
            var name = Current.Kind == TokenKind.Variable ? Next().Value : throw Unexpected();
            _ = Accept("AS");
            if (Accept("TABLE"))
            {
                declarations.Add(new Statement.DeclareTable(name, Check(translator => translator.TableVariable())));
                continue;
            }

            SqlType? type = null;
            Check(translator => type = translator.Type());
            declarations.Add(new Statement.Declare(name, type, Accept("=") ? Check(translator => translator.Expression()) : -1));
        }
        while (Accept(","));
        return declarations;
    }

    private Statement.If If()
    {
        Expect("IF");
        var condition = Check(translator => translator.Condition());
        var then = One();

        // The semicolon before ELSE belongs to the statement before it.
        var position = Position;
        SkipSemicolons();
        if (Accept("ELSE"))
        {
            return new Statement.If(condition, then, One());
        }

        Position = position;
        return new Statement.If(condition, then, null);
    }

    private Statement.Block Until(string end)
    {
        List<Statement> statements = [];
        while (!SkipSemicolons().Is(end))
        {
            statements.AddRange(Statements());
        }

        Expect(end);
        return new Statement.Block(statements);
    }

    private Statement.Try Try()
    {
        Position += 2;
        var body = Until("END");
        Expect("TRY");
        SkipSemicolons();
        Expect("BEGIN");
        Expect("CATCH");
        var handler = Until("END");
        Expect("CATCH");
        return new Statement.Try(body, handler);
    }

    private Statement.Transaction Transaction(string verb)
    {
        Next();
        if (!Accept("TRANSACTION") && !Accept("TRAN"))
        {
            _ = Accept("WORK");
        }

        if (IsName(Current))
        {
            throw new TSqlException(102, "This test server knows no named transactions and savepoints.", 15);
        }

        return new Statement.Transaction(verb);
    }

    private Statement Set()
    {
        Next();
        if (Current.Kind == TokenKind.Variable)
        {
            var variable = Next().Value;
            if (Current.Is("+=") || Current.Is("-="))
            {
                throw Unexpected();
            }

            Expect("=");
            return new Statement.SetVariable(variable, Check(translator => translator.Expression()));
        }

        List<string> words = [];
        do
        {
            words.Add(Current.Kind == TokenKind.End || Current.Is(";") ? throw Unexpected() : Next().Value.ToUpperInvariant());
        }
        while (!IsWhole(words));
        return new Statement.SetOption(words[0], string.Concat(words[1..]));
    }

    // SET NOCOUNT ON, SET LOCK_TIMEOUT -1, SET TRANSACTION ISOLATION LEVEL READ COMMITTED.
    private static bool IsWhole(List<string> words) => words switch
    {
        ["TRANSACTION", _, _, "READ" or "REPEATABLE"] => false,
        ["TRANSACTION", ..] => words.Count >= 4,
        [_, "-"] => false,
        _ => words.Count >= 2,
    };

    private Statement.Throw Throw()
    {
        Next();
        if (Current.Is(";") || Current.Kind == TokenKind.End || IsReserved(Current))
        {
            return new Statement.Throw([]);
        }

        List<int> arguments = [];
        do
        {
            arguments.Add(Check(translator => translator.Expression()));
        }
        while (Accept(","));
        return arguments.Count == 3 ? new Statement.Throw(arguments) : throw Unexpected();
    }

    private Statement.Execute Execute()
    {
        Next();
        string? result = null;
        if (Current.Kind == TokenKind.Variable)
        {
            result = Next().Value;
            Expect("=");
        }

        var procedure = ExpectName();
        while (Accept("."))
        {
            procedure = ExpectName();
        }

        List<(string, int)> arguments = [];
        if (Current.Kind == TokenKind.Variable)
        {
            do
            {
                var name = Current.Kind == TokenKind.Variable && Ahead(1).Is("=") ? Next().Value : throw Unexpected();
                Expect("=");
                arguments.Add((name, Check(translator => translator.Expression())));
            }
            while (Accept(","));
        }

        return new Statement.Execute(result, procedure, arguments);
    }

    private Statement.Database Database()
    {
        var verb = Next().Value.ToUpperInvariant();
        Next();
        if (Accept("IF", "EXISTS"))
        {
            verb += " IF EXISTS";
        }

        var name = ExpectName();
        List<string> option = [];
        while (verb != "DROP" && Current.Kind != TokenKind.End && !Current.Is(";"))
        {
            option.Add(Next().Value.ToUpperInvariant());
        }

        return new Statement.Database(verb, name, string.Join(' ', option));
    }
}
