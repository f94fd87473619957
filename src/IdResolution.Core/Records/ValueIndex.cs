namespace IdResolution.Core.Records;

/// <summary>The indexes at which a templated record shows values that are not its attributes.</summary>
public static class ValueIndex
{
    /// <summary>Where the <c>URL</c> of a templated record is.</summary>
    public const int Url = 1;

    /// <summary>Where the <c>HS_ADMIN</c> of a templated record is.</summary>
    public const int Admin = 100;

    /// <summary>Where the identifier of a record's template is.</summary>
    public const int TemplateId = 1_000;

    /// <summary>Where <c>code/version</c> of a record's template is.</summary>
    public const int Template = 1_001;

    /// <summary>
    /// True for the indexes of a templated record that say which its template is, and cannot be written.
    /// </summary>
    public static bool IsOfTemplate(int index) => index is TemplateId or Template;
}
