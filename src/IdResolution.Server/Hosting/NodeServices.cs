using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Analysis;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Coherence;
using IdResolution.Core.Documents;
using IdResolution.Core.Events;
using IdResolution.Core.Leases;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Statistics;
using IdResolution.Core.Traceability;
using IdResolution.Core.Upstream;
using IdResolution.Server.Caching;
using IdResolution.Server.Foreign;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.Telemetry;
using IdResolution.Server.UpstreamLink;

namespace IdResolution.Server.Hosting;

/// <summary>Registers a node without its front ends. The host and the command line both use it.</summary>
internal static class NodeServices
{
    /// <summary>Adds the node. Disposing the services does not close <paramref name="opened"/>.</summary>
    public static IServiceCollection AddNode(this IServiceCollection services, OpenedNode opened) =>
        services
            .AddSettings(opened.Options)
            .AddStore(opened)
            .AddCore()
            .AddTraceability()
            .AddCaching(opened.Options)
            .AddForeign(opened.Options.Foreign)
            .AddUpstream(opened.Options.Upstream);

    private static IServiceCollection AddSettings(this IServiceCollection services, NodeOptions options) =>
        services
            .AddSingleton(options)
            .AddSingleton(options.Foreign)
            .AddReloadable(options.Limits)
            .AddReloadable(options.Access)
            .AddReloadable(options.Drain)
            .AddSingleton<ReloadableSettings>();

    private static IServiceCollection AddReloadable<T>(this IServiceCollection services, T section)
        where T : class
    {
        var reloadable = new Reloadable<T>(section);
        return services
            .AddSingleton(reloadable)
            .AddSingleton<Microsoft.Extensions.Options.IOptionsMonitor<T>>(reloadable);
    }

    private static IServiceCollection AddStore(this IServiceCollection services, OpenedNode opened)
    {
        var store = opened.Store;
        return services
            .AddSingleton(opened.Directory)
            .AddSingleton(store)
            .AddSingleton(store.Records)
            .AddSingleton(store.Log)
            .AddSingleton(store.Documents)
            .AddSingleton(store.Events)
            .AddSingleton(store.EventUpkeep)
            .AddSingleton(store.Sequences)
            .AddSingleton(store.Readers)
            .AddSingleton(store.Upstream)
            .AddSingleton(store.Statistics)
            .AddSingleton(store.Quality)
            .AddSingleton(store.Stock)
            .AddSingleton(store.Audit)
            .AddSingleton(store.Leases)
            .AddSingleton(store.Settings)
            .AddSingleton(store.LostIdentifiers)
            .AddSingleton(opened.Secrets)
            .AddSingleton(opened.DataKeys)
            .AddSingleton(opened.Time)
            .AddSingleton(opened.Telemetry)
            .AddSingleton<RequestMetrics>()
            .AddSingleton<NodeName>();
    }

    private static IServiceCollection AddCore(this IServiceCollection services) =>
        services
            .AddSingleton<StoredSecrets>()
            .AddSingleton(static s => new PlantClock(
                s.GetRequiredService<TimeProvider>(),
                TimeZoneInfo.FindSystemTimeZoneById(s.GetRequiredService<NodeOptions>().Plant.TimeZone)
            ))
            .AddSingleton(static s => Policy(s.GetRequiredService<Reloadable<AccessOptions>>()))
            .AddSingleton<CatalogHolder>()
            .AddSingleton<CatalogReader>()
            .AddSingleton(static s => new AuditOrigin(
                s.GetRequiredService<NodeName>().ToString(),
                s.GetRequiredService<NodeOptions>().OsUser
            ))
            .AddSingleton<Auditor>()
            .AddSingleton<AuditKeeper>()
            .AddSingleton<IBackupMaker, BackupDirectory>()
            .AddSingleton<AuditReader>()
            .AddSingleton<LogGuard>()
            .AddSingleton<LogHeadFile>()
            .AddSingleton<LogFollower>()
            .AddSingleton<DocumentEditor>()
            .AddSingleton<TemplateEditor>()
            .AddSingleton<CategoryEditor>()
            .AddSingleton<CodingRuleEditor>()
            .AddSingleton<TemplatePacks>()
            .AddSingleton<KeyIssuer>()
            .AddSingleton<KeyUses>()
            .AddSingleton<SourceEditor>()
            .AddSingleton<PartnerEditor>()
            .AddSingleton<GrantEditor>()
            .AddSingleton<PartnerReader>()
            .AddSingleton<OwnAddresses>()
            .AddSingleton<IOwnAddresses>(static s => s.GetRequiredService<OwnAddresses>())
            .AddSingleton<PrefixRoutes>()
            .AddSingleton<RouteEditor>()
            .AddSingleton<EnterpriseReader>()
            .AddSingleton<LogNamer>()
            .AddSingleton<BegunLogReader>()
            .AddSingleton(static s => new PrefixHomer(
                s.GetRequiredService<DocumentEditor>(),
                FirstStart.Prefixes(s.GetRequiredService<NodeOptions>())
            ))
            .AddSingleton<ResolutionCounters>()
            .AddLogReader<LogCounter>(page: 5_000)
            .AddSingleton(static s => new StatisticsReader(
                s.GetRequiredService<IStatisticStore>(),
                s.GetRequiredService<IChangeLog>(),
                s.GetRequiredService<ResolutionCounters>(),
                s.GetServices<LogReader>().Single(static r => r.Name == LogCounter.ReaderName)
            ))
            .AddSingleton<CacheLevels>()
            .AddSingleton<ResolutionMetrics>()
            .AddSingleton<Resolver>()
            .AddSingleton<IdentifierReader>()
            .AddSingleton<RecordQueries>()
            .AddSingleton<ChangeFeed>()
            .AddSingleton<KeyFinder>()
            .AddSingleton<PartnerCursors>()
            .AddSingleton<RecordSight>()
            .AddSingleton<Scanner>()
            .AddSingleton<SequenceBlocks>()
            .AddSingleton<IdentifierGiver>()
            .AddSingleton<ItemRecognizer>()
            .AddSingleton<RegistrationNotes>()
            .AddSingleton<Registrar>()
            .AddSingleton<RecordWriter>()
            .AddSingleton<RecordEditor>()
            .AddSingleton<ValueEditor>()
            .AddSingleton<BusinessKeyEditor>()
            .AddSingleton<RecordEraser>()
            .AddSingleton<FirstStartEditors>()
            .AddSingleton<FirstStart>()
            .AddSingleton<LogNaming>()
            .AddSingleton<PackRenewal>()
            .AddSingleton<GatheredCounts>();

    private static IServiceCollection AddTraceability(this IServiceCollection services) =>
        services
            .AddSingleton(static s => new EventRules(
                TimeSpan.FromMinutes(s.GetRequiredService<NodeOptions>().Events.MaxAhead)
            ))
            .AddSingleton<EventIds>()
            .AddSingleton<EventKeys>()
            .AddSingleton<ThingFinder>()
            .AddSingleton<HoldReader>()
            .AddSingleton<LinkRuleCheck>()
            .AddSingleton<EventChecker>()
            .AddSingleton<MistypedThings>()
            .AddSingleton<EventPlanner>()
            .AddSingleton<EventNotes>()
            .AddSingleton<HoldSpreader>()
            .AddLogReader<UnregisteredHealer>(page: 1_000)
            .AddLogReader<QualityArchivist>(page: 1_000)
            .AddSingleton(static s => new ArchiveWait(
                s.GetRequiredService<IEventStore>(),
                s.GetServices<LogReader>().Single(static r => r.Name == QualityArchivist.ReaderName),
                s.GetServices<LogReader>().Single(static r => r.Name == UnregisteredHealer.ReaderName)
            ))
            .AddSingleton<QualityNames>()
            .AddSingleton<QualityReader>()
            .AddSingleton<CompletenessReader>()
            .AddSingleton<EventRecorder>()
            .AddSingleton<EventEraser>()
            .AddSingleton<EventPreview>()
            .AddSingleton<LinkReader>()
            .AddSingleton<LinkRecorder>()
            .AddSingleton<ItemRegistrar>()
            .AddSingleton<EventSights>()
            .AddSingleton<PartnerItems>()
            .AddSingleton<AffectedReader>()
            .AddSingleton<EventQueries>()
            .AddSingleton<StatusReader>()
            .AddSingleton<TraceWork>()
            .AddSingleton(static s => new Tracer(
                s.GetRequiredService<IEventStore>(),
                s.GetRequiredService<IRecordStore>(),
                s.GetRequiredService<CatalogHolder>(),
                s.GetRequiredService<NodeSecrets>(),
                s.GetRequiredService<TraceWork>(),
                s.GetServices<LogReader>().Single(static r => r.Name == UnregisteredHealer.ReaderName)
            ))
            .AddSingleton<CommonCauses>()
            .AddSingleton<Rollup>()
            .AddSingleton<StockReckoner>()
            .AddSingleton<StockScope>()
            .AddLogReader<StockKeeper>(page: 200)
            .AddSingleton(static s => new StockReader(
                s.GetRequiredService<IStockStore>(),
                s.GetRequiredService<IEventStore>(),
                s.GetRequiredService<StockScope>(),
                s.GetRequiredService<StockKeeper>(),
                s.GetServices<LogReader>().Single(static r => r.Name == StockRow.ReaderName)
            ))
            .AddSingleton<StockCounter>()
            .AddSingleton<OrderReader>()
            .AddSingleton<FulfilmentReader>()
            .AddSingleton<PastReader>()
            .AddSingleton<CalibrationReader>()
            .AddSingleton<MadeReader>()
            .AddSingleton<LifeReader>()
            .AddSingleton<IntentThings>()
            .AddSingleton<IntentRuleList>()
            .AddSingleton<IntentRecorder>()
            .AddSingleton<IntentJudge>();

    /// <summary>Adds a reader of the log. Only a node that serves lets it catch up in the background.</summary>
    /// <param name="services">The services of the node.</param>
    /// <param name="page">The most log entries that the handler gets at once.</param>
    private static IServiceCollection AddLogReader<THandler>(this IServiceCollection services, int page)
        where THandler : class, ILogHandler =>
        services
            .AddSingleton<THandler>()
            .AddSingleton(s =>
            {
                var handler = s.GetRequiredService<THandler>();
                var time = s.GetRequiredService<TimeProvider>();
                return new LogReader(
                    s.GetRequiredService<IChangeLog>(),
                    s.GetRequiredService<ILogReaderStore>(),
                    Lease(s, handler.Name),
                    handler,
                    time,
                    page
                );
            });

    /// <summary>A lease for work that one node does at a time.</summary>
    public static LeaseKeeper Lease(IServiceProvider services, string name) =>
        new(
            services.GetRequiredService<ILeaseStore>(),
            name,
            services.GetRequiredService<NodeName>().ToString(),
            services.GetRequiredService<TimeProvider>()
        );

    private static IServiceCollection AddCaching(this IServiceCollection services, NodeOptions options)
    {
        var floors = new InvalidationWatermarks(
            options.Redis.IsUsed ? InvalidationWatermarks.Many : InvalidationWatermarks.Few
        );
        services.AddSingleton<IRecordCache>(
            options.Cache.Bytes > 0 ? new MemoryRecordCache(options.Cache.Bytes, floors) : new NoCache(floors)
        );
        return options.Redis.IsUsed
            ? services
                .AddSingleton(options.Redis)
                .AddSingleton<RedisRecordCache>()
                .AddSingleton<ISharedCache>(static s => s.GetRequiredService<RedisRecordCache>())
            : services.AddSingleton<ISharedCache, NoSharedCache>();
    }

    private static IServiceCollection AddForeign(this IServiceCollection services, ForeignOptions options) =>
        options.IsOn()
            ? services.AddSingleton<IForeignResolver, ForeignResolver>()
            : services.AddSingleton<IForeignResolver, NoForeignResolver>();

    /// <summary>Adds what sends the log to the secondary node, if the settings name one.</summary>
    private static IServiceCollection AddUpstream(this IServiceCollection services, UpstreamOptions options)
    {
        services.AddSingleton<UpstreamProgress>().AddSingleton<UpstreamOperator>();
        return options.IsUsed
            ? services
                .AddSingleton(options)
                .AddSingleton(options.Rules)
                .AddSingleton<IUpstreamLink, SnmsLink>()
                .AddSingleton<UpstreamItems>()
                .AddSingleton<UpstreamSender>()
                .AddSingleton<UpstreamReconciler>()
                .AddSingleton<UpstreamCounts>()
                .AddSingleton<UpstreamRoutes>()
                .AddLogReader<UpstreamReader>(page: 1_000)
            : services;
    }

    private static AccessPolicy Policy(Reloadable<AccessOptions> options)
    {
        var policy = new AccessPolicy();
        Set(options.CurrentValue);
        options.OnChange((changed, _) => Set(changed));
        return policy;

        void Set(AccessOptions access) =>
            (policy.AnonymousReads, policy.AuditorsOnly, policy.AuditsReads) = (
                access.AnonymousReads,
                access.AuditorsOnly,
                access.AuditReads
            );
    }
}
