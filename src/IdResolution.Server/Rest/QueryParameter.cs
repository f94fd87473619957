using IdResolution.Core.Primitives;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>
/// Metadata of a call: a parameter that its query may have. The OpenAPI document lists it. <see cref="QueryCheck"/>
/// holds queries to it, and <see cref="HttpResults"/> refuses to read one that was not declared.
/// </summary>
/// <param name="Name">The name in the query, in any case of letters.</param>
/// <param name="Description">What it does, for the OpenAPI document.</param>
internal abstract record QueryParameter(string Name, string Description)
{
    /// <summary>True where the query may have it several times.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>True where the call needs it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The form of one value.</summary>
    public abstract OpenApiSchema ToSchema();

    /// <summary>What a value must be, as the end of a sentence, if it is not that; else null.</summary>
    public abstract Text? Fault(string value);

    /// <summary>True if a query's name means this parameter.</summary>
    public virtual bool IsNamed(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A parameter of the call that a request was routed to.</summary>
    /// <exception cref="InvalidOperationException">The call was mapped without it.</exception>
    public static T Of<T>(HttpContext context, string name)
        where T : QueryParameter
    {
        foreach (var parameter in AllOf(context))
        {
            if (parameter is T found && found.Name == name)
            {
                return found;
            }
        }
        throw new InvalidOperationException($"A call that reads {name} must be mapped with it.");
    }

    /// <summary>The parameters of the call that a request was routed to.</summary>
    public static IReadOnlyList<QueryParameter> AllOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryParameter>() ?? [];
}
