namespace IdResolution.Core.Traceability;

/// <summary>What became of an order, and what it lacks.</summary>
/// <param name="Identifier">The order.</param>
/// <param name="Template">The code of its template; null without one.</param>
/// <param name="Lines">What was planned, line by line, and what came beside it.</param>
/// <param name="Number">The log number at which it was read.</param>
public sealed record Fulfilment(string Identifier, string? Template, IReadOnlyList<FulfilmentLine> Lines, long Number)
{
    /// <summary>The lines of the order that do not say how much; nobody knows whether they are complete.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>
    /// True for an order to make something, by a bill of materials: what it plans is brought together for it, and does
    /// not leave.
    /// </summary>
    public bool IsPickedAlone { get; init; }

    /// <summary>
    /// True where something was planned, all of it was shipped or received, and every line says how much that is. What
    /// only lies ready is not sent yet.
    /// </summary>
    public bool IsComplete =>
        Unreadable.Count == 0
        && Lines.Any(static line => line.Planned > 0)
        && Lines.All(line => IsPickedAlone ? line.Missing == 0 : line.Planned <= Math.Max(line.Shipped, line.Received));
}

/// <summary>One line of an order, in one unit.</summary>
/// <param name="Material">
/// What the line names; of what no line names, the code of its template; null without one.
/// </param>
/// <param name="Unit">The unit; null for pieces.</param>
/// <param name="Planned">How much was ordered, or is covered where the order has no lines.</param>
/// <param name="Picked">How much was moved for the order.</param>
/// <param name="Shipped">How much was shipped by it.</param>
/// <param name="Received">How much was received by it.</param>
public sealed record FulfilmentLine(
    string? Material,
    string? Unit,
    decimal Planned,
    decimal Picked,
    decimal Shipped,
    decimal Received
)
{
    /// <summary>What is still to be picked: what was planned, less what was picked, shipped or received.</summary>
    public decimal Missing => Math.Max(0, Planned - Math.Max(Picked, Math.Max(Shipped, Received)));
}
