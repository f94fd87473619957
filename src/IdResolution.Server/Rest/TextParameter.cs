using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>A text that a query may have.</summary>
/// <param name="Name">The name in the query.</param>
/// <param name="Description">What it does, for the OpenAPI document.</param>
internal sealed record TextParameter(string Name, string Description) : QueryParameter(Name, Description)
{
    /// <summary>The form of the text, as OpenAPI names it (<c>date</c>, <c>date-time</c>), or null.</summary>
    public string? Format { get; init; }

    /// <summary>The words that are taken; empty where any text is.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <inheritdoc/>
    public override OpenApiSchema ToSchema() =>
        new()
        {
            Type = JsonSchemaType.String,
            Format = Format,
            Enum = Choices.Count == 0 ? null : [.. Choices.Select(choice => JsonValue.Create(choice))],
        };
}
