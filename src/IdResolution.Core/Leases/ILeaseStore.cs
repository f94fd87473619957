namespace IdResolution.Core.Leases;

/// <summary>Keeps the leases of nodes that share a store, by the store's clock. Thread-safe.</summary>
public interface ILeaseStore
{
    /// <summary>Takes a lease that is free or over, or renews one's own; null where another node holds it.</summary>
    /// <param name="name">The work.</param>
    /// <param name="holder">The node; of one name in each process alone.</param>
    /// <param name="life">How long it holds without renewal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Lease?> TakeAsync(string name, string holder, TimeSpan life, CancellationToken cancellationToken);

    /// <summary>Gives a lease back, so that another node takes it at once; nothing where it was taken over.</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancellationToken);
}
