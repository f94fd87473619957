using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>The OpenAPI document, made of the metadata of the routes.</summary>
internal static class ApiDescription
{
    /// <summary>Registers the document <c>v1</c>.</summary>
    public static IServiceCollection AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            static document =>
                document
                    .AddOperationTransformer(
                        static (call, context, _) =>
                        {
                            Describe(call, context);
                            return Task.CompletedTask;
                        }
                    )
                    .AddDocumentTransformer(
                        static (api, _, _) =>
                        {
                            Describe(api);
                            return Task.CompletedTask;
                        }
                    )
        );

    private static void Describe(OpenApiOperation call, OpenApiOperationTransformerContext context)
    {
        // Most calls read paths and queries themselves. The framework knows only the parameters that it binds.
        call.Parameters ??= [];
        var bound = call.Parameters.Select(parameter => parameter.Name).ToHashSet();
        foreach (var name in NamesIn(context.Description.RelativePath ?? "").Where(name => !bound.Contains(name)))
        {
            call.Parameters.Add(
                new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Path,
                    Required = true,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                }
            );
        }
        foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>())
        {
            var schema = parameter.ToSchema();
            call.Parameters.Add(
                new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = ParameterLocation.Query,
                    Description = parameter.Description,
                    Schema = parameter.IsRepeated
                        ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema }
                        : schema,
                }
            );
        }
    }

    /// <summary>The names in braces of a path.</summary>
    private static IEnumerable<string> NamesIn(string path) =>
        path.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)].TrimStart('*'));

    private static void Describe(OpenApiDocument api)
    {
        api.Info.Title = "IdResolution REST API";
        api.Info.Version = "v1";
        api.Info.Description =
            "Enterprise identifier node: registers items, resolves identifiers, prints labels. Send the key as "
            + "Authorization: Bearer KEY; without one only public attributes are seen. "
            + "An identifier stands last in the path, percent-encoded where needed, or in ?id=.";
        foreach (var path in api.Paths.Values)
        {
            // HEAD goes where GET goes, and says nothing of its own.
            path.Operations?.Remove(HttpMethod.Head);
            foreach (var call in path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
            {
                call.RequestBody?.Content?.Remove(RouteDeclarations.AnyType);
            }
        }
        api.Components ??= new OpenApiComponents();
        api.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["key"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "API key",
            },
        };
        api.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", api)] = [] }];
    }
}
