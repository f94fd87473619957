namespace IdResolution.Core.Leases;

/// <summary>The right of one node to do work that only one may do, until another node takes the lease over.</summary>
/// <param name="Name">The name of the work.</param>
/// <param name="Holder">The name of the node.</param>
/// <param name="Token">
/// Grows with every holder. The store refuses a write under a lease if it has seen a greater token.
/// </param>
public sealed record Lease(string Name, string Holder, long Token);
