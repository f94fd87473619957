namespace IdResolution.Tds.Language;

/// <summary>The tables that the names of one SELECT, UPDATE or DELETE may mean; an inner query sees the outer ones too.</summary>
internal sealed class Scope(Scope? outer = null)
{
    private readonly List<(string Alias, TableShape Shape)> _sources = [];

    public IReadOnlyList<(string Alias, TableShape Shape)> Sources => _sources;

    public void Add(string alias, TableShape shape) => _sources.Add((alias, shape));

    /// <summary>The column that a name means.</summary>
    public Expr Resolve(string? qualifier, string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.FindHere(qualifier, name) is { } found)
            {
                return found;
            }
        }

        throw qualifier is null
            ? new TSqlException(207, $"Invalid column name '{name}'.")
            : new TSqlException(4104, $"The multi-part identifier \"{qualifier}.{name}\" could not be bound.");
    }

    private Scope? Outer { get; } = outer;

    private Expr? FindHere(string? qualifier, string name)
    {
        Expr? found = null;
        foreach (var (alias, shape) in _sources)
        {
            if (qualifier is not null && !alias.Equals(qualifier, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (shape.Columns is null)
            {
                return new Expr($"[{name}]", null) { Name = name };
            }

            if (shape.Find(name) is { } column)
            {
                found = found is null
                    ? new Expr(shape.Column(alias, column.Name), column.Type, column.Collation) { Name = column.Name, CarriesCollation = column.Collation is not null }
                    : throw new TSqlException(209, $"Ambiguous column name '{name}'.");
            }
        }

        return found;
    }
}
