
namespace IdResolution.Tds.Language;

/// <content>INSERT, UPDATE and DELETE.</content>
internal sealed partial class Translator
{
    private const string OldRows = "temp.[$deleted]";

    /// <summary>A query or a change, with the common table expressions before it.</summary>
    public Query Statement()
    {
        if (Current.Is("SELECT"))
        {
            return Select();
        }

        if (!Current.Is("WITH"))
        {
            return Change();
        }

        var start = Position;
        var with = With();
        if (Current.Is("SELECT"))
        {
            Position = start;
            return Select();
        }

        var change = Current.Is("INSERT") ? Change() : Current.Is("MERGE") ? throw Merge() : ChangeBehindExpressions();
        return change with { Sql = with + change.Sql };
    }

    private Query ChangeBehindExpressions()
    {
        var start = Position;
        var isDelete = Accept("DELETE");
        _ = isDelete ? Accept("FROM") : Accept("UPDATE");
        if (_expressions.ContainsKey(Current.Value))
        {
            throw TSqlException.LeftOut("updating or deleting through a common table expression", "name the table");
        }

        Position = start;
        return Change();
    }

    private static TSqlException Merge() => TSqlException.LeftOut("MERGE", "UPDATE …; IF @@ROWCOUNT = 0 INSERT …");

    private Query Change() => Accept("INSERT") ? Insert()
        : Accept("UPDATE") ? Update()
        : Accept("DELETE") ? Delete()
        : throw (Current.Is("MERGE") ? Merge() : Unexpected());

    private Query Insert()
    {
        _ = Accept("INTO");
        var table = Table();
        if (Current.Is("WITH"))
        {
            RefuseHints();
        }

        var columns = Current.Is("(") && !Ahead(1).Is("SELECT") ? Names().ConvertAll(name => Target(table, name)) : table.Columns?.Where(column => !column.IsIdentity).ToList();
        var (returning, output, _) = Output(table, QueryKind.Insert);
        var identity = table.Columns?.FirstOrDefault(column => column.IsIdentity);
        if (identity is not null && columns!.Contains(identity))
        {
            throw new TSqlException(544, $"Cannot insert explicit value for identity column in table '{table.Name}' when IDENTITY_INSERT is set to OFF.");
        }

        var names = columns?.Select(column => column.Name) ?? [];
        names = identity is null ? names : names.Prepend(identity.Name);
        var list = columns is null ? "" : $" ({string.Join(", ", names.Select(name => $"[{name}]"))})";
        var source = Current.Is("VALUES") ? InsertedRows(table, columns, identity)
            : Accept("DEFAULT", "VALUES") ? "DEFAULT VALUES"
            : InsertedQuery(table, columns, identity);
        return new Query($"INSERT INTO {table.Sql}{list} {source}{returning}") { Columns = output, Kind = QueryKind.Insert, Writes = Written(table) };
    }

    private static string? Written(TableShape table) => table.IsStored || table.Columns is null ? table.Name : null;

    private static ColumnShape Target(TableShape table, string name) => table.Columns is null
        ? new ColumnShape(name, null)
        : table.Find(name) ?? throw new TSqlException(207, $"Invalid column name '{name}'.");

    private string InsertedRows(TableShape table, List<ColumnShape>? columns, ColumnShape? identity)
    {
        Expect("VALUES");
        return "VALUES " + string.Join(", ", Listed(() =>
        {
            Expect("(");
            var values = Listed(Expression);
            Expect(")");
            CheckCount(columns, values.Count);
            var row = columns is null ? values.Select(value => value.Sql) : columns.Zip(values, (column, value) => Assigned(table, column, value));
            return $"({string.Join(", ", identity is null ? row : row.Prepend(NextIdentity(table)))})";
        }));
    }

    private string InsertedQuery(TableShape table, List<ColumnShape>? columns, ColumnShape? identity)
    {
        if (!Current.Is("SELECT") && !Current.Is("WITH"))
        {
            throw Unexpected();
        }

        var query = Select();
        if (columns is null || query.Columns is null)
        {
            return query.Sql;
        }

        CheckCount(columns, query.Columns.Count);
        var names = query.Columns.Select((_, index) => $"[c{index}]").ToList();
        var values = columns.Select((column, index) => Assigned(table, column, new Expr(names[index], query.Columns[index].Type)));
        values = identity is null ? values : values.Prepend(NextIdentity(table));

        // The WHERE keeps SQLite from taking what follows for a join's condition.
        return $"SELECT {string.Join(", ", values)} FROM (WITH [$s] ({string.Join(", ", names)}) AS ({query.Sql}) SELECT * FROM [$s]) WHERE 1";
    }

    private static string NextIdentity(TableShape table) => $"tsql_identity('{table.Name}')";

    private static void CheckCount(List<ColumnShape>? columns, int count)
    {
        if (columns is not null && columns.Count != count)
        {
            throw new TSqlException(213, "Column name or number of supplied values does not match table definition.");
        }
    }

    /// <summary>A value on its way into a column: of the column's type, and not longer than it.</summary>
    private static string Assigned(TableShape table, ColumnShape column, Expr value)
    {
        if (column.Type is null || value.IsNull)
        {
            return value.Sql;
        }

        if (value.Type is { IsText: true } && column.Type.IsBinary)
        {
            throw Incompatible(value.Type, column.Type);
        }

        return value.Type == column.Type && column.Type is { IsText: false, IsBinary: false }
            ? value.Sql
            : $"tsql_assign({value.Sql}, '{column.Type.Declaration(false)}', '{value.Type?.Declaration(false)}', '{table.Name}', '{column.Name}')";
    }

    private Query Update()
    {
        var top = Top();
        var (name, isAlias) = (Current.Value, Current.Kind != TokenKind.Variable && !Ahead(1).Is(".") && IsAlias());
        var outer = _scope;
        _scope = new Scope(outer);
        string? from = null;
        TableShape table;
        var afterFrom = -1;
        if (isAlias)
        {
            // The tables come first, as in a SELECT.
            var start = Position + 1;
            Position = FindFromOfUpdate() + 1;
            from = Sources();
            afterFrom = Position;
            Position = start;
            table = _scope.Sources.FirstOrDefault(source => source.Alias.Equals(name, StringComparison.OrdinalIgnoreCase)).Shape
                ?? throw TSqlException.LeftOut("UPDATE table … FROM", "name the target by its alias in FROM");
        }
        else
        {
            table = Table();
            RefuseHints();
            _scope.Add(table.Name, table);
        }

        Expect("SET");
        var sets = Listed(() => Assignment(table));
        var (returning, output, old) = Output(table, QueryKind.Update);
        if (from is not null && returning.Length > 0)
        {
            throw TSqlException.LeftOut("OUTPUT with UPDATE alias … JOIN", "read the rows in a second statement");
        }

        if (from is not null)
        {
            Position = afterFrom;
        }
        else if (Current.Is("FROM"))
        {
            throw TSqlException.LeftOut("UPDATE table … FROM", "name the target by its alias in FROM");
        }

        var where = Accept("WHERE") ? Condition() : "1";
        Options();
        _scope = outer;
        where = top is null ? where : $"rowid IN (SELECT rowid FROM {table.Sql} WHERE {where} LIMIT {top})";
        var sql = from is null
            ? $"UPDATE {table.Sql} SET {string.Join(", ", sets)} WHERE {where}{returning}"
            : $"UPDATE {table.Sql} AS [$t] SET {string.Join(", ", sets)} FROM {from} WHERE [$t].rowid = [{name}].rowid AND ({where})";
        return new Query(sql)
        {
            Columns = output,
            Kind = QueryKind.Update,
            Writes = Written(table),
            Before = old ? [$"DROP TABLE IF EXISTS {OldRows}", $"CREATE TEMP TABLE [$deleted] AS SELECT rowid AS [$rowid], * FROM {table.Sql} WHERE {where}"] : [],
            After = old ? [$"DROP TABLE {OldRows}"] : [],
        };
    }

    // UPDATE r SET … FROM records r: the name before SET is one of the FROM clause.
    private bool IsAlias() => FindFromOfUpdate() is >= 0;

    private int FindFromOfUpdate()
    {
        var depth = 0;
        for (var index = Position; At(index).Kind != TokenKind.End && !At(index).Is(";") && depth >= 0; index++)
        {
            depth += At(index).Is("(") ? 1 : At(index).Is(")") ? -1 : 0;
            if (depth == 0 && At(index).Is("FROM"))
            {
                return index;
            }

            if (depth == 0 && (At(index).Is("WHERE") || (index > Position && At(index).Is("UPDATE")) || At(index).Is("INSERT") || At(index).Is("SELECT") || At(index).Is("DELETE")))
            {
                return -1;
            }
        }

        return -1;
    }

    private string Assignment(TableShape table)
    {
        if (Current.Kind == TokenKind.Variable)
        {
            throw TSqlException.LeftOut("SET @variable = … in an UPDATE", "use OUTPUT");
        }

        var name = ExpectName();
        while (Accept("."))
        {
            name = ExpectName();
        }

        var column = Target(table, name);
        if (Current.Is("+=") || Current.Is("-="))
        {
            var sign = Next().Value[..1];
            return $"[{name}] = {Assigned(table, column, Arithmetic(_scope.Resolve(null, name), sign, Expression()))}";
        }

        Expect("=");
        return $"[{name}] = {Assigned(table, column, Expression())}";
    }

    private Query Delete()
    {
        var top = Top();
        var alias = Current.Is("FROM") || !(Ahead(1).Is("FROM")) ? null : Next().Value;
        _ = Accept("FROM");
        var outer = _scope;
        _scope = new Scope(outer);
        TableShape table;
        string? from = null;
        if (alias is not null)
        {
            from = Sources();
            table = _scope.Sources.FirstOrDefault(source => source.Alias.Equals(alias, StringComparison.OrdinalIgnoreCase)).Shape
                ?? throw new TSqlException(208, $"Invalid object name '{alias}'.");
        }
        else
        {
            table = Table();
            RefuseHints();
            _scope.Add(table.Name, table);
        }

        var (returning, output, _) = Output(table, QueryKind.Delete);
        var where = Accept("WHERE") ? Condition() : "1";
        Options();
        _scope = outer;
        where = from is not null ? $"rowid IN (SELECT [{alias}].rowid FROM {from} WHERE {where})"
            : top is not null ? $"rowid IN (SELECT rowid FROM {table.Sql} WHERE {where} LIMIT {top})"
            : where;
        return new Query($"DELETE FROM {table.Sql} WHERE {where}{returning}") { Columns = output, Kind = QueryKind.Delete, Writes = Written(table) };
    }

    /// <summary>OUTPUT as SQLite's RETURNING; what a row held before an UPDATE comes from a copy made first.</summary>
    private (string Sql, List<ColumnShape>? Columns, bool UsesOld) Output(TableShape table, QueryKind kind)
    {
        if (!Accept("OUTPUT"))
        {
            return ("", null, false);
        }

        var usesOld = false;
        var outer = _scope;
        _scope = new Scope();
        if (kind != QueryKind.Delete)
        {
            _scope.Add("inserted", table with { ColumnSql = column => $"[{column}]" });
        }

        if (kind != QueryKind.Insert)
        {
            _scope.Add("deleted", table with { ColumnSql = kind == QueryKind.Delete ? column => $"[{column}]" : Old });
        }

        var (items, columns, _) = Items();
        _scope = outer;
        return Current.Is("INTO") ? throw Unexpected() : ($" RETURNING {items}", columns, usesOld);

        string Old(string column)
        {
            usesOld = true;
            return $"(SELECT d.[{column}] FROM {OldRows} AS d WHERE d.[$rowid] = {table.Sql}.rowid)";
        }
    }
}
