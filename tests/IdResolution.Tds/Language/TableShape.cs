namespace IdResolution.Tds.Language;

/// <summary>A table and what it is called in SQLite; <paramref name="Columns"/> is null where only the syntax is being checked.</summary>
internal sealed record TableShape(string Name, string Sql, IReadOnlyList<ColumnShape>? Columns, bool IsStored = false)
{
    public ColumnShape? Find(string column) => Columns?.FirstOrDefault(one => one.Name.Equals(column, StringComparison.OrdinalIgnoreCase));
}
