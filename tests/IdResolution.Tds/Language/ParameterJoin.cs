namespace IdResolution.Tds.Language;

/// <summary>The columns of a table that one FROM compares with those of a table-valued parameter.</summary>
internal sealed record ParameterJoin(string Table, IReadOnlyList<string> Columns, bool IsWrite, int Line)
{
    private const string Instead = "CROSS APPLY (SELECT TOP (1) …), or IN (@k0, …)";

    /// <summary>What is wrong with it, where some of the columns are varbinary.</summary>
    public string? FindFault(Func<string, bool> isBinary)
    {
        // What is written to cannot stand in a CROSS APPLY: there some other column must narrow the join.
        var binary = Columns.Where(isBinary).ToList();
        return binary.Count == 0 || (IsWrite && binary.Count < Columns.Count)
            ? null
            : SubsetVisitor.LeftOut(Line, $"a join of a table parameter on varbinary ({Table}.{binary[0]})", Instead);
    }
}
