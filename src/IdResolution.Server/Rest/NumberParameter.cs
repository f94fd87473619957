namespace IdResolution.Server.Rest;

/// <summary>Metadata of a call: a whole number in its query. <see cref="HttpResults.NumberAsync"/> reads it.</summary>
/// <param name="Name">The name in the query.</param>
/// <param name="Absent">The value if the query does not have it.</param>
/// <param name="Least">The smallest valid value.</param>
/// <param name="Greatest">The greatest valid value.</param>
internal sealed record NumberParameter(string Name, long Absent, long Least, long Greatest)
{
    /// <summary>The parameter with this name of the call that the request was routed to.</summary>
    /// <exception cref="InvalidOperationException">The call was mapped without this parameter.</exception>
    public static NumberParameter Of(HttpContext context, string name)
    {
        foreach (var parameter in context.GetEndpoint()?.Metadata.GetOrderedMetadata<NumberParameter>() ?? [])
        {
            if (parameter.Name == name)
            {
                return parameter;
            }
        }
        throw new InvalidOperationException($"A call that reads {name} must be mapped with it.");
    }
}
