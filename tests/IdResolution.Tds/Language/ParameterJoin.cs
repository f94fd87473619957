namespace IdResolution.Tds.Language;

/// <summary>A column of a table that is compared with one of a table-valued parameter in the same FROM.</summary>
internal sealed record ParameterJoin(string Table, string Column, int Line)
{
    public string Fault => SubsetVisitor.LeftOut(
        Line, $"a join of a table-valued parameter on {Table}.{Column}, which is varbinary", "CROSS APPLY (SELECT TOP (1) …), or IN (@k0, …)");
}
