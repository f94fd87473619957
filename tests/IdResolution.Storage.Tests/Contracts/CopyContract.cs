using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Statistics;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>A store of any kind takes a copy of an embedded one and gives it back, row for row.</summary>
public abstract class CopyContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    private TemporaryDirectory _directory = null!;

    private string From => _directory.File("from.db");

    private string Back => _directory.File("back.db");

    [SetUp]
    public async Task MakeSourceAsync()
    {
        _directory = new TemporaryDirectory();
        using var node = await EmbeddedNode.OpenAsync(From);
        for (var i = 0; i < 250; i++)
        {
            await node.RegisterAsync($"S{i} ", power: $"{i - 20}.5");
        }
        await node.UpdateAsync(await node.RegisterAsync("updated 氢能 😀"), "power", "-7");
        await node.RevokeAsync(await node.RegisterAsync("revoked"));
        await node.EraseAsync(await node.RegisterAsync("erased"), "a:power");
        await node
            .Store.Audit.AppendAsync(
                [
                    new AuditEvent(1, "k-1", "erase", "x", "done", 1),
                    new AuditEvent(2, "k-2", "read", "目标", "denied", 3),
                ],
                CancellationToken.None
            )
            .Soon();
        await node.Store.Sequences.ReserveAsync("MEA-", null, 7, CancellationToken.None).Soon();
        await node
            .Store.Statistics.AddAsync(
                [new Statistic(new StatisticKey(new DateOnly(2026, 3, 1), "mea", "mes ", "resolve", "88.300.1"), 5)],
                CancellationToken.None
            )
            .Soon();
        RawSql.Run(
            From,
            "INSERT INTO lost_identifiers VALUES ('mes', '丢失 ', 'cell', '88.300.1/a '), ('mes', 'é', 'cell', 'b')"
        );
        var lease = await node.Store.Leases.TakeAsync("r", "a", TimeSpan.FromMinutes(1), CancellationToken.None).Soon();
        await node
            .Store.Readers.SetAsideAsync(
                new LogMove(lease!, "r", 0, 7),
                new DeadLetter("r", 7, "缺少 template ", 1),
                CancellationToken.None
            )
            .Soon();
    }

    [TearDown]
    public void RemoveFiles() => _directory.Dispose();

    [Test]
    public async Task RunAsync_ThereAndBack_IsTheSame()
    {
        var there = await CopyAsync(CopyAddress.OfFile(From), Address);
        var back = await CopyAsync(Address, CopyAddress.OfFile(Back));

        // The first copy waits for its next log: one setting more.
        Assert.That(back.Select(t => (t.Table, t.Rows - (t.Table == "settings" ? 1 : 0))), Is.EqualTo(there));
        foreach (var table in CopyTable.All)
        {
            Assert.That(Dump(Back, table), Is.EqualTo(Dump(From, table)), table.Name);
        }
        Assert.That(Doctor.Run(Back, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }

    [Test]
    public async Task RunAsync_IntoThisStore_TheNodeGoesOnFromThere()
    {
        await CopyAsync(CopyAddress.OfFile(From), Address);

        var ports = OpenAgain();
        var head = await ports.Log.HeadAsync(CancellationToken.None);
        var written = (
            await ports
                .Records.WriteAsync([RecordWrites.Registration("88.300.1/after-the-copy")], CancellationToken.None)
                .Soon()
        )[0].Record!;
        await ports
            .Audit.AppendAsync([new AuditEvent(3, "k-1", "later", "x", "done", 1)], CancellationToken.None)
            .Soon();

        Assert.That(head, Is.GreaterThan(250));
        Assert.That(written.Sequence, Is.EqualTo(head + 1), "the log goes on where it was");
        Assert.That(
            (await ports.Records.FindAsync(LookupKey.Of("88.300.1/after-the-copy"), CancellationToken.None))
                .Record!
                .Object,
            Is.EqualTo(written.Object)
        );
        Assert.That(await ports.Sequences.ReserveAsync("MEA-", null, 1, CancellationToken.None).Soon(), Is.EqualTo(8));
        Assert.That(
            (await ports.Audit.ReadAsync(0, 3, CancellationToken.None)).Select(l => l.Action),
            Is.EqualTo(new[] { "later", "read", "erase" })
        );
    }

    [Test]
    public async Task BeginLogAsync_WithAGap_SkipsTheNumbersOfTheSource()
    {
        await CopyAsync(CopyAddress.OfFile(From), Address);

        await StoreCopy
            .BeginLogAsync(CopyAddress.OfFile(From), Address, 100, TimeProvider.System, CancellationToken.None)
            .Soon();

        var sequences = OpenAgain().Sequences;
        Assert.That(await sequences.ReserveAsync("MEA-", null, 1, CancellationToken.None).Soon(), Is.EqualTo(108));
    }

    [Test]
    public async Task BeginLogAsync_OfAFinishedCopy_BeginsTheNextLogAndSkipsNothing()
    {
        await CopyAsync(CopyAddress.OfFile(From), Address);

        var log = await StoreCopy
            .BeginLogAsync(CopyAddress.OfFile(From), Address, 0, TimeProvider.System, CancellationToken.None)
            .Soon();

        var ports = OpenAgain();
        var head = await ports.Log.HeadAsync(CancellationToken.None);
        Assert.That((log!.Kept, log.Start.FormerHead), Is.EqualTo((head - 1, head - 1)));
        Assert.That(await ports.Sequences.ReserveAsync("MEA-", null, 1, CancellationToken.None).Soon(), Is.EqualTo(8));
    }

    [Test]
    public async Task BeginLogAsync_OfAStoreThatWaitsForItsNextLog_BeginsNone()
    {
        RawSql.Run(From, $"INSERT INTO settings VALUES ('{LogRestart.PendingSetting}', '0')");
        await CopyAsync(CopyAddress.OfFile(From), Address);

        Assert.That(
            await StoreCopy
                .BeginLogAsync(CopyAddress.OfFile(From), Address, 0, TimeProvider.System, CancellationToken.None)
                .Soon(),
            Is.Null
        );
    }

    [Test]
    public async Task RunAsync_IntoAStoreInUse_IsRefusedAndChangesNothing()
    {
        await WriteDoneAsync(RecordWrites.Registration("88.1/mine"));

        Assert.That(
            async () => await CopyAsync(CopyAddress.OfFile(From), Address),
            Throws.InstanceOf<MaintenanceException>().With.Message.Contains("is not empty")
        );
        Assert.That(await Ports.Log.HeadAsync(CancellationToken.None), Is.EqualTo(1));
    }

    private static object? Dump(string file, CopyTable table) =>
        RawSql.Run(
            file,
            $"SELECT group_concat(quote({string.Join(") || quote(", table.Columns.Select(c => $"[{c}]"))}), char(10)) FROM (SELECT * FROM {table.Quoted} WHERE {(table.Name == "settings" ? "name" : "''")} <> '{LogRestart.PendingSetting}' ORDER BY {string.Join(", ", table.Columns[..table.KeyColumns].Select(c => $"[{c}]"))})"
        );

    private static Task<IReadOnlyList<(string Table, long Rows)>> CopyAsync(CopyAddress from, CopyAddress to) =>
        StoreCopy.RunAsync(
            from,
            to,
            new Dictionary<string, string>(),
            TimeProvider.System,
            new Doing<(string, double)>(_ => { }),
            CancellationToken.None
        );
}
