using IdResolution.Core.ChangeLog;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;

namespace IdResolution.Core.Upstream;

/// <summary>
/// Keeps what the secondary node refused, and lists the records that it should have. Thread-safe.
/// </summary>
public interface IUpstreamStore
{
    /// <summary>Reads letters in the order of the log.</summary>
    /// <param name="after">The sequence number of the last letter read; 0 to begin.</param>
    /// <param name="isDue">True for those to be sent again, false for those that wait; null for both.</param>
    /// <param name="limit">The greatest number, 1 or more.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<IReadOnlyList<UpstreamLetter>> LettersAsync(
        long after,
        bool? isDue,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>Counts the letters.</summary>
    ValueTask<LetterCount> CountAsync(CancellationToken cancellationToken);

    /// <summary>Moves the reader's cursor, and changes letters in the same transaction.</summary>
    /// <returns>As <see cref="ILogReaderStore.MoveAsync"/>.</returns>
    Task<bool> MoveAsync(LogMove move, LetterChange letters, CancellationToken cancellationToken);

    /// <summary>Changes letters. Returns how many were there to be ended.</summary>
    Task<int> ChangeAsync(LetterChange letters, CancellationToken cancellationToken);

    /// <summary>Has letters sent again; all if no sequence numbers are given. Returns how many there were.</summary>
    Task<int> RetryAsync(IReadOnlyList<long>? sequences, CancellationToken cancellationToken);

    /// <summary>Reads records, tombstones included, by ascending object number.</summary>
    /// <param name="after">The object number of the last record read; 0 to begin.</param>
    /// <param name="limit">The most records, 1 or more. A page may be shorter; only an empty one is the last.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<StatePage<StoredRecord>> RecordsAsync(long after, int limit, CancellationToken cancellationToken);
}

/// <summary>How many letters there are.</summary>
/// <param name="Waiting">Those that wait for a person.</param>
/// <param name="Due">Those to be sent again.</param>
/// <param name="Sum">The sum of all their sequence numbers, by which other letters of the same number are told.</param>
public readonly record struct LetterCount(long Waiting, long Due, long Sum);

/// <summary>A change of letters, made whole or not at all.</summary>
/// <param name="Added">New letters that wait for a person. One that is there gets the new reason.</param>
/// <param name="Due">New letters that are to be sent again.</param>
/// <param name="Ended">The sequence numbers of letters to end.</param>
public sealed record LetterChange(
    IReadOnlyList<DeadLetter> Added,
    IReadOnlyList<DeadLetter> Due,
    IReadOnlyList<long> Ended
);
