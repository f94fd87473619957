using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace IdResolution.Tds.Language;

/// <summary>The columns that a script makes.</summary>
internal sealed class ColumnVisitor : TSqlFragmentVisitor
{
    public HashSet<string> BinaryColumns { get; } = new(StringComparer.OrdinalIgnoreCase);

    public override void Visit(CreateTableStatement node) => Add(node.SchemaObjectName, node.Definition);

    public override void Visit(AlterTableAddTableElementStatement node) => Add(node.SchemaObjectName, node.Definition);

    private void Add(SchemaObjectName table, TableDefinition definition) =>
        BinaryColumns.UnionWith(
            definition
                .ColumnDefinitions.Where(column =>
                    column.DataType is SqlDataTypeReference { SqlDataTypeOption: SqlDataTypeOption.VarBinary }
                )
                .Select(column => $"{table.BaseIdentifier.Value}.{column.ColumnIdentifier.Value}")
        );
}
