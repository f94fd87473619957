using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <content>CREATE of tables, table types and indexes; ADD of columns; DROP of indexes and columns.</content>
internal sealed partial class Translator
{
    public Query Definition(TSqlStatement statement) =>
        statement switch
        {
            CreateTableStatement { Definition: not null, Options.Count: 0 } table => Table(table),
            CreateTypeTableStatement { Options.Count: 0, Name.BaseIdentifier.Value: var name } type => new Query(
                $"INSERT INTO [$types] VALUES ({Quoted(name)}, {Quoted(Parts(type.Definition))})"
            ),
            CreateIndexStatement { IndexOptions.Count: 0 } index => Index(index),
            DropIndexStatement { IsIfExists: false, DropIndexClauses: [DropIndexClause dropped] } => new Query(
                $"DROP INDEX [{Table(dropped.Object).Name}.{dropped.Index.Value}]"
            )
            {
                // That of a single NULL, beside a unique one.
                After = [$"DROP INDEX IF EXISTS [{Table(dropped.Object).Name}.{dropped.Index.Value}.]"],
            },
            AlterTableDropTableElementStatement { AlterTableDropTableElements: [var dropped] } alter
                when dropped is { TableElementType: TableElementType.Column, IsIfExists: false } => new Query(
                $"ALTER TABLE [{Table(alter.SchemaObjectName).Name}] DROP COLUMN [{dropped.Name.Value}]"
            ),
            AlterTableAddTableElementStatement { Definition.ColumnDefinitions: [var added] } alter => new Query(
                $"ALTER TABLE [{Table(alter.SchemaObjectName).Name}] ADD COLUMN {AddedColumn(added)}"
            ),
            _ => throw TSqlException.Unknown(statement),
        };

    private static Query Table(CreateTableStatement table)
    {
        Refuse(table.OnFileGroupOrPartitionScheme, table.TextImageOn, table.FileStreamOn);
        var name = table.SchemaObjectName.BaseIdentifier.Value;
        return new Query($"CREATE TABLE [{name}] ({Parts(table.Definition)})")
        {
            After = Keys(table.Definition)
                .ConvertAll(key =>
                {
                    var columns = string.Join(",", key.Columns.Select(one => Name(one.Column))).ToLowerInvariant();
                    return "INSERT INTO [$constraints] (table_name, columns, name, is_primary) VALUES "
                        + $"('{name}', '{columns}', '{key.ConstraintIdentifier.Value}', {(key.IsPrimaryKey ? 1 : 0)})";
                }),
        };
    }

    private static string Parts(TableDefinition table)
    {
        static string Word(UniqueConstraintDefinition key) => key.IsPrimaryKey ? "PRIMARY KEY" : "UNIQUE";
        var keys = Keys(table).Select(key => $"{Word(key)} ({KeyColumns(key.Columns)})");
        return string.Join(", ", table.ColumnDefinitions.Select(Column).Concat(keys));
    }

    private static List<UniqueConstraintDefinition> Keys(TableDefinition table)
    {
        Refuse(table.TableConstraints.FirstOrDefault(one => one is not UniqueConstraintDefinition));
        return [.. table.TableConstraints.Cast<UniqueConstraintDefinition>()];
    }

    private static string Column(ColumnDefinition column)
    {
        Refuse(column.DefaultConstraint);
        return Declared(column);
    }

    private static string Declared(ColumnDefinition column)
    {
        Refuse(column.ComputedColumnExpression, column.IdentityOptions, column.Encryption);
        var type = Type(column.DataType);
        var collation = Collation.Named(column.Collation?.Value);
        var isNullable = column.Constraints.OfType<NullableConstraintDefinition>().All(one => one.Nullable);
        Refuse(column.Constraints.FirstOrDefault(one => one is not NullableConstraintDefinition));
        var collate = type.IsText ? $" COLLATE {collation}" : "";
        var declaration = type.Declaration(collation == Collation.Binary);
        return $"[{column.ColumnIdentifier.Value}] {declaration}{collate}{(isNullable ? "" : " NOT NULL")}";
    }

    /// <summary>A column with the value that rows get which are there already.</summary>
    private static string AddedColumn(ColumnDefinition column)
    {
        if (column.DefaultConstraint is not { ConstraintIdentifier: not null } constraint)
        {
            throw TSqlException.Unknown(column);
        }
        var value = constraint.Expression switch
        {
            IntegerLiteral number => number.Value,
            StringLiteral text => Quoted(text.Value),
            BinaryLiteral bytes => $"x'{bytes.Value[2..]}'",
            var other => throw TSqlException.Unknown(other),
        };
        return $"{Declared(column)} DEFAULT {value}";
    }

    private Query Index(CreateIndexStatement index)
    {
        Refuse(index.OnFileGroupOrPartitionScheme, index.FileStreamOn);
        var table = Table(index.OnName);
        var columns = index.Columns.Select(column => table.Get(Name(column.Column))).ToList();
        _ = index.IncludeColumns.Select(column => table.Get(Name(column))).ToList();
        _scope.Add(table.Name, table.Bare());
        var where = index.FilterPredicate is null ? "" : $" WHERE {Condition(index.FilterPredicate)}";
        var name = $"{table.Name}.{index.Name.Value}";
        var unique = index.Unique ? "UNIQUE " : "";

        // Unique there also means a single NULL; SQLite takes every NULL for another.
        var nulls = string.Join(", ", columns.Select(column => $"coalesce([{column.Name}], X'00')"));
        return new Query($"CREATE {unique}INDEX [{name}] ON {table.Sql} ({KeyColumns(index.Columns)}){where}")
        {
            After =
                index.Unique && columns.Exists(column => column.IsNullable)
                    ? [$"CREATE UNIQUE INDEX [{name}.] ON {table.Sql} ({nulls}){where}"]
                    : [],
        };
    }

    private static string KeyColumns(IList<ColumnWithSortOrder> columns) =>
        string.Join(", ", columns.Select(column => $"[{Name(column.Column)}]{Direction(column.SortOrder)}"));

    private static string Name(ColumnReferenceExpression column) => column.MultiPartIdentifier.Identifiers[^1].Value;
}
