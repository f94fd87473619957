using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Coherence;

/// <summary>
/// Keeps resolved records. Older entries never replace newer ones. Invalidated ones never come back. Thread-safe.
/// </summary>
public interface IRecordCache
{
    /// <summary>Finds the entry of a folded key, or null. Allocates nothing and takes no lock.</summary>
    CachedRecord? Find(ReadOnlySpan<byte> foldedKey);

    /// <summary>Adds an entry, unless it was read before the last invalidation of its key's stripe.</summary>
    void Put(CachedRecord entry);

    /// <summary>Drops a key's record if it was read before a log entry, and refuses later loads as old.</summary>
    void Invalidate(LookupKey key, long sequence);

    /// <summary>Drops all records and all floors.</summary>
    void Clear();

    /// <summary>A record that was read at a head below this floor may be superseded, as far as known here.</summary>
    long Floor(LookupKey key);

    /// <summary>
    /// Tells the cache that an entry grew, after a rendering or a decision about a partner was added.
    /// </summary>
    void Grown(CachedRecord entry);

    /// <summary>Gets the rendering that the entry has, or renders the record now and adds the rendering.</summary>
    /// <param name="entry">An entry with a record.</param>
    /// <param name="projection">The part of the record to show.</param>
    /// <param name="form">The form of the answer.</param>
    /// <param name="epoch">Stands for all that the answer depends on besides the record.</param>
    /// <param name="render">Makes the rendering, with this epoch.</param>
    Rendering Rendered(
        CachedRecord entry,
        Projection projection,
        RenderingForm form,
        long epoch,
        Func<StoredRecord, Rendering> render
    )
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(render);
        if (entry.Find(projection, form, epoch) is { } kept)
        {
            return kept;
        }
        var rendering = render(entry.Record!);
        entry[projection, form] = rendering;
        Grown(entry);
        return rendering;
    }
}
