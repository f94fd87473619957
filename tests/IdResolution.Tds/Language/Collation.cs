namespace IdResolution.Tds.Language;

/// <summary>
/// The two ways in which text compares here, by their names in SQLite. Both ignore blanks at the end.
/// </summary>
internal static class Collation
{
    /// <summary>The database's own: without regard to case.</summary>
    public const string Default = "TSQL_CI";

    /// <summary>By code unit.</summary>
    public const string Binary = "TSQL_BIN2";

    public static string Named(string? name) =>
        name?.EndsWith("_BIN2", StringComparison.OrdinalIgnoreCase) == true ? Binary : Default;

    public static int Compare(string one, string other, bool foldsCase)
    {
        var longest = Math.Max(one.Length, other.Length);
        (one, other) = (one.PadRight(longest), other.PadRight(longest));
        return string.Compare(one, other, foldsCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }
}
