using System.Globalization;
using System.Text.Json.Nodes;
using IdResolution.Core.Primitives;
using Microsoft.OpenApi;

namespace IdResolution.Server.Rest;

/// <summary>A whole number that a query may have.</summary>
/// <param name="Name">The name in the query.</param>
/// <param name="Description">What it does, for the OpenAPI document.</param>
/// <param name="Absent">The number where the query has none.</param>
/// <param name="Least">The least number that is taken.</param>
/// <param name="Greatest">The greatest number that is taken.</param>
internal sealed record NumberParameter(string Name, string Description, long Absent, long Least, long Greatest)
    : QueryParameter(Name, Description)
{
    /// <inheritdoc/>
    public override Text? Fault(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number >= Least
        && number <= Greatest
            ? null
            : new Text($"must be {Least} to {Greatest}", $"应为 {Least} 至 {Greatest}");

    /// <inheritdoc/>
    public override OpenApiSchema ToSchema() =>
        new()
        {
            Type = JsonSchemaType.Integer,
            Format = Greatest > int.MaxValue ? "int64" : "int32",
            Minimum = Least.ToString(CultureInfo.InvariantCulture),
            Maximum = Greatest == long.MaxValue ? null : Greatest.ToString(CultureInfo.InvariantCulture),
            Default = Absent < Least ? null : JsonValue.Create(Absent),
        };
}
