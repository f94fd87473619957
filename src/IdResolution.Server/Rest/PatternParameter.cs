using IdResolution.Core.Primitives;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>
/// Parameters whose names begin alike, such as <c>attr.CODE</c>. OpenAPI can describe them as an object whose members
/// are sent one by one, each under its whole name.
/// </summary>
/// <param name="Name">How the names begin, with the dot.</param>
/// <param name="Description">What they do, for the OpenAPI document.</param>
internal sealed record PatternParameter(string Name, string Description) : QueryParameter(Name, Description)
{
    /// <inheritdoc/>
    public override OpenApiSchema ToSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
        };

    /// <inheritdoc/>
    public override Text? Fault(string value) => null;

    /// <inheritdoc/>
    public override bool IsNamed(string name) => name.StartsWith(Name, StringComparison.Ordinal);
}
