using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IdResolution.Core.Statistics;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>Completes the schemas of the OpenAPI document, which the framework makes of the types of bodies.</summary>
internal static class ApiSchemas
{
    private static readonly string[] s_counted =
    [
        "register",
        "update",
        "revoke",
        "reinstate",
        "erase",
        "resolve",
        ReportedCount.RegisterOperation,
        ReportedCount.ResolveOperation,
    ];

    /// <summary>Types the words of an enum.</summary>
    public static void Complete(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (type.Type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. TypedBody.WordsOf(type.Type, type.Options).Select(word => Node(word))];
        }
    }

    /// <summary>Gives every schema and member its text, and those that the framework cannot know their form.</summary>
    public static void Describe(OpenApiDocument api)
    {
        var schemas = api.Components!.Schemas!;
        var data = nameof(ApiDocument.HandleData);
        Member(schemas, nameof(ApiDocument.GivenValue), "data").AnyOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String },
            new OpenApiSchemaReference(data, api),
        ];
        Member(schemas, nameof(StatisticAnswer), "operation").Enum = [.. s_counted.Select(Node)];
        Member(schemas, nameof(Core.Templates.AttributeDefinition), "minimum").Type = Bound;
        Member(schemas, nameof(Core.Templates.AttributeDefinition), "maximum").Type = Bound;
        // Members with a namespace are kept as they are given.
        Open(schemas, nameof(ApiDocument.Event));
        Open(schemas, nameof(ApiDocument.ShownEvent));
        schemas.Remove(nameof(JsonElement));
        schemas.Remove(nameof(Stream));
        var given = Given(api);
        foreach (var (name, schema) in schemas)
        {
            schema.Description = ApiTexts.Schema(name);
            foreach (var member in schema.Properties?.Keys.ToList() ?? [])
            {
                if (schema.Required?.Contains(member) != true)
                {
                    schema.Properties![member] = Optional(schema.Properties[member], given.Contains(name));
                }
                schema.Properties![member].Description = ApiTexts.Member(name, member);
            }
        }
    }

    private static void Open(IDictionary<string, IOpenApiSchema> schemas, string name) =>
        ((OpenApiSchema)schemas[name]).AdditionalProperties = new OpenApiSchema();

    /// <summary>
    /// A member that may be missing. Bodies that callers give may have null in its place; answers leave it out.
    /// </summary>
    private static IOpenApiSchema Optional(IOpenApiSchema schema, bool isGiven)
    {
        // The framework writes a reference that may be null as one of two.
        var reference = schema as OpenApiSchemaReference ?? schema.OneOf?.OfType<OpenApiSchemaReference>().Single();
        if (reference is not null)
        {
            return isGiven
                ? new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, reference] }
                : reference;
        }
        var own = (OpenApiSchema)schema;
        own.Type = isGiven ? own.Type | JsonSchemaType.Null : own.Type & ~JsonSchemaType.Null;
        return own;
    }

    /// <summary>The names of the schemas that request bodies are made of.</summary>
    private static HashSet<string> Given(OpenApiDocument api)
    {
        var given = new HashSet<string>();
        var next = new Stack<IOpenApiSchema?>(
            from path in api.Paths.Values
            from call in path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>()
            from body in call.RequestBody?.Content?.Values ?? Enumerable.Empty<OpenApiMediaType>()
            select body.Schema
        );
        while (next.TryPop(out var schema))
        {
            if (schema is OpenApiSchemaReference { Reference.Id: { } name } && !given.Add(name))
            {
                continue;
            }
            IEnumerable<IOpenApiSchema?> parts =
            [
                .. schema?.Properties?.Values ?? Enumerable.Empty<IOpenApiSchema>(),
                .. schema?.OneOf ?? [],
                .. schema?.AnyOf ?? [],
                schema?.Items,
            ];
            foreach (var part in parts.OfType<IOpenApiSchema>())
            {
                next.Push(part);
            }
        }
        return given;
    }

    private static JsonSchemaType Bound => JsonSchemaType.Number | JsonSchemaType.String | JsonSchemaType.Null;

    /// <summary>A member that has a form of its own from now on.</summary>
    private static OpenApiSchema Member(IDictionary<string, IOpenApiSchema> schemas, string name, string member)
    {
        var properties = schemas[name].Properties!;
        if (properties[member] is not OpenApiSchema schema)
        {
            properties[member] = schema = new OpenApiSchema();
        }
        return schema;
    }

    private static System.Text.Json.Nodes.JsonNode Node(string word) => word;
}
