using IdResolution.Core.Records;

namespace IdResolution.Storage.Sql;

/// <summary>
/// What both engines say alike of a side table. Names stand in brackets, since some are words of T-SQL.
/// </summary>
internal static class SideSql
{
    /// <summary>The table's own columns.</summary>
    /// <param name="table">The table.</param>
    /// <param name="alias">What they are prefixed by, with its dot; empty for nothing.</param>
    public static string Columns(SideTable table, string alias = "") =>
        string.Join(", ", table.Columns.Select(c => $"{alias}[{c.Name}]"));
}
