using System.Text.Json;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Templates;

namespace IdResolution.Fuzzing.Targets;

/// <summary>A catalog with a template that has an attribute of each kind.</summary>
internal static class Samples
{
    public static Template Template { get; } =
        new()
        {
            Code = "mea",
            State = TemplateState.Published,
            Identifier = "88.300/META_mea",
            Attributes =
            [
                .. Enum.GetValues<AttributeType>()
                    .SelectMany(type =>
                        new[]
                        {
                            Attribute(type, isRepeated: false, 2000 + (int)type),
                            Attribute(type, isRepeated: true, 2100 + (int)type),
                        }
                    ),
            ],
        };

    public static NodeCatalog Catalog { get; } =
        NodeCatalog.Build(
            [
                new Document(
                    LogKind.Template,
                    Template.Reference,
                    Object: 1,
                    Version: 1,
                    Sequence: 1,
                    JsonSerializer.Serialize(Template, CatalogJson.Default.Template)
                ),
                new Document(
                    LogKind.Prefix,
                    "88.300",
                    Object: 2,
                    Version: 1,
                    Sequence: 2,
                    JsonSerializer.Serialize(new HomedPrefix("88.300"), CatalogJson.Default.HomedPrefix)
                ),
            ],
            2,
            null,
            TimeProvider.System
        );

    private static AttributeDefinition Attribute(AttributeType type, bool isRepeated, int index) =>
        new()
        {
            Code = (isRepeated ? "many" : "one") + type,
            Type = type,
            Repeated = isRepeated,
            Index = index,
            Searchable = true,
            Choices = type == AttributeType.Choice ? ["one", "two", ";"] : null,
        };
}
