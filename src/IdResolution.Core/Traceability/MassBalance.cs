namespace IdResolution.Core.Traceability;

/// <summary>What became of a lot, by what events say in one unit.</summary>
/// <param name="Made">How much was made or came in; null where nobody said.</param>
/// <param name="Used">How much went into something else.</param>
/// <param name="Shipped">How much was sent.</param>
/// <param name="Scrapped">How much was destroyed or given up.</param>
/// <param name="Unit">The unit; null for pieces.</param>
public sealed record MassBalance(decimal? Made, decimal Used, decimal Shipped, decimal Scrapped, string? Unit)
{
    /// <summary>How much is left; below zero where more was used than made.</summary>
    public decimal? Left => Made - Used - Shipped - Scrapped;
}
