namespace IdResolution.Core.CodingRules;

/// <summary>Keeps how far each sequence was handed out.</summary>
public interface ISequenceStore
{
    /// <summary>
    /// Takes the next <paramref name="count"/> numbers of a scope out for good and gives the first; a new scope begins
    /// at 1.
    /// </summary>
    Task<long> ReserveAsync(string scope, int count, CancellationToken cancellationToken);
}
