using System.Text.RegularExpressions;

namespace IdResolution.Tds.Engine;

/// <summary>LIKE with % and _.</summary>
internal static class Like
{
    public static bool Matches(string text, string pattern, bool foldsCase)
    {
        var regex = Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace('_', '.');
        var options = foldsCase ? RegexOptions.IgnoreCase | RegexOptions.CultureInvariant : RegexOptions.None;
        return Regex.IsMatch(text, $"^{regex} *$", RegexOptions.Singleline | options);
    }
}
