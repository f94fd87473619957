namespace IdResolution.Tds.Language;

/// <summary>The two ways in which text compares here, by the names they have in SQLite. Both ignore blanks at the end.</summary>
internal static class Collation
{
    /// <summary>The database's own: without regard to case.</summary>
    public const string Default = "TSQL_CI";

    /// <summary>By code unit.</summary>
    public const string Binary = "TSQL_BIN2";

    public static string Named(string name) => name.EndsWith("_BIN2", StringComparison.OrdinalIgnoreCase) ? Binary : Default;

    public static int Compare(string one, string other, bool foldsCase)
    {
        var longest = Math.Max(one.Length, other.Length);
        for (var index = 0; index < longest; index++)
        {
            var (left, right) = (At(one, index), At(other, index));
            if (foldsCase)
            {
                (left, right) = (char.ToUpperInvariant(left), char.ToUpperInvariant(right));
            }

            if (left != right)
            {
                return left.CompareTo(right);
            }
        }

        return 0;
    }

    private static char At(string text, int index) => index < text.Length ? text[index] : ' ';
}
