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

    // Members that take a number, or its text where it has more digits than programs keep.
    private static readonly string[] s_numbers =
    [
        "AttributeDefinition.minimum",
        "AttributeDefinition.maximum",
        "Defect.count",
        "Link.quantity",
        "OwnLink.quantity",
        "Measurement.value",
        "Measurement.low",
        "Measurement.high",
        "Measurement.set",
        "ScanIntent.quantity",
        "Thing.quantity",
    ];

    /// <summary>Types the words of an enum.</summary>
    public static void Complete(OpenApiSchema schema, JsonTypeInfo type)
    {
        // A member that may be missing may be the only one of its type.
        var words = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (words.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. TypedBody.WordsOf(words, type.Options).Select(word => Node(word))];
        }
    }

    /// <summary>Gives every schema and member its text, and those that the framework cannot know their form.</summary>
    public static void Describe(OpenApiDocument api)
    {
        var schemas = api.Components!.Schemas!;
        Correct(schemas, api);
        var isNull = Given(api);
        // A record without template is answered with null there.
        isNull.Add(nameof(ApiDocument.ScanAnswer));
        Name(schemas);
        NameInQuestions(schemas);
        foreach (var (name, schema) in schemas)
        {
            Describe(name, schema, isNull.Contains(name));
        }
    }

    /// <summary>Says what the framework does not know of the form of members.</summary>
    private static void Correct(IDictionary<string, IOpenApiSchema> schemas, OpenApiDocument api)
    {
        Member(schemas, nameof(ApiDocument.GivenValue), "data").AnyOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String },
            new OpenApiSchemaReference(nameof(ApiDocument.HandleData), api),
        ];
        Member(schemas, nameof(StatisticAnswer), "operation").Enum = [.. s_counted.Select(Node)];
        foreach (var number in s_numbers)
        {
            Member(schemas, number.Split('.')[0], number.Split('.')[1]).Type = NumberOrText;
        }
        ApiWords.Type(api);
        // Members with a namespace are kept as they are given.
        Open(schemas, nameof(ApiDocument.Event));
        Open(schemas, nameof(ApiDocument.ShownEvent));
        schemas.Remove(nameof(JsonElement));
        schemas.Remove(nameof(Stream));
    }

    private static void Describe(string name, IOpenApiSchema schema, bool isGiven)
    {
        schema.Description = ApiTexts.Schema(name);
        foreach (var member in schema.Properties?.Keys.ToList() ?? [])
        {
            if (schema.Required?.Contains(member) != true)
            {
                schema.Properties![member] = Optional(schema.Properties[member], isGiven);
            }
            schema.Properties![member].Description = ApiTexts.Member(name, member);
        }
    }

    /// <summary>In events that are given, a text may stand for a thing.</summary>
    private static void Name(IDictionary<string, IOpenApiSchema> schemas)
    {
        foreach (
            var name in (string[])
                [
                    nameof(ApiDocument.Event),
                    nameof(ApiDocument.Link),
                    nameof(ApiDocument.OwnLink),
                    nameof(ApiDocument.ScanIntent),
                ]
        )
        {
            var members = schemas[name].Properties!;
            foreach (var (member, schema) in members.ToList())
            {
                if (schema is OpenApiSchema { Items: { } items } list && IsThing(items))
                {
                    list.Items = TextOr(items);
                }
                else if (IsThing(schema))
                {
                    members[member] = TextOr(schema);
                }
            }
        }

        static bool IsThing(IOpenApiSchema schema) => ReferenceOf(schema)?.Reference.Id == nameof(ApiDocument.Thing);

        static OpenApiSchema TextOr(IOpenApiSchema thing) =>
            new() { AnyOf = [new OpenApiSchema { Type = JsonSchemaType.String }, ReferenceOf(thing)!] };
    }

    /// <summary>In questions, items are named or found by a search, and one template may stand alone.</summary>
    private static void NameInQuestions(IDictionary<string, IOpenApiSchema> schemas)
    {
        var question = schemas[nameof(ApiDocument.CommonQuestion)].Properties!;
        foreach (var member in (string[])["bad", "good"])
        {
            var text = new OpenApiSchema { Type = JsonSchemaType.String };
            var named = new OpenApiSchema { Type = JsonSchemaType.Array, Items = text };
            question[member] = new OpenApiSchema { AnyOf = [named, ReferenceOf(question[member])!] };
        }
        var templates = schemas[nameof(ApiDocument.RollupQuestion)].Properties!;
        var code = new OpenApiSchema { Type = JsonSchemaType.String };
        templates["template"] = new OpenApiSchema { AnyOf = [code, templates["template"]] };
        templates["root"] = new OpenApiSchema { AnyOf = [code, ReferenceOf(templates["root"])!] };
    }

    // The framework writes a reference that may be null as one of two.
    private static OpenApiSchemaReference? ReferenceOf(IOpenApiSchema schema) =>
        schema as OpenApiSchemaReference ?? schema.OneOf?.OfType<OpenApiSchemaReference>().Single();

    private static void Open(IDictionary<string, IOpenApiSchema> schemas, string name) =>
        ((OpenApiSchema)schemas[name]).AdditionalProperties = new OpenApiSchema();

    /// <summary>
    /// A member that may be missing. Bodies that callers give may have null in its place; answers leave it out.
    /// </summary>
    private static IOpenApiSchema Optional(IOpenApiSchema schema, bool isGiven)
    {
        if (schema is OpenApiSchema { AnyOf: { Count: > 0 } choices })
        {
            return isGiven
                ? new OpenApiSchema { AnyOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, .. choices] }
                : schema;
        }
        if (ReferenceOf(schema) is { } reference)
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

    private static JsonSchemaType NumberOrText => JsonSchemaType.Number | JsonSchemaType.String | JsonSchemaType.Null;

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
