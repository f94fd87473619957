namespace IdResolution.Server.Rest;

/// <summary>
/// Metadata of a call: a whole number that its query may have. <see cref="HttpResults.NumberAsync"/> reads by it.
/// </summary>
/// <param name="Name">The name in the query.</param>
/// <param name="Absent">What it is where the query has none.</param>
/// <param name="Least">The least that is taken.</param>
/// <param name="Greatest">The greatest that is taken.</param>
internal sealed record NumberParameter(string Name, long Absent, long Least, long Greatest)
{
    /// <summary>A parameter of the call that a request was routed to.</summary>
    /// <exception cref="InvalidOperationException">The call was mapped without it.</exception>
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
