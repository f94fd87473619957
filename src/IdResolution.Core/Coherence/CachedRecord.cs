using IdResolution.Core.Access;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Statistics;

namespace IdResolution.Core.Coherence;

/// <summary>
/// The cache entry of a key: the record or its absence, the log's head when it was read, and the answers that front
/// ends rendered from it. Immutable except for renderings and marks of the cache. Thread-safe.
/// </summary>
public sealed class CachedRecord
{
    // A short array that is searched from the start. A change replaces the whole array.
    private Kept[] _renderings = [];

    // So many renderings and decisions are kept at most; then the oldest goes.
    private const int MostRenderings = 48;
    private const int MostSightings = 32;

    private Sighting[] _sightings = [];
    private long _renderedBytes;
    private bool _ready;

    /// <summary>Makes an entry without renderings from the answer of a store.</summary>
    public CachedRecord(LookupKey key, StoredRecord? record, long head, long loadedAt, Counter? counter)
    {
        Key = key;
        Record = record;
        Head = head;
        LoadedAt = loadedAt;
        Counter = counter;
    }

    /// <summary>The lookup key of the record.</summary>
    public LookupKey Key { get; }

    /// <summary>The record or a tombstone; null if nothing is registered.</summary>
    public StoredRecord? Record { get; }

    /// <summary>The log's head when the record was read, or earlier.</summary>
    public long Head { get; }

    /// <summary>The time of the read, as a <see cref="TimeProvider.GetTimestamp"/> of the clock.</summary>
    public long LoadedAt { get; }

    /// <summary>The counter of the record's template and source; null without a record.</summary>
    public Counter? Counter { get; }

    /// <summary>
    /// The <see cref="Catalog.NodeCatalog.HomingEpoch"/> at which the record's prefix was last found to be homed.
    /// </summary>
    public long HomingEpoch { get; set; }

    /// <summary>Marks an entry in use. Readers set it, and the sweep of the cache clears it.</summary>
    public bool Used { get; set; }

    /// <summary>
    /// Set by the cache when no invalidation can have missed the entry. Until then readers ignore the entry.
    /// </summary>
    public bool Ready
    {
        get => Volatile.Read(ref _ready);
        set => Volatile.Write(ref _ready, value);
    }

    /// <summary>The bytes that the cache counts for the entry, which only it sets, under a lock on the entry.</summary>
    public long Charged { get; set; }

    /// <summary>An estimate of the memory that the entry takes, in bytes.</summary>
    public long Bytes =>
        320
        + (2 * Key.Bytes.Length)
        + (Record is null ? 0 : Record.State.Length + 180)
        + (Volatile.Read(ref _sightings).Length * 40)
        + Volatile.Read(ref _renderedBytes);

    /// <summary>The rendering for a projection in a form, or null. Setting null removes it.</summary>
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
                // Partners have projections without number.
                at = at < 0 && before.Length >= MostRenderings ? 0 : at;
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

    /// <summary>The rendering, if there is one of this epoch; otherwise null.</summary>
    public Rendering? Find(Projection projection, RenderingForm form, long epoch) =>
        this[projection, form] is { } kept && kept.Epoch == epoch ? kept : null;

    /// <summary>
    /// What a partner is shown of the record; null for nothing. The decision is kept for as long as it holds. Allocates
    /// nothing then.
    /// </summary>
    public GrantedView? Seen(PartnerSight sight)
    {
        ArgumentNullException.ThrowIfNull(sight);
        var before = Volatile.Read(ref _sightings);
        foreach (ref readonly var kept in before.AsSpan())
        {
            if (ReferenceEquals(kept.Sight, sight) && !sight.HasCome(kept.Until))
            {
                return kept.View;
            }
        }
        var view = sight.Of(Record!.State, out var until);
        var others = Array.FindAll(before, kept => !ReferenceEquals(kept.Sight, sight));
        Sighting[] after = [.. others.AsSpan(others.Length < MostSightings ? 0 : 1), new(sight, view, until)];
        // Where another caller was faster, this decision is not kept.
        Interlocked.CompareExchange(ref _sightings, after, before);
        return view;
    }

    private static long BytesOf(Rendering? rendering) =>
        rendering is null ? 0 : rendering.Body.Length + rendering.Tag.Length + 100;

    private readonly record struct Sighting(PartnerSight Sight, GrantedView? View, DateTimeOffset Until);

    private readonly record struct Kept(Projection Projection, RenderingForm Form, Rendering Rendering);
}
