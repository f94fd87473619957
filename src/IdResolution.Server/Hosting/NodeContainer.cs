using System.Globalization;
using IdResolution.Core.Access;
using IdResolution.Core.Catalog;
using IdResolution.Core.CodingRules;
using IdResolution.Core.Coherence;
using IdResolution.Core.Errors;
using IdResolution.Server.Caching;
using IdResolution.Server.Options;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;

namespace IdResolution.Server.Hosting;

/// <summary>A node without a host, for the verbs of the command line. Dispose closes it.</summary>
internal sealed class NodeContainer : IDisposable
{
    private readonly OpenedNode _opened;
    private readonly ServiceProvider _services;
    private bool _wrote;

    private NodeContainer(OpenedNode opened)
    {
        _opened = opened;
        _services = new ServiceCollection().AddNode(opened).BuildServiceProvider();
    }

    /// <summary>Opens and composes a node, as <see cref="OpenedNode.OpenAsync"/> does.</summary>
    /// <param name="options">The node's settings.</param>
    /// <param name="create">True to make directory, database and key file if they are missing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="migration">Receives the progress of migrations; null for nobody.</param>
    /// <param name="asked">The Redis that is only asked how far others have seen the log; null for none.</param>
    /// <inheritdoc cref="OpenedNode.OpenAsync" path="/exception"/>
    public static async Task<NodeContainer> OpenAsync(
        NodeOptions options,
        bool create,
        TimeProvider time,
        IProgress<MigrationProgress>? migration = null,
        RedisOptions? asked = null
    )
    {
        var opened = await OpenedNode.OpenAsync(options, create, time, migration);
        try
        {
            var node = new NodeContainer(opened);
            if (asked is not null)
            {
                var known = await RedisHead.ReadAsync(asked, opened.Secrets.Fingerprint, CancellationToken.None);
                node.Get<LogGuard>().Hear(known);
            }
            await StartAsync(node._services, CancellationToken.None, () => node._wrote = true);
            await node.Get<LogNaming>().EnsureAsync(CancellationToken.None);
            return node;
        }
        catch
        {
            opened.GiveUp();
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="OpenedNode.GiveUp"/>
    public void GiveUp() => _opened.GiveUp();

    /// <summary>
    /// Reads the catalog. From then on, commits of this process reach the caches. A store that came back from a backup
    /// takes no writes.
    /// </summary>
    public static async Task StartAsync(
        IServiceProvider services,
        CancellationToken cancellationToken,
        Action? committed = null
    )
    {
        var tail = services.GetRequiredService<LogFollower>();
        var redis = services.GetService<RedisRecordCache>();
        var store = services.GetRequiredService<NodeStore>();
        Connect(services, store, tail, redis, committed);
        var guard = Guard(services, store);
        if (redis is not null)
        {
            tail.BeganAnew += redis.Forget;
            await redis.Reader.HearAsync(cancellationToken);
        }
        await tail.StartAsync(cancellationToken);
        if (await store.Settings.FindSettingAsync(LogRestart.PendingSetting, cancellationToken) is { } pending)
        {
            var current = services.GetRequiredService<CatalogHolder>().Current.Log?.Name.Number ?? 0;
            guard.HearRestored(long.Parse(pending, CultureInfo.InvariantCulture), current);
        }
    }

    /// <summary>Has a store that came back from a backup take no writes.</summary>
    private static LogGuard Guard(IServiceProvider services, NodeStore store)
    {
        var guard = services.GetRequiredService<LogGuard>();
        guard.Changed += isRestored => store.Refuse(isRestored ? LogErrors.StoreRestored() : null);
        store.OnKnown(() => guard.IsRestored ? 0 : guard.Known?.Sequence ?? 0);
        services.GetRequiredService<LogHeadFile>().Read();
        return guard;
    }

    /// <summary>Has commits reach what is held in memory, and a log that began anew empty it.</summary>
    private static void Connect(
        IServiceProvider services,
        NodeStore store,
        LogFollower tail,
        RedisRecordCache? redis,
        Action? committed
    )
    {
        store.OnCommitted(
            (first, last, keys) =>
            {
                tail.Committed(first, last, keys);
                committed?.Invoke();
                redis?.Messages.Announce(last);
            }
        );
        tail.BeganAnew += store.Forget;
        tail.BeganAnew += services.GetRequiredService<SequenceBlocks>().Forget;
    }

    /// <summary>Writes how far this process has seen the log, as a serving node does.</summary>
    private void NoteHead()
    {
        try
        {
            // The verb is about to end: nothing else runs that could be blocked.
            Get<LogFollower>().CatchUpAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (StoreException)
        {
            // The verb has told of it.
        }
        Get<LogHeadFile>().Write(atOnce: true);
    }

    /// <summary>Writes what was gathered for the audit log. Where the store is away, the verb has told of it.</summary>
    private void FlushAudit()
    {
        try
        {
            Get<Auditor>().FlushAsync(all: true, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (StoreException)
        {
            // Nothing is left to try it again.
        }
    }

    /// <summary>Gives a service of the node.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public void Dispose()
    {
        FlushAudit();
        if (_wrote)
        {
            NoteHead();
        }
        // Closing the store first finishes queued writes.
        _opened.Dispose();
        _services.Dispose();
    }
}
