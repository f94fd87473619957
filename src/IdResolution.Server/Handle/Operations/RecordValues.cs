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

/// <summary>
/// The values of a record as the Handle protocol shows them, encoded once for each cached entry. Thread-safe.
/// </summary>
internal sealed class RecordValues
{
    /// <summary>
    /// The index at which a prefix record names the administrators that rendered HS_ADMIN values refer to.
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

    /// <summary>What records are shown with: URLs under a public address, administrators of prefixes.</summary>
    public static ViewSettings SettingsOf(PublicAddress address) =>
        new(address.Of, identifier => AdminOf(identifier.Prefix.Text));

    /// <summary>Renderings of another epoch are not used.</summary>
    public long Epoch => (_catalog.Current.TextEpoch << 1) | (_access.AnonymousReads ? 1L : 0L);

    /// <summary>
    /// The public values of an entry as encoded before, their number in front; null where they must be encoded.
    /// </summary>
    public Rendering? FindRendered(CachedRecord entry) => entry.Find(Projection.Public, RenderingForm.Handle, Epoch);

    /// <summary>The public values of an active entry, encoded, their number in front.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="known">All its values, where they are read already.</param>
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

    /// <summary>All values of a record, secrets as they are stored.</summary>
    public List<RawValue> All(StoredRecord record) => ValueView.Read(record, _catalog.Current, _settings);

    /// <summary>True where everyone may read the value.</summary>
    public bool IsPublic(RawValue value, bool isTemplated) => _access.ShowsToEveryone(value, isTemplated);

    /// <summary>The HS_ADMIN of what belongs to a prefix: all rights for whom the prefix record lists.</summary>
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
        var isTemplated = RecordState.IsTemplated(record);
        var count = 0;
        foreach (var value in all)
        {
            if (IsPublic(value, isTemplated))
            {
                value.ToHandleValue(record.UpdatedAt).Write(writer);
                count++;
            }
        }
        var bytes = output.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, count);
        return new Rendering(bytes, "", epoch) { IsPartial = count < all.Count };
    }
}
