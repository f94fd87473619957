using System.Text.RegularExpressions;

namespace IdResolution.Tds.Engine;

/// <summary>LIKE with % and _.</summary>
internal static class Like
{
    public static bool Matches(string text, string pattern, bool foldsCase)
    {
        var regex = Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace('_', '.');
        return Regex.IsMatch(text, $"^{regex} *$", RegexOptions.Singleline | RegexOptions.CultureInvariant | (foldsCase ? RegexOptions.IgnoreCase : RegexOptions.None));
    }
}
