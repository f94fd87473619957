namespace IdResolution.Core.CodingRules;

/// <summary>Stores the next number of each sequence.</summary>
public interface ISequenceStore
{
    /// <summary>
    /// Takes the next <paramref name="count"/> numbers of a scope for ever, and returns the first of them. A new scope
    /// begins at 1; in a store that was restored with a gap behind it, unless <paramref name="day"/> is after the
    /// restore.
    /// </summary>
    /// <param name="scope">The folded text before the number.</param>
    /// <param name="day">The plant's day that the scope's text holds; null if it holds none.</param>
    /// <param name="count">How many numbers, 1 and up.</param>
    /// <param name="cancellationToken">Ends the wait; the numbers may be taken all the same.</param>
    Task<long> ReserveAsync(string scope, DateOnly? day, int count, CancellationToken cancellationToken);
}
