namespace IdResolution.Core.Events;

/// <summary>A hold that must go on to everything made from its items.</summary>
/// <param name="Hold">The object number of the hold's event.</param>
/// <param name="Asked">How often it was asked to go on. What was asked later is not done by this spread.</param>
/// <param name="Floor">What it reaches gets this mark; what has a lesser one is made from its items no more.</param>
/// <param name="Items">The items that it names and is in force on.</param>
public sealed record HoldSpread(long Hold, long Asked, long Floor, IReadOnlyList<long> Items);
