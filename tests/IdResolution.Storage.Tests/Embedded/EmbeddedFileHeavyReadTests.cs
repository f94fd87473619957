using IdResolution.Core.Errors;
using IdResolution.Core.Primitives;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Reads that take long: they end, and what is short does not wait for them.</summary>
public sealed class EmbeddedFileHeavyReadTests
{
    private const string Endless =
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT COUNT(*) FROM c";

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void Make() => _directory = new TemporaryDirectory();

    [TearDown]
    public void Remove() => _directory.Dispose();

    [Test]
    public async Task Read_WithoutEnd_EndsWithItsTime_AndItsConnectionsServeAgain()
    {
        using var engine = Open(TimeSpan.Zero);

        var refused = await Assert.ThrowsAsync<StoreException>(() => RunAsync(engine, Endless).Soon());

        Assert.That(refused!.Error.Code, Is.EqualTo(ErrorCode.Unavailable));
        Assert.That(refused.Message, Does.Contain("took too long"));
        Assert.That(await RunAsync(engine, "SELECT 7").Soon(), Is.EqualTo(7));
    }

    [Test]
    public async Task Reads_WithoutEnd_KeepNothingShortWaiting_AndEndWithTheirCallers()
    {
        using var engine = Open();
        using var leave = new CancellationTokenSource();
        var endless = Enumerable
            .Range(0, 4 * SqliteHeavyReads.Threads)
            .Select(_ => RunAsync(engine, Endless, leave.Token))
            .ToList();

        var found = await Task.Run(() =>
                engine.ReadAsync("find", s => s.ScalarAsync<int>("SELECT 7"), default).AsTask()
            )
            .Soon();
        Assert.That((found, endless.Any(read => read.IsCompleted)), Is.EqualTo((7, false)));

        await leave.CancelAsync();
        foreach (var read in endless)
        {
            await Assert.ThatAsync(() => read.Soon(), Throws.InstanceOf<OperationCanceledException>());
        }
        Assert.That(await RunAsync(engine, "SELECT 8").Soon(), Is.EqualTo(8));
    }

    [Test]
    public async Task Reads_WithoutEnd_KeepNothingOfTheNodeWaiting()
    {
        using var engine = Open();
        using var leave = new CancellationTokenSource();
        var endless = Enumerable
            .Range(0, 4 * SqliteHeavyReads.Threads)
            .Select(_ => RunAsync(engine, Endless, leave.Token))
            .ToList();

        Assert.That(await OwnAsync().Soon(), Is.EqualTo(7));

        Assert.That((OwnWork.IsOn, endless.Any(read => read.IsCompleted)), Is.EqualTo((false, false)));
        await leave.CancelAsync();
        foreach (var read in endless)
        {
            await Assert.ThatAsync(() => read.Soon(), Throws.InstanceOf<OperationCanceledException>());
        }

        async Task<long> OwnAsync()
        {
            OwnWork.Begin();
            return await RunAsync(engine, "SELECT 7");
        }
    }

    [Test]
    public async Task Reads_WithoutEnd_EndWithTheStore()
    {
        var engine = Open();
        var endless = RunAsync(engine, Endless);

        await Task.Run(engine.Dispose).Soon();

        await Assert.ThatAsync(() => endless.Soon(), Throws.InstanceOf<StoreException>());
        await Assert.ThatAsync(() => RunAsync(engine, "SELECT 7").Soon(), Throws.InstanceOf<StoreException>());
    }

    private SqliteEngine Open(TimeSpan? mostTime = null) =>
        new(
            SqliteDatabase.Open(_directory.File(SqliteDatabase.FileName), TimeProvider.System),
            NodeTelemetry.None,
            mostTime
        );

    private static Task<long> RunAsync(
        SqliteEngine engine,
        string sql,
        CancellationToken cancellationToken = default
    ) => engine.ReadAsync("test", session => session.ScalarAsync<long>(sql), cancellationToken, isHeavy: true).AsTask();
}
