namespace IdResolution.Core.CodingRules;

/// <summary>Stores the next number of each sequence.</summary>
public interface ISequenceStore
{
    /// <summary>
    /// Takes the next <paramref name="count"/> numbers of a scope for ever, and returns the first of them. A new scope
    /// begins at 1.
    /// </summary>
    Task<long> ReserveAsync(string scope, int count, CancellationToken cancellationToken);
}
