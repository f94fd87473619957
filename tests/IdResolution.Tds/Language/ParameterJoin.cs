namespace IdResolution.Tds.Language;

/// <summary>A column of a table that one FROM compares with a column of a table-valued parameter.</summary>
internal sealed record ParameterJoin(string Table, string Column, int Line)
{
    /// <summary>What is wrong with it where the column is varbinary.</summary>
    public string Fault =>
        SubsetVisitor.LeftOut(
            Line,
            $"a join of a table parameter on varbinary ({Table}.{Column})",
            "CROSS APPLY (SELECT TOP (1) …), or IN (@k0, …)"
        );
}
