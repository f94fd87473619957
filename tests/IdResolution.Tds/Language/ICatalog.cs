using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>What names mean while a statement is translated.</summary>
internal interface ICatalog
{
    /// <summary>The shape of a table or view, or of a table variable; null where there is none.</summary>
    TableShape? FindTable(string? schema, string name);

    /// <summary>The type of a variable; an error where it is not declared; null where only the syntax is being checked.</summary>
    SqlType? TypeOf(string variable);

    /// <summary>The value of what needs no table: @@ROWCOUNT, XACT_STATE() and such; null where there is no such name.</summary>
    (object? Value, SqlType Type)? FindGlobal(string name, IReadOnlyList<string> arguments);
}
