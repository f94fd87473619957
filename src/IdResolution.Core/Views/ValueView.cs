using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Views;

/// <summary>
/// Shows a record as Handle values. The attributes of a templated record stand at the indexes of its template, a
/// repeated one as a JSON array. Rendered values are added where no raw value has their index. A record without
/// template has only its raw values.
/// </summary>
public static class ValueView
{
    private const Permissions Administrators = Permissions.AdminRead | Permissions.AdminWrite;

    /// <summary>The permissions of an attribute's value. Everyone may read a public attribute.</summary>
    public static Permissions PermissionsOf(AttributeDefinition attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return attribute.Visibility == Visibility.Public ? Administrators | Permissions.PublicRead : Administrators;
    }

    /// <summary>
    /// All values, ascending by index, also of a tombstone. Their permissions and the caller decide who may see them.
    /// Secrets are encrypted, as they are stored.
    /// </summary>
    public static List<RawValue> Read(StoredRecord stored, NodeCatalog catalog, ViewSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var content = RecordContent.Of(RecordReader.TemplateOf(stored, catalog), stored);
        var values = new List<RawValue>(content.Values);
        if (content.Template is not { } template)
        {
            return values;
        }
        AddAttributes(values, template, content.Attributes);
        values.Add(Rendered(ValueIndex.TemplateId, "TEMPLATE_ID", template.Identifier));
        values.Add(Rendered(ValueIndex.Template, "TEMPLATE", template.VersionText ?? template.Reference));
        AddMissing(values, content.Values, RecordState.IdentifierOf(stored), settings);
        values.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        return values;
    }

    private static void AddAttributes(List<RawValue> values, Template template, string?[] attributes)
    {
        for (var i = 0; i < attributes.Length; i++)
        {
            if (attributes[i] is { } text && template.Attributes[i] is { State: AttributeState.Active } attribute)
            {
                values.Add(
                    Rendered(attribute.Index, attribute.Code, text) with
                    {
                        Permissions = PermissionsOf(attribute),
                    }
                );
            }
        }
    }

    /// <summary>Adds the URL and the HS_ADMIN value, unless a raw value has their index.</summary>
    private static void AddMissing(List<RawValue> values, RawValue[] raw, string identifier, ViewSettings settings)
    {
        if (!Stands(raw, ValueIndex.Url))
        {
            values.Add(Rendered(ValueIndex.Url, "URL", settings.UrlOf(identifier)));
        }
        if (!Stands(raw, ValueIndex.Admin))
        {
            values.Add(
                new RawValue
                {
                    Index = ValueIndex.Admin,
                    Type = "HS_ADMIN",
                    Data = settings.AdminOf(Identifier.Parse(identifier).Value),
                }
            );
        }
    }

    private static bool Stands(RawValue[] values, int index) => Array.Exists(values, v => v.Index == index);

    private static RawValue Rendered(int index, string type, string text) =>
        new()
        {
            Index = index,
            Type = type,
            Data = Encoding.UTF8.GetBytes(text),
        };
}
