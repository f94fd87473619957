using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <summary>The columns of an OUTPUT clause that the statement computes: two at once may be given the same.</summary>
internal sealed class OutputVisitor(IReadOnlySet<string> computed) : TSqlFragmentVisitor
{
    public List<TSqlFragment> Found { get; } = [];

    public override void Visit(ColumnReferenceExpression node)
    {
        if (
            node.MultiPartIdentifier?.Identifiers is [var row, .., var column]
            && IsInserted(row)
            && computed.Contains(column.Value)
        )
        {
            Found.Add(node);
        }
    }

    public override void Visit(SelectStarExpression node)
    {
        if (computed.Count > 0 && node.Qualifier?.Identifiers is [var row] && IsInserted(row))
        {
            Found.Add(node);
        }
    }

    private static bool IsInserted(Identifier row) => row.Value.Equals("inserted", StringComparison.OrdinalIgnoreCase);
}
