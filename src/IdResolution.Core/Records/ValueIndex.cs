namespace IdResolution.Core.Records;

/// <summary>The Handle indexes at which a record with a template shows values that are not attributes.</summary>
public static class ValueIndex
{
    /// <summary>The index of the <c>URL</c> value.</summary>
    public const int Url = 1;

    /// <summary>The index of the <c>HS_ADMIN</c> value.</summary>
    public const int Admin = 100;

    /// <summary>The index of the value that holds the template's identifier.</summary>
    public const int TemplateId = 1_000;

    /// <summary>The index of the value that holds the template's <c>code/version</c>.</summary>
    public const int Template = 1_001;

    /// <summary>True for the two indexes that name the template. Nobody can write the values there.</summary>
    public static bool IsOfTemplate(int index) => index is TemplateId or Template;
}
