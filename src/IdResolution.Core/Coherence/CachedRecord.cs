using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;

namespace IdResolution.Core.Coherence;

/// <summary>
/// What is cached for a key: the record or its absence, the log's head it was read at, and the bytes that front ends
/// rendered from it.
/// Immutable but for the renderings and the mark of use; thread-safe.
/// </summary>
public sealed class CachedRecord
{
    // Few, so that they are looked through; replaced whole.
    private Kept[] _renderings = [];
    private long _renderedBytes;
    private bool _ready;

    /// <summary>Wraps what a store found.</summary>
    public CachedRecord(LookupKey key, StoredRecord? record, long head, long loadedAt, Counter? counter)
    {
        Key = key;
        Record = record;
        Head = head;
        LoadedAt = loadedAt;
        Counter = counter;
    }

    /// <summary>The key.</summary>
    public LookupKey Key { get; }

    /// <summary>The record, a tombstone, or null where nothing is registered.</summary>
    public StoredRecord? Record { get; }

    /// <summary>The log's head, read no later than the record.</summary>
    public long Head { get; }

    /// <summary>When it was read, as the clock's <see cref="TimeProvider.GetTimestamp"/> had it.</summary>
    public long LoadedAt { get; }

    /// <summary>Counts resolutions of its template and source; null for an absent record.</summary>
    public Counter? Counter { get; }

    /// <summary>
    /// The homed prefixes that its own was last found among, as <see cref="Catalog.NodeCatalog.HomingEpoch"/> has them.
    /// </summary>
    public long HomingEpoch { get; set; }

    /// <summary>Set by readers, cleared by the cache's sweep.</summary>
    public bool Used { get; set; }

    /// <summary>
    /// Set by the cache once no invalidation can have missed the entry; before that readers pass it over.
    /// </summary>
    public bool Ready
    {
        get => Volatile.Read(ref _ready);
        set => Volatile.Write(ref _ready, value);
    }

    /// <summary>What the cache has charged for it; the cache's alone, under a lock on the entry.</summary>
    public long Charged { get; set; }

    /// <summary>An estimate of the bytes it holds.</summary>
    public long Bytes =>
        320
        + (2 * Key.Bytes.Length)
        + (Record is null ? 0 : Record.State.Length + 180)
        + Volatile.Read(ref _renderedBytes);

    /// <summary>The bytes rendered for a projection in a form, or null.</summary>
    public Rendering? this[Projection projection, RenderingForm form]
    {
        get
        {
            foreach (ref readonly var kept in Volatile.Read(ref _renderings).AsSpan())
            {
                if (ReferenceEquals(kept.Projection, projection) && kept.Form == form)
                {
                    return kept.Rendering;
                }
            }
            return null;
        }
        set
        {
            while (true)
            {
                var before = Volatile.Read(ref _renderings);
                var at = Array.FindIndex(before, k => ReferenceEquals(k.Projection, projection) && k.Form == form);
                var replaced = at < 0 ? null : before[at].Rendering;
                Kept[] after =
                [
                    .. before.Where((_, i) => i != at),
                    .. value is null ? [] : new[] { new Kept(projection, form, value) },
                ];
                if (Interlocked.CompareExchange(ref _renderings, after, before) == before)
                {
                    Interlocked.Add(ref _renderedBytes, BytesOf(value) - BytesOf(replaced));
                    return;
                }
            }
        }
    }

    /// <summary>The rendering of an epoch, or null where there is none or it is of another.</summary>
    public Rendering? Find(Projection projection, RenderingForm form, long epoch) =>
        this[projection, form] is { } kept && kept.Epoch == epoch ? kept : null;

    private static long BytesOf(Rendering? rendering) =>
        rendering is null ? 0 : rendering.Body.Length + rendering.Tag.Length + 100;

    private readonly record struct Kept(Projection Projection, RenderingForm Form, Rendering Rendering);
}
