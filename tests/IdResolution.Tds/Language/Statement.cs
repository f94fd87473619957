using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>A statement of a batch, checked and not yet translated; numbers are places in the list of tokens.</summary>
internal abstract record Statement
{
    /// <summary>SELECT, INSERT, UPDATE, DELETE.</summary>
    internal sealed record Data(int Start) : Statement;

    /// <summary>CREATE, ALTER, DROP and TRUNCATE of what is in a database.</summary>
    internal sealed record Definition(int Start) : Statement;

    internal sealed record Block(IReadOnlyList<Statement> Statements) : Statement;

    internal sealed record If(int Condition, Statement Then, Statement? Else) : Statement;

    internal sealed record While(int Condition, Statement Body) : Statement;

    internal sealed record Try(Block Body, Block Handler) : Statement;

    internal sealed record Declare(string Name, SqlType? Type, int Value) : Statement;

    internal sealed record DeclareTable(string Name, int Columns) : Statement;

    internal sealed record SetVariable(string Name, int Value) : Statement;

    internal sealed record SetOption(string Name, string Value) : Statement;

    internal sealed record Throw(IReadOnlyList<int> Arguments) : Statement;

    internal sealed record Print(int Value) : Statement;

    internal sealed record Return : Statement;

    internal sealed record Execute(string? Result, string Procedure, IReadOnlyList<(string Name, int Value)> Arguments) : Statement;

    internal sealed record Transaction(string Verb) : Statement;

    /// <summary>CREATE, ALTER and DROP DATABASE, and USE.</summary>
    internal sealed record Database(string Verb, string Name, string Option) : Statement;
}
