namespace IdResolution.Server.CommandLine.Records.Import;

/// <summary>Compares headings of columns with Chinese names of attributes, however a character is written.</summary>
internal static class ChineseHeading
{
    // 黏 is the term of the standards, as in 黏度; many plants write 粘 in its place.
    private static readonly (char Variant, char Term)[] s_variants = [('粘', '黏')];

    /// <summary>The form in which two spellings of a name are the same.</summary>
    public static string Fold(string text)
    {
        var folded = text.Trim();
        foreach (var (variant, term) in s_variants)
        {
            folded = folded.Replace(variant, term);
        }
        return folded;
    }
}
