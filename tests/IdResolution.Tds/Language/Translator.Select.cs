using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <content>SELECT.</content>
internal sealed partial class Translator
{
    private static readonly Dictionary<QualifiedJoinType, string> s_joins = new()
    {
        [QualifiedJoinType.Inner] = "JOIN",
        [QualifiedJoinType.LeftOuter] = "LEFT JOIN",
    };

    private readonly Dictionary<string, TableShape> _expressions = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _applied = [];

    /// <summary>SELECT, INSERT, UPDATE or DELETE; hints for the planner say nothing here.</summary>
    public Query Statement(StatementWithCtesAndXmlNamespaces statement)
    {
        var with = With(statement.WithCtesAndXmlNamespaces);
        var query = statement switch
        {
            SelectStatement { Into: null } select => Query(select.QueryExpression),
            InsertStatement { InsertSpecification: var insert } => Insert(insert),
            UpdateStatement { UpdateSpecification: var update } => Update(update),
            DeleteStatement { DeleteSpecification: var delete } => Delete(delete),
            _ => throw TSqlException.Unknown(statement),
        };
        return query with { Sql = with + query.Sql };
    }

    private string With(WithCtesAndXmlNamespaces? with) =>
        with is null ? "" : $"WITH RECURSIVE {string.Join(", ", with.CommonTableExpressions.Select(CommonTable))} ";

    private string CommonTable(CommonTableExpression table)
    {
        // The anchor gives the columns, which the recursive part may name.
        var name = table.ExpressionName.Value;
        var both = table.QueryExpression as BinaryQueryExpression;
        var anchor = Query(both?.FirstQueryExpression ?? table.QueryExpression);
        var columns =
            table.Columns.Count == 0
                ? anchor.Columns!
                : [.. anchor.Columns!.Zip(table.Columns, (column, given) => column with { Name = given.Value })];
        _expressions[name] = new TableShape(name, $"[{name}]", columns);
        var rest = both switch
        {
            null => "",
            { All: true, BinaryQueryExpressionType: BinaryQueryExpressionType.Union, OrderByClause: null } =>
                $" UNION ALL {Query(both.SecondQueryExpression).Sql}",
            _ => throw TSqlException.Unknown(both),
        };
        return $"[{name}] ({string.Join(", ", columns.Select(column => $"[{column.Name}]"))}) AS ({anchor.Sql}{rest})";
    }

    private Query Query(QueryExpression expression)
    {
        if (expression is not QuerySpecification { UniqueRowFilter: UniqueRowFilter.NotSpecified } query)
        {
            throw TSqlException.Unknown(expression);
        }

        Refuse(query.HavingClause, query.WindowClause, query.ForClause);
        var outer = _scope;
        _scope = new Scope(outer);
        var applied = _applied.Count;
        var from = query.FromClause is null ? "" : $" FROM {Sources(query.FromClause)}";
        var (items, columns, assigned) = Items(query.SelectElements);
        var where = Where(query.WhereClause, applied);
        var group = Group(query.GroupByClause);
        var order = Order(query.OrderByClause, columns);
        var count = query.TopRowFilter?.Expression ?? query.OffsetClause?.FetchExpression;
        var limit = Limit(count, query.OffsetClause?.OffsetExpression);
        _scope = outer;
        return new Query($"SELECT {items}{from}{where}{group}{order}{limit}")
        {
            Columns = columns,
            Assigned = assigned,
            Kind = QueryKind.Select,
        };
    }

    private string Limit(ScalarExpression? count, ScalarExpression? offset) =>
        (count, offset) switch
        {
            (null, null) => "",
            (null, _) => $" LIMIT -1 OFFSET {Expression(offset).Sql}",
            (_, null) => $" LIMIT {Expression(count).Sql}",
            _ => $" LIMIT {Expression(count).Sql} OFFSET {Expression(offset).Sql}",
        };

    /// <summary>The condition of a query, with those that its applied queries brought along.</summary>
    private string Where(WhereClause? where, int applied)
    {
        var conditions = _applied[applied..];
        _applied.RemoveRange(applied, conditions.Count);
        Refuse(where?.Cursor);
        if (where is not null)
        {
            conditions.Insert(0, $"({Condition(where.SearchCondition)})");
        }

        return conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
    }

    private string Group(GroupByClause? group)
    {
        if (group is null)
        {
            return "";
        }

        var plain = group.GroupingSpecifications.OfType<ExpressionGroupingSpecification>().ToList();
        return plain.Count == group.GroupingSpecifications.Count && group.GroupByOption == GroupByOption.None
            ? " GROUP BY " + string.Join(", ", plain.Select(one => Expression(one.Expression).Sql))
            : throw TSqlException.Unknown(group);
    }

    private string Order(OrderByClause? order, List<ColumnShape> columns) =>
        order is null
            ? ""
            : " ORDER BY " + string.Join(", ", order.OrderByElements.Select(item => OrderItem(item, columns)));

    private string OrderItem(ExpressionWithSortOrder item, List<ColumnShape> columns)
    {
        // A name of the result comes before that of a column.
        var names = (item.Expression as ColumnReferenceExpression)?.MultiPartIdentifier?.Identifiers;
        var name = names is [var only] ? only.Value : null;
        var isOfResult = columns.Exists(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return (isOfResult ? $"[{name}]" : Expression(item.Expression).Sql) + Direction(item.SortOrder);
    }

    private static string Direction(SortOrder order) => order == SortOrder.Descending ? " DESC" : "";

    private (string Sql, List<ColumnShape> Columns, List<string>? Assigned) Items(IList<SelectElement> elements)
    {
        var (values, assigned) = Values(elements);
        var items = values.Select(value => value.Name is null ? value.Sql : $"{value.Sql} AS [{value.Name}]");
        return (string.Join(", ", items), Shapes(values), assigned);
    }

    private static List<ColumnShape> Shapes(List<Expr> values) =>
        values.ConvertAll(value => new ColumnShape(value.Name ?? "", value.Type, value.Collation));

    private (List<Expr> Values, List<string>? Assigned) Values(IList<SelectElement> elements)
    {
        List<Expr> items = [];
        List<string> assigned = [];
        foreach (var element in elements)
        {
            switch (element)
            {
                case SelectStarExpression star:
                    items.AddRange(_scope.All(star.Qualifier?.Identifiers[^1].Value));
                    break;
                case SelectScalarExpression item:
                    var value = Expression(item.Expression);
                    items.Add(value with { Name = item.ColumnName?.Value ?? value.Name });
                    break;
                case SelectSetVariable { AssignmentKind: AssignmentKind.Equals } set:
                    assigned.Add(set.Variable.Name);
                    items.Add(Expression(set.Expression));
                    break;
                default:
                    throw TSqlException.Unknown(element);
            }
        }

        return (items, assigned.Count > 0 ? assigned : null);
    }

    private string Sources(FromClause from) =>
        from.TableReferences is [var only] ? Source(only) : throw TSqlException.Unknown(from);

    private string Source(TableReference source)
    {
        switch (source)
        {
            case QualifiedJoin { JoinHint: JoinHint.None } join
                when s_joins.TryGetValue(join.QualifiedJoinType, out var word):
                var (first, second) = (Source(join.FirstTableReference), Source(join.SecondTableReference));
                return $"{first} {word} {second} ON {Condition(join.SearchCondition)}";
            case UnqualifiedJoin { SecondTableReference: QueryDerivedTable applied } join
                when join.UnqualifiedJoinType == UnqualifiedJoinType.CrossApply:
                return $"{Source(join.FirstTableReference)} JOIN {Applied(applied)}";
            default:
                var (shape, alias) = Table(source);
                _scope.Add(alias, shape);
                return $"{shape.Sql} AS {_scope.Sql(alias)}";
        }
    }

    /// <summary>
    /// <c>CROSS APPLY (SELECT TOP (1) …)</c>, which SQLite lacks: its tables are joined by the numbers of the rows that
    /// the query gives.
    /// </summary>
    private string Applied(QueryDerivedTable applied)
    {
        if (
            applied.QueryExpression is not QuerySpecification { FromClause: not null } query
            || query.TopRowFilter?.Expression is not ParenthesisExpression { Expression: IntegerLiteral top }
            || top.Value != "1"
        )
        {
            throw TSqlException.Unknown(applied);
        }

        Refuse(query.GroupByClause, query.HavingClause, query.WindowClause, query.ForClause, query.OffsetClause);
        var alias = applied.Alias.Value;
        var outer = _scope;
        // No dot: SQLite would take what is before it for the name of a database where UPDATE has several tables.
        var scope = _scope = new Scope(outer, $"{alias}$");
        var before = _applied.Count;
        var sources = Sources(query.FromClause);
        var where = Where(query.WhereClause, before);
        var order = Order(query.OrderByClause, []);
        var (values, assigned) = Values(query.SelectElements);
        _scope = outer;
        foreach (var row in scope.Sources.Select(source => $"{scope.Sql(source.Alias)}.rowid"))
        {
            _applied.Add($"{row} = (SELECT {row} FROM {sources}{where}{order} LIMIT 1)");
        }

        outer.Add(
            alias,
            new TableShape(alias, "", Shapes(values))
            {
                ColumnSql = column => values.Find(value => value.Name == column)!.Sql,
            }
        );
        return assigned is null ? sources : throw TSqlException.Unknown(applied);
    }

    /// <summary>A table by its name, or a table-valued parameter, with the name it has in the query.</summary>
    private (TableShape Shape, string Alias) Table(TableReference reference)
    {
        switch (reference)
        {
            case VariableTableReference { Variable.Name: var variable } table:
                var shape =
                    catalog.FindTable(null, variable)
                    ?? throw new TSqlException(1087, $"Must declare the table variable \"{variable}\".", 15);
                return (shape, table.Alias?.Value ?? variable);
            case NamedTableReference { TableSampleClause: null } table:
                return (Table(table.SchemaObject), table.Alias?.Value ?? table.SchemaObject.BaseIdentifier.Value);
            default:
                throw TSqlException.Unknown(reference);
        }
    }

    private TableShape Table(SchemaObjectName name) =>
        (name.SchemaIdentifier is null ? _expressions.GetValueOrDefault(name.BaseIdentifier.Value) : null)
        ?? catalog.FindTable(name.SchemaIdentifier?.Value, name.BaseIdentifier.Value)
        ?? throw new TSqlException(208, $"Invalid object name '{name.BaseIdentifier.Value}'.");
}
