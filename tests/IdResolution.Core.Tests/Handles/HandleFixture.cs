using System.Text;
using IdResolution.Core.Access;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Core.Handles;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;
using IdResolution.Core.Views;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Handles;

/// <summary>
/// The use cases of handles over an embedded store, with an administrator of the server and a stranger. Other nodes
/// answer what a test puts there.
/// </summary>
public abstract class HandleFixture
{
    protected const string P = CoreFixture.HomedPrefix;

    protected static readonly HandleIdentity Server = new(new Reference($"{P}/ADMIN", 300), 1);
    protected static readonly HandleIdentity Stranger = new(new Reference($"{P}/STRANGER", 300), 2);

    private int _named;
    private readonly RenderedPrefixes _prefixes = new();
    private LogFollower _tail = null!;

    protected CoreFixture Node { get; private set; } = null!;

    private protected Elsewhere Foreign { get; private set; } = null!;

    protected HandleAdministrator Administrator { get; private set; } = null!;

    protected PrefixAdministrator Prefixes { get; private set; } = null!;

    protected HandleResolver Resolver { get; private set; } = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        Node = await CoreFixture.CreateAsync();
        Foreign = new Elsewhere();
        var cache = new NoCache(new InvalidationWatermarks(InvalidationWatermarks.Few));
        _tail = new LogFollower(Node.Store.Log, cache, Node.Catalog, new LogGuard(), Node.Time);
        await _tail.StartAsync(default);
        var access = new AccessPolicy();
        var resolver = new Resolver(
            Node.Store.Records,
            new CacheLevels(cache, new NoSharedCache()),
            new ResolutionMetrics(
                new ResolutionCounters(Node.Store.Statistics, new PlantClock(Node.Time, TimeZoneInfo.Utc)),
                NodeTelemetry.None
            ),
            _tail,
            Node.Catalog,
            Node.Time
        );
        var lookup = new HandleLookup(
            Node.Catalog,
            Foreign,
            new IdentifierReader(resolver, Node.Store.Records, Node.Catalog, Foreign, access),
            Node.Secrets,
            new ViewSettings(static id => id, static id => AdminOf(id.Prefix.Text)),
            _prefixes
        );
        var rights = new HandleRights([Server.Reference], new TextAdminValueReader(), lookup);
        Administrator = new HandleAdministrator(lookup, rights, Node.Values, Node.Auditor, TimeProvider.System);
        Prefixes = new PrefixAdministrator(lookup, rights, Node.Catalog, Node.Prefixes, Node.Store.Records);
        Resolver = new HandleResolver(lookup, rights, access, _prefixes);
    }

    [TearDown]
    public void End()
    {
        _tail.Dispose();
        Node.Dispose();
    }

    /// <summary>Makes a handle that no other has, as an administrator of the server.</summary>
    protected async Task<string> CreateAsync(params RawValue[] values)
    {
        var handle = $"{P}/h{++_named}";
        CoreFixture.Ok(await Administrator.CreateAsync(handle, values, overwrite: false, mint: false, Server, default));
        return handle;
    }

    protected async Task<ErrorCode?> SetAsync(string handle, HandleIdentity? who, params RawValue[] values) =>
        (await Administrator.AddAsync(handle, values, overwrite: true, who, Caller.Anonymous, default)).Error?.Code;

    protected async Task<ErrorCode?> RemoveAsync(string handle, HandleIdentity? who, params int[] indexes) =>
        (await Administrator.RemoveAsync(handle, indexes, who, default)).Error?.Code;

    protected async Task<ErrorCode?> DeleteAsync(string handle, HandleIdentity? who) =>
        (await Administrator.DeleteAsync(handle, who, default)).Error?.Code;

    /// <summary>What stands, as <c>INDEX TYPE DATA</c>.</summary>
    protected async Task<string[]> StoredAsync(string handle) =>
        [.. (await Node.ReadAsync(handle))!.Values.Select(Shown)];

    protected static string Shown(RawValue value) =>
        $"{value.Index} {value.Type} {Encoding.UTF8.GetString(value.Data)}";

    protected static RawValue Value(int index, string type, string text, Permissions? permissions = null)
    {
        var value = new RawValue
        {
            Index = index,
            Type = type,
            Data = Encoding.UTF8.GetBytes(text),
        };
        return permissions is { } given ? value with { Permissions = given } : value;
    }

    protected static RawValue AdminValue(int index, AdminRights rights, Reference administrator) =>
        Value(index, RawValue.AdminType, "") with
        {
            Data = TextAdminValueReader.Admin(rights, administrator),
        };

    protected static RawValue Group(int index, params Reference[] members) =>
        Value(index, HandleRights.GroupType, "") with
        {
            Data = TextAdminValueReader.Group(members),
        };

    private static byte[] AdminOf(string prefix) =>
        TextAdminValueReader.Admin(AdminRights.All, new Reference(HandleNames.PrefixStart + prefix, 200));

    /// <summary>The record of a homed prefix, administered by whom the settings name.</summary>
    private sealed class RenderedPrefixes : IPrefixRecords
    {
        public RawValue? FindRoute(string prefix) => null;

        public IReadOnlyList<RawValue> Render(string prefix) =>
            [Value(100, RawValue.AdminType, "") with { Data = AdminOf(prefix) }, Group(200, Server.Reference)];
    }

    /// <summary>Other nodes, which know what a test puts there.</summary>
    private protected sealed class Elsewhere : IForeignResolver
    {
        public Dictionary<string, RawValue[]> Known { get; } = [];

        public int Asked { get; private set; }

        public bool IsOn => true;

        public ValueTask<Result<ForeignRecord>> ResolveAsync(
            Identifier identifier,
            Caller caller,
            CancellationToken cancellationToken
        )
        {
            Asked++;
            return ValueTask.FromResult<Result<ForeignRecord>>(
                Known.TryGetValue(identifier.Text, out var values)
                    ? new ForeignRecord(identifier.Text, values, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)
                    : Error.Of(ErrorCode.Unavailable, "Nobody answers.", "无应答。")
            );
        }
    }
}
