using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>Every name is known and nothing about it: for checking the syntax of a whole batch before any of it runs.</summary>
internal sealed class SyntaxCatalog : ICatalog
{
    public TableShape FindTable(string? schema, string name) => new(name, $"[{name}]", null);

    public SqlType? TypeOf(string variable) => null;

    public (object? Value, SqlType Type)? FindGlobal(string name, IReadOnlyList<string> arguments)
        => Globals.Names.Contains(name) ? (null, SqlType.Int) : null;
}
