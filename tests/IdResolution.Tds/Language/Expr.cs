using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>A translated expression: its text for SQLite, and what is known of its value.</summary>
internal sealed record Expr(string Sql, SqlType? Type, string? Collation = null)
{
    /// <summary>The name under which it appears in a result.</summary>
    public string? Name { get; init; }

    /// <summary>A column, or a COLLATE clause: SQLite knows the collation by itself.</summary>
    public bool CarriesCollation { get; init; }

    /// <summary>A COLLATE clause was written, which outweighs any column's.</summary>
    public bool IsCollateClause { get; init; }

    public bool IsNull => Sql == "NULL";
}
