namespace IdResolution.Tds.Language;

/// <summary>A table and what it is called in SQLite.</summary>
internal sealed record TableShape(string Name, string Sql, IReadOnlyList<ColumnShape> Columns)
{
    /// <summary>How SQLite calls a column, where it is not by the table's alias.</summary>
    public Func<string, string>? ColumnSql { get; init; }

    public ColumnShape? Find(string column) =>
        Columns.FirstOrDefault(one => one.Name.Equals(column, StringComparison.OrdinalIgnoreCase));

    public ColumnShape Get(string column) =>
        Find(column) ?? throw new TSqlException(207, $"Invalid column name '{column}'.");

    /// <summary>The same table where SQLite knows its columns by their names alone.</summary>
    public TableShape Bare() => this with { ColumnSql = static column => $"[{column}]" };
}
