using IdResolution.Core.Primitives;

namespace IdResolution.Server.Http;

/// <summary>Chooses Chinese or English by the Accept-Language header (RFC 9110 §12.5.4).</summary>
internal static class AcceptLanguage
{
    /// <summary>
    /// Gives the language with the greater weight; if the weights are equal, the one named first. <c>zh</c> and
    /// <c>zh-…</c> mean Chinese, <c>en</c> and <c>en-…</c> English. <c>*</c> means English, unless the header names
    /// English itself; it loses against Chinese of the same weight. The default is English.
    /// </summary>
    public static Language Choose(string? header)
    {
        var choice = Language.English;
        var best = 0;
        var any = 0;
        bool namesChinese = false,
            namesEnglish = false;
        var members = new AcceptMembers(header);
        while (members.MoveNext())
        {
            if (members.Name is "*")
            {
                any = Math.Max(any, members.Weight);
                continue;
            }
            var chinese = IsIn(members.Name, "zh");
            var english = IsIn(members.Name, "en");
            namesChinese |= chinese;
            namesEnglish |= english;
            if ((chinese || english) && members.Weight > best)
            {
                best = members.Weight;
                choice = chinese ? Language.Chinese : Language.English;
            }
        }
        if (best > 0)
        {
            return namesEnglish || any <= best ? choice : Language.English;
        }
        // The header refuses English but accepts any other language.
        return namesEnglish && !namesChinese && any > 0 ? Language.Chinese : Language.English;
    }

    private static bool IsIn(ReadOnlySpan<char> range, string primary) =>
        range.StartsWith(primary, StringComparison.OrdinalIgnoreCase)
        && (range.Length == primary.Length || range[primary.Length] == '-');
}
