using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Core.Resolution;
using IdResolution.Core.Telemetry;
using IdResolution.Server.Caching;
using IdResolution.Server.Hosting;
using IdResolution.Server.Http;
using IdResolution.Server.Options;
using IdResolution.Server.Telemetry;
using IdResolution.Storage.Sql;
using Microsoft.Extensions.DependencyInjection;

namespace IdResolution.Server.Tests.Rest;

/// <summary>The parts of a node that is served, for tests that look behind its front ends.</summary>
internal sealed class ServedNode(IServiceProvider services)
{
    public CatalogHolder Catalog => Get<CatalogHolder>();

    public ValueEditor Values => Get<ValueEditor>();

    public RecordEraser Eraser => Get<RecordEraser>();

    public NodeStore Store => Get<NodeStore>();

    public LogFollower Tail => Get<LogFollower>();

    public Resolver Resolver => Get<Resolver>();

    public NodeOptions Options => Get<NodeOptions>();

    public DataDirectory Directory => Get<DataDirectory>();

    public PrefixHomer Prefixes => Get<PrefixHomer>();

    public IRecordStore Records => Get<IRecordStore>();

    public KeyIssuer Keys => Get<KeyIssuer>();

    public RequestMetrics Requests => Get<RequestMetrics>();

    public IChangeLog Log => Get<IChangeLog>();

    public NodeTelemetry Telemetry => Get<NodeTelemetry>();

    public IRecordCache Cache => Get<IRecordCache>();

    public Auditor Auditor => Get<Auditor>();

    /// <summary>The L2, or null where none is configured.</summary>
    public RedisRecordCache? Redis => services.GetService<RedisRecordCache>();

    public SharedCacheStatus SharedCache => Redis?.Status ?? default;

    public bool IsReady => Get<IReadiness>().IsReady;

    public Task FlushAsync(bool last, CancellationToken cancellationToken) =>
        Get<GatheredCounts>().FlushAsync(last, cancellationToken);

    private T Get<T>()
        where T : notnull => services.GetRequiredService<T>();
}
