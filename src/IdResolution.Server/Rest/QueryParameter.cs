using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>
/// Metadata of a call: a parameter that its query may have. The OpenAPI document lists it. <see cref="HttpResults"/>
/// reads it, and refuses to read one that was not declared.
/// </summary>
/// <param name="Name">The name in the query.</param>
/// <param name="Description">What it does, for the OpenAPI document.</param>
internal abstract record QueryParameter(string Name, string Description)
{
    /// <summary>True where the query may have it several times.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The form of one value.</summary>
    public abstract OpenApiSchema ToSchema();

    /// <summary>A parameter of the call that a request was routed to.</summary>
    /// <exception cref="InvalidOperationException">The call was mapped without it.</exception>
    public static T Of<T>(HttpContext context, string name)
        where T : QueryParameter =>
        Find(context, name) as T
        ?? throw new InvalidOperationException($"A call that reads {name} must be mapped with it.");

    /// <summary>True where the call that a request was routed to has a parameter of this name.</summary>
    public static bool Has(HttpContext context, string name) => Find(context, name) is not null;

    private static QueryParameter? Find(HttpContext context, string name)
    {
        foreach (var parameter in context.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryParameter>() ?? [])
        {
            if (parameter.Name == name)
            {
                return parameter;
            }
        }
        return null;
    }
}
