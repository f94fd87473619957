namespace IdResolution.Tds.Language;

/// <content>CROSS APPLY, in the one form that the project writes.</content>
internal sealed partial class Translator
{
    /// <summary>
    /// Behind CROSS APPLY: <c>(SELECT TOP (1) columns FROM table WHERE condition) alias</c>. SQLite has no such join: the row is found by
    /// its number.
    /// </summary>
    private string Apply()
    {
        Expect("(");
        Expect("SELECT");
        if (Top() is not "1")
        {
            throw Unexpected();
        }

        var names = Listed(ExpectName);
        Expect("FROM");
        var table = Table();
        var inner = Accept("AS") || IsName(Current) ? ExpectName() : table.Name;
        var outer = _scope;
        _scope = new Scope(outer);
        _scope.Add(inner, table);
        Expect("WHERE");
        var condition = Condition();
        _scope = outer;
        Expect(")");
        _ = Accept("AS");
        var alias = ExpectName();
        _scope.Add(alias, table with { Columns = table.Columns is null ? null : names.ConvertAll(name => Target(table, name)) });
        return $" JOIN {table.Sql} AS [{alias}] ON [{alias}].rowid = (SELECT [{inner}].rowid FROM {table.Sql} AS [{inner}] WHERE {condition} LIMIT 1)";
    }
}
