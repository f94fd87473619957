namespace IdResolution.Core.Records;

/// <summary>All side tables. A new one is added here.</summary>
public static class SideTables
{
    /// <summary>Every side table, in the order of writing.</summary>
    public static IReadOnlyList<SideTable> All { get; } = [SearchValues.Table, UniqueValues.Table, BusinessKeys.Table];

    /// <summary>
    /// The rows for an active record with this content, in all side tables that its content fills.
    /// </summary>
    internal static List<SideRow> RowsOf(RecordContent content)
    {
        var rows = new List<SideRow>(4);
        foreach (var table in All)
        {
            table.Fill(content, rows);
        }
        return rows;
    }
}
