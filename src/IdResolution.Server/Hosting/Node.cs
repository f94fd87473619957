using System.Text;
using System.Text.Json;
using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;
using IdResolution.Core.Templates;
using IdResolution.Server.Caching;
using IdResolution.Server.Foreign;
using IdResolution.Server.Hosting.Telemetry;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting;

/// <summary>The core over its store, composed once: what the host serves and what the command line works on.</summary>
internal sealed class Node : IDisposable
{
    private const string InitializeLease = "initialize";

    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NotReadyAfter = TimeSpan.FromSeconds(5);

    private Node(NodeOptions options, DataDirectory directory, INodeStore store, NodeSecrets secrets, TimeProvider time, NodeTelemetry telemetry)
    {
        Telemetry = telemetry;
        Requests = new RequestMetrics(telemetry);
        Options = options;
        Directory = directory;
        Store = store;
        Secrets = secrets;
        Time = time;
        Plant = new PlantClock(time, TimeZoneInfo.FindSystemTimeZoneById(options.Plant.TimeZone));
        var floors = new Floors(options.Redis.IsUsed ? Floors.Many : Floors.Few);
        Cache = options.Cache.Bytes > 0 ? new MemoryRecordCache(options.Cache.Bytes, floors) : new NoCache(floors);
        Catalog = new CatalogHolder(store, time);
        Tail = new ChangeTail(store, Cache, Catalog, time);
        Redis = options.Redis.IsUsed ? new RedisRecordCache(options.Redis, store, Tail, time, telemetry) : null;
        store.OnCommitted((first, last, keys) =>
        {
            Tail.Committed(first, last, keys);
            Redis?.Messages.Announce(last);
        });
        Auditor = new Auditor(store, time);
        Documents = new DocumentEditor(store, Catalog, Auditor, time);
        Templates = new TemplateEditor(Documents);
        Keys = new KeyIssuer(Documents, time);
        Prefixes = new PrefixHomer(Documents, ConfiguredPrefixes);
        Counters = new ResolutionCounters(store, Plant);
        StatisticsLease = new LeaseKeeper(store, LogCounter.LeaseName, Name, time);
        LogCounter = new LogCounter(store, store, StatisticsLease, Plant);
        Resolver = new Resolver(store, Cache, Redis ?? (ISharedCache)new NoSharedCache(), Counters, Tail, Catalog, time, telemetry);
        Foreign = options.Foreign.IsOn() ? new ForeignResolver(options.Foreign, time) : new NoForeignResolver();
        Scanner = new Scanner(store, Catalog, Foreign);
        Access.AnonymousReads = options.Access.AnonymousReads;
        Reader = new IdentifierReader(Resolver, store, Catalog, Foreign, Access);
        Queries = new RecordQueries(store, Catalog);
        Feed = new ChangeFeed(store, Tail, Catalog, time);
        CatalogReader = new CatalogReader(Catalog);
        AuditReader = new AuditReader(Auditor, store);
        StatisticsReader = new StatisticsReader(store, store, Counters, LogCounter);
        Registrar = new Registrar(store, Catalog, new SequenceBlocks(store), secrets, Plant, time, telemetry);
        Editor = new RecordEditor(store, Catalog, secrets, Auditor, time);
    }

    /// <summary>This process among the nodes of its store; another with each start.</summary>
    public string Name { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    public NodeOptions Options { get; }

    public DataDirectory Directory { get; }

    /// <summary>The store itself, for what hosts and maintains it; front ends go by the ports below.</summary>
    public INodeStore Store { get; }

    /// <summary>What is derived from the key file.</summary>
    public NodeSecrets Secrets { get; }

    public IRecordStore Records => Store;

    public IChangeLog Log => Store;

    public IStatisticStore Statistics => Store;

    public IAuditStore AuditLog => Store;

    public TimeProvider Time { get; }

    /// <summary>What it tells of its work.</summary>
    public NodeTelemetry Telemetry { get; }

    /// <summary>Counts requests.</summary>
    public RequestMetrics Requests { get; }

    public PlantClock Plant { get; }

    public IRecordCache Cache { get; }

    /// <summary>The L2, or null where none is configured.</summary>
    public RedisRecordCache? Redis { get; }

    /// <summary>How the L2 is; never degraded where none is configured.</summary>
    public SharedCacheStatus SharedCache => Redis?.Status ?? default;

    public CatalogHolder Catalog { get; }

    public ChangeTail Tail { get; }

    /// <summary>True where the log could not be read for a while: what is answered from the cache may be old.</summary>
    public bool IsStale => Tail.Age > StaleAfter;

    /// <summary>False where the database has not answered for a while.</summary>
    public bool IsReady => Tail.Age <= NotReadyAfter;

    public Auditor Auditor { get; }

    public DocumentEditor Documents { get; }

    public TemplateEditor Templates { get; }

    public KeyIssuer Keys { get; }

    public PrefixHomer Prefixes { get; }

    public ResolutionCounters Counters { get; }

    public LeaseKeeper StatisticsLease { get; }

    public LogCounter LogCounter { get; }

    public Resolver Resolver { get; }

    /// <summary>Who may do what.</summary>
    public AccessPolicy Access { get; } = new();

    public IdentifierReader Reader { get; }

    public RecordQueries Queries { get; }

    public ChangeFeed Feed { get; }

    public CatalogReader CatalogReader { get; }

    public AuditReader AuditReader { get; }

    public StatisticsReader StatisticsReader { get; }

    public Scanner Scanner { get; }

    /// <summary>Resolves what is homed elsewhere.</summary>
    public IForeignResolver Foreign { get; }

    public Registrar Registrar { get; }

    public RecordEditor Editor { get; }

    /// <summary>Opens the data directory's node.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="create">Make directory, database and key file where missing.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="OperatorException">Something only the operator can mend.</exception>
    public static async Task<Node> OpenAsync(NodeOptions options, bool create, TimeProvider time)
    {
        var directory = DataDirectory.Open(options.Data, create);
        INodeStore? store = null;
        var telemetry = new NodeTelemetry();
        try
        {
            var settings = DataDirectory.StoreIn(options);
            if (!settings.IsSqlServer && !File.Exists(settings.File) && !create)
            {
                throw new OperatorException($"There is no database in {directory.Path}. Make one: idnode init --data {options.Data} --prefix PREFIX");
            }
            store = await StoreOpener.OpenAsync(settings, time, CancellationToken.None, telemetry);
            if (await store.FindSettingAsync(StoreCopy.SourceMark, CancellationToken.None) is not null)
            {
                throw new OperatorException("This database is a copy that is not finished. Run the same idnode copy again: it goes on where it stopped.");
            }
            var fingerprint = await store.FindSettingAsync(INodeStore.KeyFingerprintSetting, CancellationToken.None);
            if (fingerprint is null && settings.IsSqlServer && !create)
            {
                throw new OperatorException($"There is no node in the database of Store:SqlServer yet. Make one: idnode init --data {options.Data} --prefix PREFIX");
            }
            var secrets = KeyFile.LoadOrCreate(options.Secrets.KeyFile ?? Path.Combine(directory.Path, KeyFile.FileName), create: fingerprint is null);
            fingerprint ??= await store.SettleAsync(INodeStore.KeyFingerprintSetting, secrets.Fingerprint);
            if (fingerprint != secrets.Fingerprint)
            {
                throw new OperatorException("The key file is not the one this database was made with. Put the right one in place (Secrets:KeyFile).");
            }
            var node = new Node(options, directory, store, secrets, time, telemetry);
            await node.Tail.StartAsync(CancellationToken.None);
            return node;
        }
        catch
        {
            store?.Dispose();
            telemetry.Dispose();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Homes the configured prefixes, and on a node without any key imports the fuel-cell pack and makes an admin key, whose text it gives;
    /// null where there are keys already. Running it again changes nothing.
    /// </summary>
    public async Task<string?> InitializeAsync(CancellationToken cancellationToken)
    {
        var prefixes = ConfiguredPrefixes;
        if (Catalog.Current is { Keys.Count: > 0, TemplateCodes.Count: > 0 } && !prefixes.Exists(p => !Catalog.Current.IsHomed(p.Text)))
        {
            return null;
        }
        // Of nodes that start at once on an empty store one makes these things, and the others wait for it.
        Lease? lease;
        while ((lease = await Store.TakeAsync(InitializeLease, Name, LeaseKeeper.Life, cancellationToken)) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
        try
        {
            await Tail.CatchUpAsync(cancellationToken);
            return await InitializeAsync(prefixes, cancellationToken);
        }
        finally
        {
            await Store.ReleaseAsync(lease, CancellationToken.None);
        }
    }

    /// <summary>A secret of the node that is made once, kept encrypted in the store and so shared by its nodes.</summary>
    /// <param name="name">The setting that keeps it.</param>
    /// <param name="make">Makes it where there is none.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<string> SettleSecretAsync(string name, Func<string> make, CancellationToken cancellationToken)
    {
        var kept = await Store.FindSettingAsync(name, cancellationToken)
            ?? await Store.SettleAsync(name, Convert.ToBase64String(Secrets.Encrypt(Encoding.UTF8.GetBytes(make()))));
        return Encoding.UTF8.GetString(Secrets.Decrypt(Convert.FromBase64String(kept)));
    }

    /// <summary>The pack shipped with the node.</summary>
    public static TemplatePack FuelCellPack()
    {
        using var stream = typeof(Node).Assembly.GetManifestResourceStream("IdResolution.Server.Packs.fuel-cell.json")!;
        return JsonSerializer.Deserialize(stream, CatalogJson.Default.TemplatePack)!;
    }

    /// <summary>Writes what is gathered in memory: resolutions counted, denials.</summary>
    public async Task FlushAsync(bool last, CancellationToken cancellationToken)
    {
        await Counters.FlushAsync(cancellationToken);
        await Auditor.FlushAsync(last, cancellationToken);
        await LogCounter.CatchUpAsync(Tail.Head, cancellationToken);
        if (last)
        {
            await StatisticsLease.ReleaseAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        LogCounter.Dispose();
        Redis?.Dispose();
        (Foreign as IDisposable)?.Dispose();
        Tail.Dispose();
        Catalog.Dispose();
        Telemetry.Dispose();
        Directory.Dispose();
    }

    private List<Prefix> ConfiguredPrefixes =>
        Options.Prefixes.ConvertAll(p => Prefix.TryParse(p, out var prefix) ? prefix : throw new InvalidOperationException("Options are validated before."));

    private async Task<string?> InitializeAsync(List<Prefix> prefixes, CancellationToken cancellationToken)
    {
        if (prefixes.Exists(p => !Catalog.Current.IsHomed(p.Text)))
        {
            Must(await Prefixes.HomeAsync(prefixes, Caller.Node, cancellationToken));
        }
        if (Catalog.Current.Prefixes.Count == 0)
        {
            throw new OperatorException("No prefix is homed yet: name the company's prefix with --prefix, such as --prefix 88.300.15907541011.");
        }
        if (Catalog.Current.TemplateCodes.Count == 0)
        {
            Must(await Templates.ImportAsync(FuelCellPack(), Caller.Node, cancellationToken));
        }
        return Catalog.Current.Keys.Count > 0
            ? null
            : Must(await Keys.CreateAsync(Role.Admin, "first admin key", null, null, Caller.Node, cancellationToken)).Text;
    }

    private static T Must<T>(Core.Errors.Result<T> result) =>
        result.IsOk ? result.Value : throw new OperatorException(string.Join(Environment.NewLine, new[] { result.Error }.Concat(result.Error.Details).Select(e => $"{e.Field}: {e.Message.En}").Distinct()));
}
