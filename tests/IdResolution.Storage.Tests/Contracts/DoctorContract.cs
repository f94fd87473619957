using IdResolution.Core.ChangeLog;
using IdResolution.Core.Statistics;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

/// <summary>
/// A store of any kind is examined, and damage of each kind is found by its check. What SQLite alone can tell of its
/// file, <see cref="EmbeddedFileDoctorTests"/> holds.
/// </summary>
public abstract class DoctorContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : IContractDatabase, new()
{
    [SetUp]
    public async Task FillAsync()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File("from.db");
        using (var node = await EmbeddedNode.OpenAsync(file))
        {
            await node.UpdateAsync(await node.RegisterAsync("updated 氢能 "), "power", "-7");
            await node.RevokeAsync(await node.RegisterAsync("revoked"));
            await node.EraseAsync(await node.RegisterAsync("erased"), "a:power");
            await node.Store.Sequences.ReserveAsync("MEA- ", null, 7, CancellationToken.None).Soon();
            var lease = await node
                .Store.Leases.TakeAsync(LogCounter.ReaderName, "a", TimeSpan.FromMinutes(1), CancellationToken.None)
                .Soon();
            await node
                .Store.Readers.SetAsideAsync(
                    new LogMove(lease!, LogCounter.ReaderName, 0, 5),
                    new DeadLetter(LogCounter.ReaderName, 5, "test", 1),
                    CancellationToken.None
                )
                .Soon();
        }
        await StoreCopy.RunAsync(
            CopyAddress.OfFile(file),
            Address,
            new Dictionary<string, string>(),
            TimeProvider.System,
            new Collected<(string, double)>([]),
            CancellationToken.None
        );
    }

    [Test]
    public void Run_AStoreInOrder_NamesEachCheckAndFindsNothing()
    {
        var findings = Doctor.Run(Settings, null, CancellationToken.None);

        Assert.That(findings.Where(f => !f.Ok), Is.Empty);
        Assert.That(
            findings.Skip(1).Select(f => f.Check),
            Is.EqualTo(
                new[]
                {
                    "integrity",
                    "schema",
                    "log",
                    "states",
                    "versions",
                    "object counter",
                    "documents",
                    "records",
                    "search index",
                    "unique values",
                    "business keys",
                    "sequences",
                    "statistics",
                    "log readers",
                    "audit",
                }
            )
        );
        Assert.That(findings.Single(f => f.Check == "records").Detail.En, Is.EqualTo("2 active, 1 revoked"));
        Assert.That(findings.Single(f => f.Check == "states").Detail.En, Does.Contain("values erased"));
    }

    [TestCase("UPDATE counters SET value = value + 1 WHERE name = 'log'", "log", "its counter says")]
    [TestCase("DELETE FROM change_log WHERE sequence = 4", "log", "entry 4 is missing")]
    [TestCase("DELETE FROM versions WHERE sequence = 4", "states", "entry 4 has no version")]
    [TestCase("UPDATE versions SET version = 7 WHERE sequence = 4", "versions", "has version 7 after ")]
    [TestCase("UPDATE counters SET value = 1 WHERE name = 'object'", "object counter", "the highest object is")]
    [TestCase("UPDATE documents SET version = 2 WHERE kind = 2", "documents", "is not at its newest version")]
    [TestCase("UPDATE records SET status = 1 WHERE status = 0", "records", "its status is revoked")]
    [TestCase("UPDATE records SET template = 'stack' WHERE status = 0", "records", "its template is stack")]
    [TestCase("DELETE FROM search_values WHERE attribute = 2000", "search index", "attribute 2000 of cell has")]
    [TestCase("UPDATE search_values SET object = object + 5000", "search index", "other entries")]
    [TestCase("DELETE FROM unique_values", "unique values", "attribute 2000 of cell has")]
    [TestCase("UPDATE sequences SET [next] = 0", "sequences", "sequence MEA-  stands at 0")]
    [TestCase("UPDATE log_readers SET [cursor] = 1000000", "log readers", "stands at 1000000")]
    [TestCase("UPDATE dead_letters SET sequence = 0", "log readers", "entry 0 aside, which there is not")]
    [TestCase("UPDATE audit SET target = 'x' WHERE id = 2", "audit", "line 2 (Act) is altered")]
    [TestCase("DELETE FROM audit WHERE id = 2", "audit", "1 lines (Act) between 1 and 3 are missing")]
    [TestCase("UPDATE audit_chains SET position = 1000", "audit", "lines (Act) after ")]
    public void Run_Damaged_IsFoundByItsCheck(string sql, string check, string detail)
    {
        Execute(sql);

        var finding = Doctor.Run(Settings, null, CancellationToken.None).Single(f => f.Check == check);

        Assert.That(finding.Ok, Is.False);
        Assert.That(finding.Detail.En, Does.Contain(detail));
    }
}
