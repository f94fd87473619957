using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <summary>What the project's T-SQL leaves out, since some server does it wrong or not at all.</summary>
internal sealed class SubsetVisitor : TSqlFragmentVisitor
{
    private const string NameConstraints = "name every constraint in a table-level CONSTRAINT";
    private const string KeepVersions = "keep versions in a table";
    private const string PlainTables = "use plain tables and indexes";

    private static readonly Dictionary<string, string> s_functions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["GENERATE_SERIES"] = "join a table of numbers",
        ["JSON_MODIFY"] = "build JSON in C#",
        ["JSON_OBJECT"] = "build JSON in C#",
        ["JSON_ARRAY"] = "build JSON in C#",
        ["STRING_SPLIT"] = "send many keys as a table-valued parameter",
        ["sp_sequence_get_range"] = "NEXT VALUE FOR",
    };

    private readonly List<string> _faults = [];
    private readonly List<ParameterJoin> _joins = [];

    public IReadOnlyList<string> Faults => _faults;

    public IReadOnlyList<ParameterJoin> Joins => _joins;

    public static string LeftOut(int line, string what, string instead) =>
        $"line {line}: Left out of the T-SQL we write: {what}; {instead}.";

    public override void Visit(TSqlStatement node)
    {
        if (node.GetType().Name.StartsWith("CreateOrAlter", StringComparison.Ordinal))
        {
            Fault(node, "CREATE OR ALTER", "write migrations that run once");
        }
    }

    public override void Visit(MergeStatement node) => Fault(node, "MERGE", "UPDATE …; IF @@ROWCOUNT = 0 INSERT …");

    public override void Visit(WaitForStatement node) => Fault(node, "WAITFOR", "wait in C#");

    public override void Visit(CreateSynonymStatement node) => Fault(node, "synonyms", PlainTables);

    public override void Visit(CreateColumnStoreIndexStatement node) => Fault(node, "columnstore indexes", PlainTables);

    public override void Visit(CreateFullTextIndexStatement node) => Fault(node, "full text", PlainTables);

    public override void Visit(FullTextPredicate node) => Fault(node, "full text", PlainTables);

    public override void Visit(TableHint node) =>
        Fault(node, "table hints", "take an application lock, or rely on a unique index");

    public override void Visit(IndexDefinition node) => Fault(node, "INDEX inside CREATE TABLE", "write CREATE INDEX");

    public override void Visit(ForeignKeyConstraintDefinition node) =>
        Fault(node, "FOREIGN KEY REFERENCES", "keep the reference right in the transaction that writes");

    public override void Visit(AlterTableAlterColumnStatement node) =>
        Fault(node, "ALTER COLUMN", "create the column right, or copy the table");

    public override void Visit(SystemTimePeriodDefinition node) => Fault(node, "temporal tables", KeepVersions);

    public override void Visit(SystemVersioningTableOption node) => Fault(node, "temporal tables", KeepVersions);

    public override void Visit(TemporalClause node) => Fault(node, "temporal tables", KeepVersions);

    public override void Visit(CreateTableStatement node)
    {
        var inColumns = node.Definition?.ColumnDefinitions.SelectMany(column => column.Constraints) ?? [];
        var unnamed = node.Definition?.TableConstraints.Where(one => one.ConstraintIdentifier is null) ?? [];
        foreach (var constraint in inColumns.Where(one => one is not NullableConstraintDefinition).Concat(unnamed))
        {
            Fault(constraint, "constraints inside a column or without a name", NameConstraints);
        }
    }

    public override void Visit(AlterTableAddTableElementStatement node)
    {
        if (node.Definition.ColumnDefinitions.Count + node.Definition.TableConstraints.Count > 1)
        {
            Fault(node, "several columns in one ADD", "one ALTER TABLE for each");
        }
    }

    public override void Visit(TopRowFilter node)
    {
        if (node.WithTies || node.Percent)
        {
            Fault(node, "TOP … WITH TIES and TOP … PERCENT", "ask for a number of rows in a full order");
        }
    }

    public override void Visit(NextValueForExpression node)
    {
        if (node.OverClause is not null)
        {
            Fault(node, "NEXT VALUE FOR … OVER", "number rows in C#");
        }
    }

    public override void Visit(SchemaObjectName node)
    {
        if (node.BaseIdentifier.Value.StartsWith('#'))
        {
            Fault(node, "#temp tables", "use a table-valued parameter");
        }

        Function(node, node.BaseIdentifier);
    }

    public override void Visit(FunctionCall node) => Function(node, node.FunctionName);

    public override void Visit(GlobalFunctionTableReference node) => Function(node, node.Name);

    public override void Visit(StatementWithCtesAndXmlNamespaces node)
    {
        UpdateDeleteSpecificationBase? write = node switch
        {
            UpdateStatement update => update.UpdateSpecification,
            DeleteStatement delete => delete.DeleteSpecification,
            _ => null,
        };
        var names = node.WithCtesAndXmlNamespaces?.CommonTableExpressions.Select(one => one.ExpressionName.Value) ?? [];
        if (
            write?.Target is NamedTableReference { SchemaObject.BaseIdentifier.Value: var name }
            && names.Contains(name, StringComparer.OrdinalIgnoreCase)
        )
        {
            Fault(node, "updating or deleting through a common table expression", "name the table");
        }
    }

    public override void Visit(UpdateSpecification node)
    {
        var sets = node.SetClauses.OfType<AssignmentSetClause>().ToList();
        foreach (var set in sets.Where(set => set.Variable is not null))
        {
            Fault(set, "SET @variable = … in an UPDATE", "UPDATE …; SELECT … in one transaction");
        }

        var computed = sets.Where(set =>
                set.AssignmentKind != AssignmentKind.Equals || set.NewValue is not ValueExpression
            )
            .Select(set => set.Column?.MultiPartIdentifier.Identifiers[^1].Value ?? "")
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var output = new OutputVisitor(computed);
        node.OutputClause?.Accept(output);
        node.OutputIntoClause?.Accept(output);
        foreach (var column in output.Found)
        {
            Fault(column, "OUTPUT of a computed column", "UPDATE …; SELECT … in one transaction");
        }
    }

    public override void Visit(QuerySpecification node) => FindJoins(node.FromClause, node.WhereClause);

    public override void Visit(UpdateDeleteSpecificationBase node) => FindJoins(node.FromClause, node.WhereClause);

    private void FindJoins(FromClause? from, WhereClause? where)
    {
        var sources = new JoinVisitor();
        from?.Accept(sources);
        where?.Accept(sources);
        _joins.AddRange(sources.Joins);
    }

    private void Function(TSqlFragment node, Identifier name)
    {
        if (s_functions.TryGetValue(name.Value, out var instead))
        {
            Fault(node, name.Value, instead);
        }
    }

    private void Fault(TSqlFragment node, string what, string instead) =>
        _faults.Add(LeftOut(node.StartLine, what, instead));
}
