using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Records;

/// <summary>
/// A record as Handle values. Of a templated record the attributes stand at the indexes that its template gives them, a repeated one as a
/// JSON array, beside rendered values where nothing raw stands; a record without template is its raw values alone.
/// </summary>
public static class ValueView
{
    /// <summary>Where the <c>URL</c> of a templated record is.</summary>
    public const int UrlIndex = 1;

    /// <summary>Where the <c>HS_ADMIN</c> of a templated record is.</summary>
    public const int AdminIndex = 100;

    /// <summary>Where the identifier of a record's template is.</summary>
    public const int TemplateIdIndex = 1_000;

    /// <summary>Where <c>code/version</c> of a record's template is.</summary>
    public const int TemplateIndex = 1_001;

    private const Permissions Administrators = Permissions.AdminRead | Permissions.AdminWrite;

    /// <summary>True for the indexes of a templated record that say which its template is, and cannot be written.</summary>
    public static bool IsOfTemplate(int index) => index is TemplateIdIndex or TemplateIndex;

    /// <summary>Who may read and write an attribute's value: everyone reads what is public.</summary>
    public static Permissions PermissionsOf(AttributeDefinition attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return attribute.Visibility == Visibility.Public ? Administrators | Permissions.PublicRead : Administrators;
    }

    /// <summary>
    /// All values in ascending order of index, a tombstone's too: who may see them is for their permissions and the caller to say. Secrets
    /// are encrypted as they are stored.
    /// </summary>
    public static List<RawValue> Read(StoredRecord stored, NodeCatalog catalog, ViewSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var content = Registration.RecordContent.Of(RecordReader.TemplateOf(stored, catalog), stored);
        var values = new List<RawValue>(content.Values);
        if (content.Template is not { } template)
        {
            return values;
        }
        for (var i = 0; i < content.Attributes.Length; i++)
        {
            if (content.Attributes[i] is { } text && template.Attributes[i] is { State: AttributeState.Active } attribute)
            {
                values.Add(Rendered(attribute.Index, attribute.Code, text) with { Permissions = PermissionsOf(attribute) });
            }
        }
        values.Add(Rendered(TemplateIdIndex, "TEMPLATE_ID", template.Identifier));
        values.Add(Rendered(TemplateIndex, "TEMPLATE", template.Reference));
        var identifier = RecordReader.IdentifierOf(stored);
        if (!Stands(content.Values, UrlIndex))
        {
            values.Add(Rendered(UrlIndex, "URL", settings.UrlOf(identifier)));
        }
        if (!Stands(content.Values, AdminIndex))
        {
            values.Add(new RawValue { Index = AdminIndex, Type = "HS_ADMIN", Data = settings.AdminOf(Identifier.Parse(identifier).Value) });
        }
        values.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        return values;
    }

    private static bool Stands(RawValue[] values, int index) => Array.Exists(values, v => v.Index == index);

    private static RawValue Rendered(int index, string type, string text) => new() { Index = index, Type = type, Data = Encoding.UTF8.GetBytes(text) };
}
