using System.Buffers;
using System.Buffers.Binary;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Records;
using IdResolution.Core.Views;
using IdResolution.HandleProtocol.Values;
using IdResolution.HandleProtocol.Wire;
using IdResolution.Server.Codec;
using IdResolution.Server.Http;

namespace IdResolution.Server.Handle.Operations;

/// <summary>Encodes the values of a record for the Handle protocol, once for each cached entry. Thread-safe.</summary>
internal sealed class RecordValues
{
    /// <summary>
    /// The index of the administrators' list in a prefix record. Generated HS_ADMIN values refer to it.
    /// </summary>
    public const int AdministratorsIndex = 200;

    private readonly CatalogHolder _catalog;
    private readonly IRecordCache _cache;
    private readonly AccessPolicy _access;
    private readonly ViewSettings _settings;

    public RecordValues(CatalogHolder catalog, IRecordCache cache, AccessPolicy access, ViewSettings settings)
    {
        _catalog = catalog;
        _cache = cache;
        _access = access;
        _settings = settings;
    }

    /// <summary>The settings for views: URLs under the public address, and HS_ADMIN values of prefixes.</summary>
    public static ViewSettings SettingsOf(PublicAddress address) =>
        new(address.Of, identifier => AdminOf(identifier.Prefix.Text));

    /// <summary>
    /// Changes with template texts and the right of anonymous reading. Renderings of another epoch are out of date.
    /// </summary>
    public long Epoch => (_catalog.Current.TextEpoch << 1) | (_access.AnonymousReads ? 1L : 0L);

    /// <summary>The encoded public values of an entry, with their number first; null if not yet encoded.</summary>
    public Rendering? FindRendered(CachedRecord entry) => entry.Find(Projection.Public, RenderingForm.Handle, Epoch);

    /// <summary>Encodes the public values of an active entry. Their number comes first.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="known">All values of the entry, if they were read before.</param>
    public Rendering Render(CachedRecord entry, IReadOnlyList<RawValue>? known = null)
    {
        var epoch = Epoch;
        return _cache.Rendered(
            entry,
            Projection.Public,
            RenderingForm.Handle,
            epoch,
            record => Encode(record, known ?? All(record), epoch)
        );
    }

    /// <summary>All values of a record. Secret values stay encrypted, as they are stored.</summary>
    public List<RawValue> All(StoredRecord record) => ValueView.Read(record, _catalog.Current, _settings);

    /// <summary>The values that everyone may read, of all values of a record.</summary>
    public IEnumerable<RawValue> Public(IReadOnlyList<RawValue> all) =>
        _access.IsOpen(all) ? all.Where(_access.ShowsToEveryone) : [];

    /// <summary>The HS_ADMIN data of a prefix: all rights for the administrators in the prefix record.</summary>
    public static byte[] AdminOf(string prefix) =>
        new AdminRecord(
            AdminPermissions.All,
            new ValueReference($"{HandleName.PrefixHandleStart}{prefix}", AdministratorsIndex)
        ).ToData();

    private Rendering Encode(StoredRecord record, IReadOnlyList<RawValue> all, long epoch)
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        var writer = new WireWriter(output);
        writer.Int32(0);
        var count = 0;
        foreach (var value in Public(all))
        {
            value.ToHandleValue(record.UpdatedAt).Write(writer);
            count++;
        }
        var bytes = output.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, count);
        return new Rendering(bytes, "", epoch) { IsPartial = count < all.Count };
    }
}
