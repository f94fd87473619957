using System.Text.Json;
using System.Text.Json.Serialization;
using IdResolution.Core.Access;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Catalog;

/// <summary>
/// The JSON form of documents, in which they are stored, imported, exported and shown. What comes from people is read
/// by <see cref="Default"/>, which refuses members that it does not know.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(Template))]
[JsonSerializable(typeof(TemplateList))]
[JsonSerializable(typeof(Category))]
[JsonSerializable(typeof(CodingRule))]
[JsonSerializable(typeof(ApiKey))]
[JsonSerializable(typeof(HomedPrefix))]
[JsonSerializable(typeof(LogStart))]
[JsonSerializable(typeof(AuditSummary))]
[JsonSerializable(typeof(Source))]
[JsonSerializable(typeof(PrefixRoute))]
[JsonSerializable(typeof(Partner))]
[JsonSerializable(typeof(Grant))]
[JsonSerializable(typeof(TemplatePack))]
public sealed partial class CatalogJson : JsonSerializerContext
{
    /// <summary>
    /// Reads documents from a store, where a newer node may have written members that this one does not know. They are
    /// left out.
    /// </summary>
    public static CatalogJson Stored =>
        field ??= new(
            new JsonSerializerOptions(Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip }
        );
}
