namespace IdResolution.Tds.Language;

/// <summary>A table and what it is called in SQLite; <paramref name="Columns"/> is null where only the syntax is being checked.</summary>
internal sealed record TableShape(string Name, string Sql, IReadOnlyList<ColumnShape>? Columns, bool IsStored = false)
{
    /// <summary>How SQLite calls a column, where it is not by the table's alias.</summary>
    public Func<string, string>? ColumnSql { get; init; }

    public string Column(string alias, string column) => ColumnSql?.Invoke(column) ?? $"[{alias}].[{column}]";

    public ColumnShape? Find(string column) => Columns?.FirstOrDefault(one => one.Name.Equals(column, StringComparison.OrdinalIgnoreCase));
}
