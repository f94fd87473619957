using IdResolution.Core.ChangeLog;
using IdResolution.Core.Coherence;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
using IdResolution.Core.Resolution;
using IdResolution.Core.Statistics;
using IdResolution.Core.Telemetry;
using IdResolution.Testing;

namespace IdResolution.Core.Tests.Resolution;

/// <summary>The resolver over a store and what nodes share, which here answers when the test lets it.</summary>
[TestFixture]
public sealed class ResolverTests
{
    private const string Name = "88.300.1/A";

    private static readonly LookupKey Key = LookupKey.Of(Name);

    private CoreFixture _node = null!;
    private NoCache _cache = null!;
    private Shared _shared = null!;
    private LogFollower _tail = null!;
    private Resolver _resolver = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _node = await CoreFixture.CreateAsync();
        _cache = new NoCache();
        _shared = new Shared();
        _tail = new LogFollower(_node.Store.Log, _cache, _node.Catalog, new LogGuard(), _node.Time);
        await _tail.StartAsync(CancellationToken.None);
        _resolver = new Resolver(
            _node.Store.Records,
            new CacheLevels(_cache, _shared),
            new ResolutionMetrics(
                new ResolutionCounters(_node.Store.Statistics, new PlantClock(_node.Time, TimeZoneInfo.Utc)),
                NodeTelemetry.None
            ),
            _tail,
            _node.Catalog,
            _node.Time
        );
        await _node.Store.Records.WriteAsync([RecordWrites.Registration(Name)], CancellationToken.None);
    }

    [TearDown]
    public void End()
    {
        _tail.Dispose();
        _node.Dispose();
    }

    [Test]
    public async Task Shared_HasIt_TheStoreIsNotAsked()
    {
        var found = await FindAsync();
        _shared.Answer.SetResult(found);

        Assert.That((await ResolveAsync()).Record, Is.EqualTo(found.Record));
        Assert.That(_shared.Given, Is.Empty);
    }

    [Test]
    public async Task Shared_HasNothing_GetsWhatTheStoreHas()
    {
        _shared.Answer.SetResult(null);

        var entry = await ResolveAsync();

        Assert.That(entry.Record!.Version, Is.EqualTo(1));
        Assert.That(_shared.Given.Single(), Is.EqualTo(new RecordLookup(entry.Record, entry.Head)));
    }

    [Test]
    public async Task Shared_IsOlderThanWhatIsKnown_TheStoreIsAsked()
    {
        var old = await FindAsync();
        var sequence = await ChangeAsync(old.Record!);
        _cache.Invalidate(Key, sequence);
        _shared.Answer.SetResult(old);

        Assert.That((await ResolveAsync()).Record!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Version_OnceSeen_IsNeverFollowedByAnOlderOne()
    {
        var old = await FindAsync();
        await ChangeAsync(old.Record!);
        _shared.Answer.SetResult(null);
        Assert.That((await ResolveAsync()).Record!.Version, Is.EqualTo(2));

        _shared.Answer = new TaskCompletionSource<RecordLookup?>();
        _shared.Answer.SetResult(old);

        Assert.That((await ResolveAsync()).Record!.Version, Is.EqualTo(2));
    }

    [Test]
    public async Task ManyCallers_AskOnce()
    {
        var callers = Enumerable.Range(0, 50).Select(_ => ResolveAsync()).ToList();
        _shared.Answer.SetResult(await FindAsync());

        var entries = await Task.WhenAll(callers);

        Assert.That(entries.Distinct().Count(), Is.EqualTo(1));
        Assert.That(_shared.Asked, Is.EqualTo(1));
    }

    [Test]
    public async Task LoadBegunBeforeAWrite_IsNotEnoughForWhoComesAfterIt()
    {
        var old = await FindAsync();
        var before = ResolveAsync();
        _cache.Invalidate(Key, await ChangeAsync(old.Record!));

        var after = ResolveAsync();
        _shared.Answer.SetResult(old);

        Assert.That((await after).Record!.Version, Is.EqualTo(2));
        // Who came before may have either.
        Assert.That((await before).Record!.Version, Is.AnyOf(1, 2));
    }

    [Test]
    public async Task LoadThatFails_AllWhoWaitAreTold_AndTheNextLoadsAnew()
    {
        var callers = Enumerable.Range(0, 3).Select(_ => ResolveAsync()).ToList();

        _shared.Answer.SetException(new IOException());

        foreach (var caller in callers)
        {
            Assert.That(async () => await caller, Throws.InstanceOf<IOException>());
        }
        _shared.Answer = new TaskCompletionSource<RecordLookup?>();
        _shared.Answer.SetResult(null);
        Assert.That((await ResolveAsync()).Record!.Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Replica_OfANodeThatJustStarted_MustHoldWhatWasThereBefore()
    {
        var head = await _node.Store.Log.HeadAsync(CancellationToken.None);
        await _tail.StartAsync(CancellationToken.None);
        var store = new Lagging(_node.Store.Records);
        var resolver = new Resolver(
            store,
            new CacheLevels(_cache, new NoSharedCache()),
            new ResolutionMetrics(
                new ResolutionCounters(_node.Store.Statistics, new PlantClock(_node.Time, TimeZoneInfo.Utc)),
                NodeTelemetry.None
            ),
            _tail,
            _node.Catalog,
            _node.Time
        );

        await resolver.ResolveAsync(Key, CancellationToken.None);
        _cache.Invalidate(Key, head + 5);
        await resolver.ResolveAsync(Key, CancellationToken.None);

        Assert.That(store.Seen, Is.EqualTo(new[] { head, head + 5 }));
    }

    private Task<CachedRecord> ResolveAsync() =>
        _resolver.ResolveAsync(Key, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    private ValueTask<RecordLookup> FindAsync() => _node.Store.Records.FindAsync(Key, CancellationToken.None);

    private async Task<long> ChangeAsync(StoredRecord record)
    {
        await _node.Store.Records.WriteAsync(
            [RecordWrites.Change(record, LogOperation.Update, "newer")],
            CancellationToken.None
        );
        return await _node.Store.Log.HeadAsync(CancellationToken.None);
    }

    /// <summary>Notes what a replica would have to hold.</summary>
    private sealed class Lagging(IRecordStore store) : IRecordStore
    {
        public List<long> Seen { get; } = [];

        public ValueTask<RecordLookup> ResolveAsync(LookupKey key, long seen, CancellationToken cancellationToken)
        {
            Seen.Add(seen);
            return store.FindAsync(key, cancellationToken);
        }

        public ValueTask<RecordLookup> FindAsync(LookupKey key, CancellationToken cancellationToken) =>
            store.FindAsync(key, cancellationToken);

        public ValueTask<IReadOnlyList<StoredRecord?>> FindByKeysAsync(
            IReadOnlyList<SideRow> keys,
            CancellationToken cancellationToken
        ) => store.FindByKeysAsync(keys, cancellationToken);

        public Task<IReadOnlyList<RecordWriteResult>> WriteAsync(
            IReadOnlyList<RecordWrite> writes,
            CancellationToken cancellationToken
        ) => store.WriteAsync(writes, cancellationToken);

        public ValueTask<StatePage<RecordVersion>> HistoryAsync(
            long objectNumber,
            long before,
            int limit,
            CancellationToken cancellationToken
        ) => store.HistoryAsync(objectNumber, before, limit, cancellationToken);

        public ValueTask<StatePage<StoredRecord>> SearchAsync(RecordQuery query, CancellationToken cancellationToken) =>
            store.SearchAsync(query, cancellationToken);

        public ValueTask<IReadOnlyList<ListedIdentifier>> ListAsync(
            LookupKey beginning,
            LookupKey? after,
            int limit,
            CancellationToken cancellationToken
        ) => store.ListAsync(beginning, after, limit, cancellationToken);

        public ValueTask<long> CountAsync(LookupKey beginning, CancellationToken cancellationToken) =>
            store.CountAsync(beginning, cancellationToken);

        public ValueTask<long?> NewestAsync(LookupKey beginning, CancellationToken cancellationToken) =>
            store.NewestAsync(beginning, cancellationToken);
    }

    private sealed class Shared : ISharedCache
    {
        public TaskCompletionSource<RecordLookup?> Answer { get; set; } = new();

        public List<RecordLookup> Given { get; } = [];

        public int Asked { get; private set; }

        public bool IsOpen => true;

        public ValueTask<RecordLookup?> FindAsync(LookupKey key, CancellationToken cancellationToken)
        {
            Asked++;
            return new ValueTask<RecordLookup?>(Answer.Task);
        }

        public void Put(LookupKey key, RecordLookup found, long startedAt) => Given.Add(found);
    }
}
