using System.Collections;

namespace IdResolution.Core.Primitives;

/// <summary>
/// A page of what a store keeps with its states, bounded by number and by bytes. It ends early, with one entry at
/// least, so that what a caller asks for holds no more memory when entries are large.
/// </summary>
/// <param name="items">The entries, in order.</param>
/// <param name="isFull">True if the page ended at one of its bounds, so that more may follow.</param>
public sealed class StatePage<T>(IReadOnlyList<T> items, bool isFull) : IReadOnlyList<T>
{
    /// <summary>A page ends with the entry with which it has this many bytes.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>
    /// True if the page ended at one of its bounds, so that more may follow. The number of entries does not tell.
    /// </summary>
    public bool IsFull => isFull;

    /// <inheritdoc/>
    public int Count => items.Count;

    /// <inheritdoc/>
    public T this[int index] => items[index];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
