using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <content>SELECT.</content>
internal sealed partial class Translator
{
    private readonly Dictionary<string, TableShape> _expressions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A query, with its common table expressions, its order and its page.</summary>
    public Query Select()
    {
        var with = Current.Is("WITH") ? With() : "";
        var (sql, columns, assigned, scope, limit) = Core();
        var isSet = false;
        while (Current.Is("UNION") || Current.Is("EXCEPT") || Current.Is("INTERSECT"))
        {
            isSet = true;
            sql = limit is null ? sql : $"SELECT * FROM ({sql} LIMIT {limit})";
            var sign = Next().Value.ToUpperInvariant() + (Accept("ALL") ? " ALL" : "");
            var next = Core();
            if (next.Columns is not null && columns is not null && next.Columns.Count != columns.Count)
            {
                throw new TSqlException(205, "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.");
            }

            sql += $" {sign} " + (next.Limit is null ? next.Sql : $"SELECT * FROM ({next.Sql} LIMIT {next.Limit})");
            columns = columns?.Zip(next.Columns ?? columns, (one, other) => one with { Type = SqlType.Wider(one.Type, other.Type) }).ToList();
            limit = null;
        }

        sql = with + sql + Order(isSet ? new Scope(_scope) : scope, columns, ref limit) + (limit is null ? "" : $" LIMIT {limit}");
        Options();
        return new Query(sql) { Columns = columns, Assigned = assigned, Kind = QueryKind.Select };
    }

    private void Options()
    {
        if (Accept("OPTION"))
        {
            SkipParenthesis();
        }

        if (Current.Is("FOR"))
        {
            throw Unexpected();
        }
    }

    private string Order(Scope scope, List<ColumnShape>? columns, ref string? limit)
    {
        if (!Accept("ORDER", "BY"))
        {
            return "";
        }

        var outer = _scope;
        _scope = scope;
        var order = " ORDER BY " + string.Join(", ", Listed(() => OrderItem(columns) + Direction()));
        if (Accept("OFFSET"))
        {
            var offset = Expression().Sql;
            _ = Accept("ROWS") || Accept("ROW") ? true : throw Unexpected();
            limit = $"-1 OFFSET {offset}";
            if (Accept("FETCH"))
            {
                _ = Accept("NEXT") || Accept("FIRST") ? true : throw Unexpected();
                limit = $"{Expression().Sql} OFFSET {offset}";
                _ = Accept("ROWS") || Accept("ROW") ? true : throw Unexpected();
                Expect("ONLY");
            }
        }

        _scope = outer;
        return order;
    }

    private string OrderItem(List<ColumnShape>? columns)
    {
        var isSimple = !Ahead(1).Is(".") && !Ahead(1).Is("(");
        return isSimple && IsName(Current) && columns?.Find(column => column.Name.Equals(Current.Value, StringComparison.OrdinalIgnoreCase)) is { } column
            ? OutputName(column)
            : Expression().Sql;
    }

    private string OutputName(ColumnShape column)
    {
        Next();
        return $"[{column.Name}]";
    }

    private string With()
    {
        Expect("WITH");
        List<string> parts = [];
        do
        {
            var name = ExpectName();
            var names = Current.Is("(") ? Names() : null;
            Expect("AS");
            Expect("(");
            parts.Add(CommonTable(name, names));
            Expect(")");
        }
        while (Accept(","));
        return $"WITH RECURSIVE {string.Join(", ", parts)} ";
    }

    private string CommonTable(string name, List<string>? names)
    {
        // The anchor gives the columns, which the recursive part may name.
        var start = Position;
        var (_, columns, _, _, _) = Core();
        Position = start;
        columns = columns?.Select((column, index) => column with { Name = names is null ? column.Name : names[index] }).ToList();
        _expressions[name] = new TableShape(name, $"[{name}]", columns);
        var query = Select();
        names ??= columns?.Select(column => column.Name).ToList();
        return $"[{name}]{(names is null ? "" : $" ({string.Join(", ", names.Select(one => $"[{one}]"))})")} AS ({query.Sql})";
    }

    private List<string> Names()
    {
        Expect("(");
        var names = Listed(ExpectName);
        Expect(")");
        return names;
    }

    private (string Sql, List<ColumnShape>? Columns, List<string>? Assigned, Scope Scope, string? Limit) Core()
    {
        Expect("SELECT");
        var distinct = Accept("DISTINCT") ? "DISTINCT " : Accept("ALL") ? "" : "";
        var limit = Top();

        // The tables come first, since they give the columns their meaning; the list of columns is read after them.
        var outer = _scope;
        _scope = new Scope(outer);
        var list = Position;
        var from = "";
        var end = -1;
        var fromStart = FindFrom();
        if (fromStart >= 0)
        {
            Position = fromStart + 1;
            from = " FROM " + Sources();
            end = Position;
            Position = list;
        }

        var (items, columns, assigned) = Items();
        if (end >= 0)
        {
            Position = Position == fromStart ? end : throw Unexpected();
        }

        var sql = $"SELECT {distinct}{items}{from}";
        sql += Accept("WHERE") ? $" WHERE {Condition()}" : "";
        sql += Accept("GROUP", "BY") ? $" GROUP BY {string.Join(", ", Listed(() => Expression().Sql))}" : "";
        sql += Accept("HAVING") ? $" HAVING {Condition()}" : "";
        var scope = _scope;
        _scope = outer;
        return (sql, columns, assigned, scope, limit);
    }

    private string? Top()
    {
        if (!Accept("TOP"))
        {
            return null;
        }

        string limit;
        if (Accept("("))
        {
            limit = Expression().Sql;
            Expect(")");
        }
        else
        {
            limit = ExpectInteger().ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Current.Is("PERCENT") || (Current.Is("WITH") && Ahead(1).Is("TIES"))
            ? throw TSqlException.LeftOut("TOP … WITH TIES and TOP … PERCENT", "ask for a number of rows in a full order")
            : limit;
    }

    private int FindFrom()
    {
        var depth = 0;
        var cases = 0;
        for (var index = Position; At(index).Kind != TokenKind.End; index++)
        {
            var token = At(index);
            depth += token.Is("(") ? 1 : token.Is(")") ? -1 : 0;
            if (depth < 0 || (depth == 0 && token.Is(";")))
            {
                return -1;
            }

            if (depth > 0 || token.Kind != TokenKind.Word)
            {
                continue;
            }

            cases += token.Is("CASE") ? 1 : token.Is("END") ? -1 : 0;
            if (token.Is("FROM"))
            {
                return index;
            }

            if (token.Is("INTO"))
            {
                throw TSqlException.LeftOut("SELECT … INTO", "create the table, then INSERT … SELECT");
            }

            if (cases < 0 || (cases == 0 && EndsSelectList(token)))
            {
                return -1;
            }
        }

        return -1;
    }

    private static bool EndsSelectList(Token token) => IsReserved(token)
        && !(token.Is("AS") || token.Is("NULL") || token.Is("END") || token.Is("COLLATE") || token.Is("LEFT") || token.Is("RIGHT") || token.Is("OVER") || token.Is("DISTINCT"));

    private (string Sql, List<ColumnShape>? Columns, List<string>? Assigned) Items()
    {
        List<string> sql = [];
        List<ColumnShape>? columns = [];
        List<string> assigned = [];
        do
        {
            if (Current.Kind == TokenKind.Variable && Ahead(1).Is("="))
            {
                assigned.Add(Next().Value);
                Next();
            }

            if (Accept("*"))
            {
                Expand(_scope.Sources, sql, ref columns);
            }
            else if (IsName(Current) && Ahead(1).Is(".") && Ahead(2).Is("*"))
            {
                var alias = Next().Value;
                Position += 2;
                Expand(_scope.Sources.Where(source => source.Alias.Equals(alias, StringComparison.OrdinalIgnoreCase)), sql, ref columns);
            }
            else
            {
                Item(sql, columns);
            }
        }
        while (Accept(","));
        if (assigned.Count > 0 && columns is not null && assigned.Count != columns.Count)
        {
            throw new TSqlException(141, "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.", 15);
        }

        return (string.Join(", ", sql), columns, assigned.Count > 0 ? assigned : null);
    }

    private static void Expand(IEnumerable<(string Alias, TableShape Shape)> sources, List<string> sql, ref List<ColumnShape>? columns)
    {
        foreach (var (alias, shape) in sources)
        {
            if (shape.Columns is null)
            {
                sql.Add("*");
                columns = null;
                continue;
            }

            sql.AddRange(shape.Columns.Select(column => shape.Column(alias, column.Name)));
            columns?.AddRange(shape.Columns);
        }
    }

    private void Item(List<string> sql, List<ColumnShape>? columns)
    {
        string? name = null;
        if (IsName(Current) && Ahead(1).Is("="))
        {
            name = Next().Value;
            Next();
        }

        var expression = Expression();
        name ??= Accept("AS") ? Alias() : IsName(Current) ? Next().Value : expression.Name;
        sql.Add(name is null ? expression.Sql : $"{expression.Sql} AS [{name}]");
        columns?.Add(new ColumnShape(name ?? "", expression.Type, expression.Collation));
    }

    private string Alias() => Current.Kind == TokenKind.Text ? Next().Value : ExpectName();

    private string Sources()
    {
        var sql = Source();
        while (true)
        {
            if (Accept(","))
            {
                sql += ", " + Source();
                continue;
            }

            if (Accept("CROSS", "APPLY"))
            {
                sql += Apply();
                continue;
            }

            var join = Accept("CROSS", "JOIN") ? "CROSS JOIN" : Join();
            if (join is null)
            {
                return sql;
            }

            sql += $" {join} {Source()}";
            if (join != "CROSS JOIN")
            {
                Expect("ON");
                sql += $" ON {Condition()}";
            }
        }
    }

    private string? Join()
    {
        if (Accept("JOIN") || Accept("INNER", "JOIN"))
        {
            return "JOIN";
        }

        if (!(Current.Is("LEFT") || Current.Is("RIGHT") || Current.Is("FULL")))
        {
            return null;
        }

        var side = Next().Value.ToUpperInvariant();
        _ = Accept("OUTER");
        Expect("JOIN");
        return $"{side} JOIN";
    }

    private string Source()
    {
        if (Accept("("))
        {
            return Derived();
        }

        if (Current.Is("OPENJSON"))
        {
            return OpenJson();
        }

        if (Current.Is("GENERATE_SERIES") || Current.Is("STRING_SPLIT"))
        {
            throw TSqlException.LeftOut(Current.Value.ToUpperInvariant(), "send rows as a table-valued parameter");
        }

        var shape = Table();
        var alias = Accept("AS") ? ExpectName() : IsName(Current) ? Next().Value : shape.Name;
        RefuseHints();
        _scope.Add(alias, shape);
        return $"{shape.Sql} AS [{alias}]";
    }

    private void RefuseHints()
    {
        if (Current.Is("WITH") || (Current.Is("(") && !Ahead(1).Is("SELECT")))
        {
            throw TSqlException.LeftOut("table hints", "take an application lock, or rely on a unique index");
        }
    }

    /// <summary>A table by its name, or a table variable.</summary>
    private TableShape Table()
    {
        if (Current.Kind == TokenKind.Variable)
        {
            var variable = Next().Value;
            return catalog.FindTable(null, variable) ?? throw new TSqlException(1087, $"Must declare the table variable \"{variable}\".", 15);
        }

        if (Current.Value.StartsWith('#'))
        {
            throw TSqlException.LeftOut("#temp tables", "use a table-valued parameter");
        }

        var parts = new List<string> { ExpectName() };
        while (Accept("."))
        {
            parts.Add(ExpectName());
        }

        var name = parts[^1];
        var schema = parts.Count > 1 ? parts[^2] : null;
        return (schema is null ? _expressions.GetValueOrDefault(name) : null)
            ?? catalog.FindTable(schema, name)
            ?? throw new TSqlException(208, $"Invalid object name '{string.Join('.', parts)}'.");
    }

    private string Derived()
    {
        List<ColumnShape>? columns;
        string sql;
        if (Current.Is("VALUES"))
        {
            (sql, columns) = Rows();
        }
        else
        {
            // A derived table sees the outer queries, not its neighbours.
            var scope = _scope;
            _scope = new Scope();
            var query = Select();
            _scope = scope;
            (sql, columns) = (query.Sql, query.Columns?.ToList());
        }

        Expect(")");
        _ = Accept("AS");
        var alias = ExpectName();
        if (Current.Is("("))
        {
            var names = Names();
            sql = $"WITH [{alias}] ({string.Join(", ", names.Select(name => $"[{name}]"))}) AS ({sql}) SELECT * FROM [{alias}]";
            columns = columns?.Zip(names, (column, name) => column with { Name = name }).ToList();
        }

        _scope.Add(alias, new TableShape(alias, $"[{alias}]", columns));
        return $"({sql}) AS [{alias}]";
    }

    private (string Sql, List<ColumnShape> Columns) Rows()
    {
        Expect("VALUES");
        List<ColumnShape> columns = [];
        var rows = Listed(() =>
        {
            Expect("(");
            var values = Listed(Expression);
            Expect(")");
            columns = columns.Count == 0
                ? values.ConvertAll(value => new ColumnShape("", value.Type))
                : [.. columns.Zip(values, (column, value) => column with { Type = SqlType.Wider(column.Type, value.Type) })];
            return $"({string.Join(", ", values.Select(value => value.Sql))})";
        });
        return ($"VALUES {string.Join(", ", rows)}", columns);
    }

    private string OpenJson()
    {
        Next();
        Expect("(");
        var json = Expression().Sql;
        Expect(")");
        List<ColumnShape> columns = [new("key", SqlType.Text), new("value", SqlType.Text)];
        var sql = $"SELECT [key], [value] FROM json_each({json})";
        if (Accept("WITH"))
        {
            Expect("(");
            var items = Listed(() => (Name: ExpectName(), Type: Type(), Path: Current.Kind == TokenKind.Text ? Next().Value : null));
            Expect(")");
            columns = items.ConvertAll(item => new ColumnShape(item.Name, item.Type));
            var parts = items.Select(item => $"tsql_cast(json_extract(json_each.value, '{item.Path ?? "$." + item.Name}'), '{item.Type.Declaration(false)}', NULL) AS [{item.Name}]");
            sql = $"SELECT {string.Join(", ", parts)} FROM json_each({json})";
        }

        var alias = Accept("AS") ? ExpectName() : IsName(Current) ? Next().Value : "OPENJSON";
        _scope.Add(alias, new TableShape(alias, $"[{alias}]", columns));
        return $"({sql}) AS [{alias}]";
    }
}
