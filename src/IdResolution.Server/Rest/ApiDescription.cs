using IdResolution.Core.Access;
using IdResolution.Server.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>The OpenAPI document, made of the metadata of the routes.</summary>
internal static class ApiDescription
{
    /// <summary>The name of the document.</summary>
    public const string Document = "v1";

    private const string Key = "key";
    private const string Json = "application/json";

    // What is made by these has a path of its own.
    private static readonly Type[] s_placed = [typeof(ApiDocument.RecordAnswer), typeof(ApiDocument.EventResult)];

    private static readonly string Problems = nameof(ApiDocument.ProblemAnswer);

    /// <summary>Registers the document <c>v1</c>.</summary>
    public static IServiceCollection AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(
            Document,
            static document =>
                document
                    .AddSchemaTransformer(
                        static (schema, context, _) =>
                        {
                            ApiSchemas.Complete(schema, context.JsonTypeInfo);
                            return Task.CompletedTask;
                        }
                    )
                    .AddOperationTransformer(
                        static (call, context, _) =>
                        {
                            Describe(call, context);
                            return Task.CompletedTask;
                        }
                    )
                    .AddDocumentTransformer(
                        static (api, context, _) =>
                        {
                            Describe(api, context.ApplicationServices.GetRequiredService<PublicAddress>().Url);
                            return Task.CompletedTask;
                        }
                    )
        );

    private static void Describe(OpenApiOperation call, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var gate = metadata.OfType<RoleNeededAttribute>().Single();
        var needed = gate.Role;
        call.Description +=
            needed == Role.Anonymous
                ? " Needs no key, unless the node lets nobody read without one."
                : $" Needs a key of role {needed.ToString().ToLowerInvariant()} or higher"
                    + (gate.Partners ? ", or one tied to a partner." : ".");
        var key = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, context.Document)] = [] };
        call.Security = needed == Role.Anonymous ? [key, []] : [key];
        AddParameters(call, context.Description.RelativePath ?? "", metadata);
        AddAnswers(call, context, needed);
    }

    private static void AddParameters(OpenApiOperation call, string path, IList<object> metadata)
    {
        // The framework knows only the parameters that it binds. Calls read most of theirs themselves.
        call.Parameters = [];
        foreach (var name in NamesIn(path))
        {
            var parameter = Parameter(name, ParameterLocation.Path, ApiTexts.PathParameter(path, name));
            parameter.Required = true;
            call.Parameters.Add(parameter);
        }
        foreach (var declared in metadata.OfType<QueryParameter>())
        {
            call.Parameters.Add(Parameter(declared));
        }
        foreach (var header in metadata.OfType<HeaderParameter>())
        {
            call.Parameters.Add(Parameter(header.Name, ParameterLocation.Header, header.Description));
        }
        call.Parameters.Add(Parameter("Accept-Language", ParameterLocation.Header, ApiTexts.AcceptLanguage));
    }

    private static OpenApiParameter Parameter(QueryParameter declared)
    {
        var schema = declared.ToSchema();
        var parameter = Parameter(declared.Name.TrimEnd('.'), ParameterLocation.Query, declared.Description);
        parameter.Required = declared.IsRequired;
        parameter.Schema = declared.IsRepeated
            ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema }
            : schema;
        // The members of an object are sent each under its own name.
        (parameter.Style, parameter.Explode) = (ParameterStyle.Form, true);
        return parameter;
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string description) =>
        new()
        {
            Name = name,
            In = place,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static void AddAnswers(OpenApiOperation call, OpenApiOperationTransformerContext context, Role needed)
    {
        call.Responses ??= [];
        foreach (var status in Refusals(call, context.Description, needed))
        {
            call.Responses.TryAdd(status, ProblemAnswer(context.Document));
        }
        foreach (var (status, answer) in call.Responses)
        {
            answer.Description = ApiTexts.Status(status);
            AddHeaders((OpenApiResponse)answer, status, context.Description.ActionDescriptor.EndpointMetadata);
        }
        foreach (var type in context.Description.SupportedResponseTypes)
        {
            var answer = (OpenApiResponse)call.Responses[$"{type.StatusCode}"];
            if (type.Type == typeof(ApiDocument.RecordAnswer))
            {
                Add(answer, "ETag", "Stands for the record as it was answered: for If-None-Match and If-Match.");
            }
            if (type.StatusCode == 201 && s_placed.Contains(type.Type))
            {
                Add(answer, "Location", "Where it is.");
            }
            foreach (var (name, media) in answer.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                // A trace has other forms beside JSON.
                if (type.Type == typeof(Stream) || (type.Type == typeof(ApiDocument.TraceAnswer) && name != Json))
                {
                    media.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
                }
            }
        }
    }

    private static OpenApiResponse ProblemAnswer(OpenApiDocument? api) =>
        new()
        {
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.MediaType] = new() { Schema = new OpenApiSchemaReference(Problems, api) },
            },
        };

    /// <summary>The refusals that a call can have because of what it is.</summary>
    private static IEnumerable<string> Refusals(
        OpenApiOperation call,
        Microsoft.AspNetCore.Mvc.ApiExplorer.ApiDescription description,
        Role needed
    )
    {
        List<string> statuses = ["400", "401", "429", "503"];
        if (needed != Role.Anonymous)
        {
            statuses.Add("403");
        }
        if (NamesIn(description.RelativePath ?? "").Any())
        {
            statuses.Add("404");
        }
        if (
            description.HttpMethod is not "GET"
            || call.Parameters?.Any(parameter => parameter.In == ParameterLocation.Query) == true
        )
        {
            statuses.Add("422");
        }
        if (call.RequestBody is not null)
        {
            statuses.AddRange(["413", "415", "422"]);
        }
        if (description.HttpMethod is not "GET")
        {
            statuses.Add("507");
        }
        return [.. statuses.Distinct(), "default"];
    }

    private static void AddHeaders(OpenApiResponse answer, string status, IList<object> metadata)
    {
        if (status is "429" or "503" or "507")
        {
            Add(answer, "Retry-After", "When to try again, in seconds.", JsonSchemaType.Integer);
        }
        else if (status == "303")
        {
            Add(answer, "Location", "Where it is.");
        }
        else if (status is "200" or "409")
        {
            foreach (var header in metadata.OfType<AnswerHeader>())
            {
                Add(answer, header.Name, header.Description);
            }
        }
    }

    private static void Add(
        OpenApiResponse answer,
        string name,
        string description,
        JsonSchemaType type = JsonSchemaType.String
    ) =>
        (answer.Headers ??= new Dictionary<string, IOpenApiHeader>())[name] = new OpenApiHeader
        {
            Description = description,
            Schema = new OpenApiSchema { Type = type },
        };

    /// <summary>The names in braces of a path.</summary>
    private static IEnumerable<string> NamesIn(string path) =>
        path.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)].TrimStart('*'));

    private static void Describe(OpenApiDocument api, string url)
    {
        api.Info.Title = "IdResolution REST API";
        api.Info.Version = "v1";
        api.Info.Description = ApiTexts.Api;
        api.Info.License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" };
        api.Servers = [new OpenApiServer { Url = url, Description = "This node" }];
        foreach (var tag in api.Tags ?? new HashSet<OpenApiTag>())
        {
            tag.Description = ApiTexts.Tag(tag.Name!);
        }
        RemoveUnsaid(api.Paths);
        api.Components ??= new OpenApiComponents();
        api.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Key] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "API key",
            },
        };
        ApiSchemas.Describe(api);
    }

    /// <summary>Removes what routes take and callers need not know.</summary>
    private static void RemoveUnsaid(OpenApiPaths paths)
    {
        foreach (var path in paths.Values)
        {
            // HEAD goes where GET goes, and says nothing of its own.
            path.Operations?.Remove(HttpMethod.Head);
            foreach (var call in path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
            {
                call.RequestBody?.Content?.Remove(RouteDeclarations.AnyType);
            }
        }
    }
}
