using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;

namespace IdResolution.Core.Coherence;

/// <summary>
/// Keeps resolved records. Thread-safe; an older entry never replaces a newer one, an invalidated one never comes back.
/// </summary>
public interface IRecordCache
{
    /// <summary>The entry of a folded key, or null. Allocates nothing and takes no lock.</summary>
    CachedRecord? Find(ReadOnlySpan<byte> foldedKey);

    /// <summary>Keeps an entry, unless it was read before an invalidation of its key's stripe.</summary>
    void Put(CachedRecord entry);

    /// <summary>Drops what was read before a log entry; later loads from before it are not kept.</summary>
    void Invalidate(LookupKey key, long sequence);

    /// <summary>What was read from below this head may be superseded, as far as this node knows the log.</summary>
    long Floor(LookupKey key);

    /// <summary>Tells the cache that an entry grew by a rendering.</summary>
    void Grown(CachedRecord entry);

    /// <summary>The entry as a projection shows it in a form: as kept with it, or rendered now and kept.</summary>
    /// <param name="entry">An entry with a record.</param>
    /// <param name="projection">What is shown.</param>
    /// <param name="form">The form.</param>
    /// <param name="epoch">What the answer depends on besides the record.</param>
    /// <param name="render">Makes it, of that epoch.</param>
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
