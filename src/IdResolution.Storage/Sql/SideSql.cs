using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>
/// SQL for side tables that both engines share. Names are in brackets, since some are words of T-SQL.
/// </summary>
internal static class SideSql
{
    /// <summary>The names of the table's own columns, separated by commas.</summary>
    /// <param name="table">The side table.</param>
    /// <param name="alias">A prefix for each name, with its dot; empty for none.</param>
    public static string Columns(SideTable table, string alias = "") =>
        string.Join(", ", table.Columns.Select(c => $"{alias}[{c.Name}]"));
}
