namespace IdResolution.Core.Records;

/// <summary>The tables beside the records. A new one is added here.</summary>
public static class SideTables
{
    /// <summary>Every side table, in the order in which they are written.</summary>
    public static IReadOnlyList<SideTable> All { get; } = [SearchValues.Table, UniqueValues.Table];

    /// <summary>The rows that an active record of this content has, in all side tables.</summary>
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
