namespace IdResolution.Core.Leases;

/// <summary>The right of one node to do what one alone may do, until another takes it over.</summary>
/// <param name="Name">The work.</param>
/// <param name="Holder">The node.</param>
/// <param name="Token">
/// Grows with every holder: a write under a lease is refused where the store has seen a greater one.
/// </param>
public sealed record Lease(string Name, string Holder, long Token);
