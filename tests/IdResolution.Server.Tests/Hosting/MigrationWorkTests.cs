using IdResolution.Server.Hosting;
using IdResolution.Server.Hosting.Work;
using IdResolution.Server.Options;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;
using Microsoft.Extensions.Logging;

namespace IdResolution.Server.Tests.Hosting;

/// <summary>The background of a node whose store was opened with a step in code left.</summary>
[TestFixture]
public sealed class MigrationWorkTests
{
    private TemporaryDirectory _directory = null!;
    private Lines _log = null!;

    private NodeOptions Options => new() { Data = _directory.Path };

    [SetUp]
    public void Make() => (_directory, _log) = (new TemporaryDirectory(), new Lines());

    [TearDown]
    public void Drop() => _directory.Dispose();

    [Test]
    public async Task FinishAsync_NothingLeft_DoesNothing()
    {
        using var store = SqliteStore.Open(
            SqliteDatabase.Open(DataDirectory.StoreIn(Options).File, TimeProvider.System)
        );
        using var work = new MigrationWork(store, Options, TimeProvider.System, _log);

        await work.FinishAsync(CancellationToken.None);

        Assert.That(_log.Events, Is.Empty);
    }

    [Test]
    public async Task FinishAsync_StepLeft_EndsWhenTheStoreIsMigrated()
    {
        using var store = await OpenLeavingAsync();
        using var work = new MigrationWork(store, Options, TimeProvider.System, _log);

        await work.FinishAsync(CancellationToken.None);
        await work.FinishAsync(CancellationToken.None);

        Assert.That(_log.Events, Is.EqualTo(new[] { "Migrated" }));
    }

    [Test]
    public async Task FinishAsync_StoreUnusable_IsLoggedAndTriedAgain()
    {
        using var store = await OpenLeavingAsync();
        using var work = new MigrationWork(
            store,
            new NodeOptions { Data = _directory.File("none") },
            TimeProvider.System,
            _log
        );
        using var stop = new CancellationTokenSource();

        var finishing = work.FinishAsync(stop.Token);
        await stop.CancelAsync();

        Assert.That(async () => await finishing, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_log.Events, Is.EqualTo(new[] { "MigrationFailed" }));
    }

    /// <summary>A store in use, opened by a node that has a step which is no product's.</summary>
    private async Task<NodeStore> OpenLeavingAsync()
    {
        var file = DataDirectory.StoreIn(Options).File;
        using (var store = SqliteStore.Open(SqliteDatabase.Open(file, TimeProvider.System)))
        {
            await store.Records.WriteAsync([RecordWrites.Registration("88.1/A")], CancellationToken.None);
        }
        var plan = SqliteMigrator.Plan.With(new NoStep());
        var run = new MigrationRun(plan, TimeProvider.System) { LeavesSteps = true };
        var left = SqliteStore.Open(SqliteDatabase.Open(file, run, CancellationToken.None));
        Assert.That(left.HasStepLeft);
        return left;
    }

    private sealed class NoStep : CodeStep
    {
        public override string Name => "nothing";

        public override string Identity => "1";

        public override Task<StepEstimate> EstimateAsync(StepTransaction store, Action<long, long> looked) =>
            Task.FromResult(new StepEstimate(0, 0));

        public override Task<StepPage> RunPageAsync(StepTransaction store, string? mark) =>
            Task.FromResult(new StepPage(0, null));
    }

    private sealed class Lines : ILogger<MigrationWork>
    {
        public List<string> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Events.Add(eventId.Name!);
    }
}
