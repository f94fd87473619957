using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <summary>How one FROM joins table-valued parameters with tables. Queries inside it are looked at alone.</summary>
internal sealed class JoinVisitor : TSqlFragmentVisitor
{
    private readonly Dictionary<string, string> _tables = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _variables = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<BooleanComparisonExpression> _comparisons = [];

    public IEnumerable<ParameterJoin> Joins =>
        from one in _comparisons
        from pair in new[] { (one.FirstExpression, one.SecondExpression), (one.SecondExpression, one.FirstExpression) }
        let parameter = Column(pair.Item1)
        let other = Column(pair.Item2)
        where _variables.Contains(parameter.Table) && _tables.ContainsKey(other.Table)
        select new ParameterJoin(_tables[other.Table], other.Column, one.StartLine);

    public override void ExplicitVisit(NamedTableReference node)
    {
        var name = node.SchemaObject.BaseIdentifier.Value;
        _tables[node.Alias?.Value ?? name] = name;
    }

    public override void ExplicitVisit(VariableTableReference node) =>
        _variables.Add(node.Alias?.Value ?? node.Variable.Name);

    public override void ExplicitVisit(QuerySpecification node)
    {
        // Another query.
    }

    public override void Visit(BooleanComparisonExpression node) => _comparisons.Add(node);

    private static (string Table, string Column) Column(ScalarExpression expression) =>
        (expression as ColumnReferenceExpression)?.MultiPartIdentifier?.Identifiers is [.., var table, var column]
            ? (table.Value, column.Value)
            : ("", "");
}
