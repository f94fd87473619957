namespace IdResolution.Tds.Language;

/// <summary>
/// The tables that names may mean in one SELECT, UPDATE or DELETE; an inner query sees the outer ones too.
/// </summary>
internal sealed class Scope(Scope? outer = null, string prefix = "")
{
    private readonly List<(string Alias, TableShape Shape)> _sources = [];

    public IReadOnlyList<(string Alias, TableShape Shape)> Sources => _sources;

    public void Add(string alias, TableShape shape) => _sources.Add((alias, shape));

    /// <summary>What SQLite calls a table of this scope.</summary>
    public string Sql(string alias) => $"[{prefix}{alias}]";

    public TableShape Get(string alias) =>
        _sources.Find(source => Is(source.Alias, alias)).Shape
        ?? throw new TSqlException(208, $"Invalid object name '{alias}'.");

    /// <summary>The column that a name means.</summary>
    public Expr Resolve(string? qualifier, string name) =>
        FindHere(qualifier, name)
        ?? outer?.Resolve(qualifier, name)
        ?? throw (
            qualifier is null
                ? new TSqlException(207, $"Invalid column name '{name}'.")
                : new TSqlException(4104, $"The multi-part identifier \"{qualifier}.{name}\" could not be bound.")
        );

    /// <summary>Every column of the tables, or of one of them.</summary>
    public IEnumerable<Expr> All(string? qualifier) =>
        from source in _sources
        where qualifier is null || Is(source.Alias, qualifier)
        from column in source.Shape.Columns
        select Column(source, column);

    private Expr? FindHere(string? qualifier, string name)
    {
        var found = All(qualifier).Where(column => Is(column.Name!, name)).ToList();
        return found.Count > 1
            ? throw new TSqlException(209, $"Ambiguous column name '{name}'.")
            : found.SingleOrDefault();
    }

    private Expr Column((string Alias, TableShape Shape) source, ColumnShape column)
    {
        var sql = source.Shape.ColumnSql?.Invoke(column.Name) ?? $"{Sql(source.Alias)}.[{column.Name}]";
        return new Expr(sql, column.Type, column.Collation, column.Name);
    }

    private static bool Is(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
