namespace IdResolution.Tds.Language;

/// <summary>A statement as SQLite runs it.</summary>
internal sealed record Query(string Sql)
{
    /// <summary>What comes back; null where nothing does.</summary>
    public IReadOnlyList<ColumnShape>? Columns { get; init; }

    /// <summary>The variables that the columns are assigned to, instead of being sent.</summary>
    public IReadOnlyList<string>? Assigned { get; init; }

    public QueryKind Kind { get; init; }

    /// <summary>What is run after it, in the same step.</summary>
    public IReadOnlyList<string> After { get; init; } = [];
}
