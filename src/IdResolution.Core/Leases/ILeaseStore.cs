namespace IdResolution.Core.Leases;

/// <summary>Stores the leases of nodes that share a store. The clock of the store decides. Thread-safe.</summary>
public interface ILeaseStore
{
    /// <summary>Takes a free or expired lease, or renews one's own. Null if another node holds it.</summary>
    /// <param name="name">The name of the work.</param>
    /// <param name="holder">The name of the node, different in each process.</param>
    /// <param name="life">How long the lease holds without renewal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Lease?> TakeAsync(string name, string holder, TimeSpan life, CancellationToken cancellationToken);

    /// <summary>Gives a lease back, for other nodes to take at once. Does nothing if it was taken over.</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken);
}
