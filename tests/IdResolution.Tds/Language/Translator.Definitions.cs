namespace IdResolution.Tds.Language;

/// <content>CREATE, ALTER and DROP of what is in a database.</content>
internal sealed partial class Translator
{
    private const string SeparateConstraints = "name every constraint in a table-level CONSTRAINT";

    public Query Definition()
    {
        var verb = Next().Value.ToUpperInvariant();
        if (verb == "TRUNCATE")
        {
            Expect("TABLE");
            var truncated = Table();
            return Changing(truncated.Name, $"DELETE FROM {truncated.Sql}");
        }

        if (Current.Is("OR"))
        {
            throw TSqlException.LeftOut("CREATE OR ALTER", "write migrations that run once");
        }

        return (verb, Accept("TABLE"), Accept("TYPE")) switch
        {
            ("CREATE", true, _) => CreateTable(),
            ("CREATE", _, true) => CreateType(),
            ("ALTER", true, _) => AlterTable(),
            ("DROP", true, _) => DropTable(),
            ("DROP", _, true) => DropType(),
            ("CREATE", _, _) => CreateIndex(),
            ("DROP", _, _) => DropIndex(),
            _ => throw Unexpected(),
        };
    }

    private static Query Changing(string table, string sql, params string[] after) => new(sql) { Writes = table, After = after };

    /// <summary>The last part of a name that may have a schema before it.</summary>
    private string SchemaName()
    {
        var name = ExpectName();
        while (Accept("."))
        {
            name = ExpectName();
        }

        return name.StartsWith('#') ? throw TSqlException.LeftOut("#temp tables", "use a table-valued parameter") : name;
    }

    private Query CreateTable()
    {
        var name = SchemaName();
        List<string> after = [];
        var parts = Elements(name, after, isType: false);
        return Changing(name, $"CREATE TABLE [{name}] ({string.Join(", ", parts)})", [.. after]);
    }

    private Query CreateType()
    {
        var name = SchemaName();
        Expect("AS");
        Expect("TABLE");
        var parts = string.Join(", ", Elements(name, [], isType: true)).Replace("'", "''", StringComparison.Ordinal);
        return Changing(name, $"INSERT INTO [$types] (name, definition) VALUES ('{name}', '{parts}')");
    }

    private List<string> Elements(string table, List<string> after, bool isType)
    {
        Expect("(");
        List<ColumnShape> columns = [];
        List<string> constraints = [];
        var definitions = new List<string>();
        do
        {
            if (Current.Is("INDEX"))
            {
                throw TSqlException.LeftOut("INDEX inside CREATE TABLE", "write CREATE INDEX");
            }

            if (Current.Is("PERIOD"))
            {
                throw TSqlException.LeftOut("temporal tables", "keep versions in a table");
            }

            if (Accept("CONSTRAINT"))
            {
                constraints.Add(Constraint(table, ExpectName(), columns, after));
            }
            else if (Current.Is("PRIMARY") || Current.Is("UNIQUE") || Current.Is("CHECK") || Current.Is("FOREIGN"))
            {
                constraints.Add(isType ? Constraint(table, null, columns, after) : throw TSqlException.LeftOut("constraints without a name", SeparateConstraints));
            }
            else
            {
                var (sql, column) = Column(isType);
                definitions.Add(sql);
                columns.Add(column);
            }
        }
        while (Accept(","));
        Expect(")");
        return Current.Is("WITH") || Current.Is("ON") ? throw TSqlException.LeftOut("options behind CREATE TABLE", "none is needed") : [.. definitions, .. constraints];
    }

    private (string Sql, ColumnShape Shape) Column(bool isType)
    {
        var name = ExpectName();
        var type = Type();
        var collation = Accept("COLLATE") ? Collation.Named(ExpectName()) : Collation.Default;
        var declaration = type.Declaration(collation == Collation.Binary);
        var (isNullable, isIdentity, rest) = (true, false, "");
        while (true)
        {
            if (Accept("NOT", "NULL"))
            {
                isNullable = false;
            }
            else if (Accept("IDENTITY"))
            {
                isIdentity = true;
                if (Current.Is("("))
                {
                    SkipParenthesis();
                }
            }
            else if (Current.Is("CONSTRAINT") && Ahead(2).Is("DEFAULT"))
            {
                Position += 2;
            }
            else if (Accept("DEFAULT"))
            {
                rest += $" DEFAULT ({Expression().Sql})";
            }
            else if (isType && Accept("PRIMARY", "KEY"))
            {
                rest += " PRIMARY KEY";
            }
            else if (!Accept("NULL"))
            {
                break;
            }
        }

        RefuseColumnConstraints();
        var collate = type.IsText ? $" COLLATE {collation}" : "";
        var identity = isIdentity ? "_identity" : "";
        var sql = $"[{name}] {declaration}{identity}{collate}{(isNullable && !isIdentity ? "" : " NOT NULL")}{rest}";
        return (sql, new ColumnShape(name, type, type.IsText ? collation : null, isNullable, isIdentity));
    }

    private void RefuseColumnConstraints()
    {
        if (Current.Is("REFERENCES") || Current.Is("FOREIGN"))
        {
            throw TSqlException.LeftOut("FOREIGN KEY REFERENCES inside CREATE TABLE", "keep the reference right in the transaction that writes");
        }

        if (Current.Is("PRIMARY") || Current.Is("UNIQUE") || Current.Is("CHECK") || Current.Is("CONSTRAINT"))
        {
            throw TSqlException.LeftOut("constraints inside a column", SeparateConstraints);
        }

        if (Current.Is("GENERATED"))
        {
            throw TSqlException.LeftOut("temporal tables", "keep versions in a table");
        }

        if (Current.Is("INDEX"))
        {
            throw TSqlException.LeftOut("INDEX inside CREATE TABLE", "write CREATE INDEX");
        }
    }

    private string Constraint(string table, string? name, List<ColumnShape> columns, List<string> after)
    {
        var prefix = name is null ? "" : $"CONSTRAINT [{name}] ";
        if (Accept("CHECK"))
        {
            Expect("(");
            _scope = new Scope();
            _scope.Add(table, new TableShape(table, $"[{table}]", columns) { ColumnSql = column => $"[{column}]" });
            var condition = Condition();
            _scope = new Scope();
            Expect(")");
            return $"{prefix}CHECK ({condition})";
        }

        if (Current.Is("FOREIGN"))
        {
            throw TSqlException.LeftOut("FOREIGN KEY REFERENCES inside CREATE TABLE", "keep the reference right in the transaction that writes");
        }

        var isPrimary = Accept("PRIMARY", "KEY");
        if (!isPrimary)
        {
            Expect("UNIQUE");
        }

        _ = Accept("CLUSTERED") || Accept("NONCLUSTERED");
        var keys = KeyColumns();
        after.Add($"INSERT INTO [$constraints] (table_name, columns, name, is_primary) VALUES ('{table}', '{string.Join(",", keys.Select(key => key.Name)).ToLowerInvariant()}', '{name}', {(isPrimary ? 1 : 0)})");
        return $"{prefix}{(isPrimary ? "PRIMARY KEY" : "UNIQUE")} ({string.Join(", ", keys.Select(key => $"[{key.Name}]{key.Direction}"))})";
    }

    private List<(string Name, string Direction)> KeyColumns()
    {
        Expect("(");
        var keys = Listed(() => (ExpectName(), Direction()));
        Expect(")");
        return keys;
    }

    private Query CreateIndex()
    {
        var isUnique = Accept("UNIQUE");
        _ = Accept("CLUSTERED") || Accept("NONCLUSTERED");
        if (Current.Is("COLUMNSTORE") || Current.Is("FULLTEXT") || Current.Is("SYNONYM"))
        {
            throw TSqlException.LeftOut(Current.Value.ToUpperInvariant(), "use plain tables and indexes");
        }

        Expect("INDEX");
        var name = ExpectName();
        Expect("ON");
        var table = Table();
        var keys = KeyColumns();
        if (Accept("INCLUDE"))
        {
            Names().ForEach(column => Target(table, column));
        }

        keys.ForEach(key => Target(table, key.Name));
        var where = "";
        if (Accept("WHERE"))
        {
            var outer = _scope;
            _scope = new Scope();
            _scope.Add(table.Name, table with { ColumnSql = column => $"[{column}]" });
            where = $" WHERE {Condition()}";
            _scope = outer;
        }

        if (Current.Is("WITH") || (Current.Is("ON") && Ahead(1).IsName))
        {
            throw TSqlException.LeftOut("options behind CREATE INDEX", "none is needed");
        }

        var unique = isUnique ? "UNIQUE " : "";
        var sql = $"CREATE {unique}INDEX [{table.Name}.{name}] ON {table.Sql} ({string.Join(", ", keys.Select(key => $"[{key.Name}]{key.Direction}"))}){where}";

        // Unique there also means a single NULL; SQLite takes every NULL for another.
        var nullable = keys.Any(key => table.Find(key.Name) is { IsNullable: true });
        var nulls = string.Join(", ", keys.Select(key => $"coalesce([{key.Name}], X'00')"));
        return Changing(table.Name, sql, isUnique && nullable ? [$"CREATE UNIQUE INDEX [{table.Name}.{name}.] ON {table.Sql} ({nulls}){where}"] : []);
    }

    private Query AlterTable()
    {
        var table = Table();
        if (Accept("ALTER", "COLUMN"))
        {
            throw TSqlException.LeftOut("ALTER COLUMN", "create the column right, or copy the table");
        }

        if (Accept("DROP", "COLUMN"))
        {
            return Changing(table.Name, $"ALTER TABLE {table.Sql} DROP COLUMN [{ExpectName()}]");
        }

        Expect("ADD");
        if (Current.Is("CONSTRAINT"))
        {
            throw TSqlException.LeftOut("ADD CONSTRAINT", "write constraints in CREATE TABLE, or a unique index");
        }

        var (sql, _) = Column(isType: false);
        return Current.Is(",") ? throw TSqlException.LeftOut("several columns in one ADD", "one ALTER TABLE for each") : Changing(table.Name, $"ALTER TABLE {table.Sql} ADD COLUMN {sql}");
    }

    private Query DropTable()
    {
        var ifExists = Accept("IF", "EXISTS") ? "IF EXISTS " : "";
        var name = SchemaName();
        return ifExists.Length == 0 && catalog.FindTable("dbo", name) is null
            ? throw new TSqlException(3701, $"Cannot drop the table '{name}', because it does not exist or you do not have permission.", 11)
            : Changing(name, $"DROP TABLE {ifExists}[{name}]", $"DELETE FROM [$constraints] WHERE table_name = '{name}' COLLATE NOCASE");
    }

    private Query DropType()
    {
        _ = Accept("IF", "EXISTS");
        var name = SchemaName();
        return Changing(name, $"DELETE FROM [$types] WHERE name = '{name}'");
    }

    private Query DropIndex()
    {
        Expect("INDEX");
        var ifExists = Accept("IF", "EXISTS") ? "IF EXISTS " : "";
        var name = ExpectName();
        Expect("ON");
        var table = SchemaName();
        return Changing(table, $"DROP INDEX {ifExists}[{table}.{name}]", $"DROP INDEX IF EXISTS [{table}.{name}.]");
    }

    /// <summary>The columns of DECLARE @x TABLE (…), as SQLite declares them.</summary>
    public string TableVariable() => string.Join(", ", Elements("", [], isType: true));
}
