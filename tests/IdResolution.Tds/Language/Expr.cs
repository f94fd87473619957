using IdResolution.Tds.Types;

namespace IdResolution.Tds.Language;

/// <summary>An expression for SQLite, and what is known of its value; only a column has a collation.</summary>
internal sealed record Expr(string Sql, SqlType? Type, string? Collation = null, string? Name = null)
{
    public bool IsNull => Sql == "NULL";
}
