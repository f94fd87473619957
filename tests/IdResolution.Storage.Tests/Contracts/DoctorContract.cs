using IdResolution.Core.Access;
using IdResolution.Core.ChangeLog;
using IdResolution.Core.Documents;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Primitives;
using IdResolution.Core.Records;
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
    private static readonly KeyRing s_ring = new(Enumerable.Repeat((byte)7, KeyRing.KeyLength).ToArray());

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
            await node
                .Values.CreateAsync(
                    Identifier.Parse("88.300.1/ADMIN").Value,
                    [
                        new RawValue
                        {
                            Index = 300,
                            Type = "hs_seckey",
                            Data = "a secret of tests"u8.ToArray(),
                        },
                    ],
                    overwrite: false,
                    static _ => null,
                    Caller.Node,
                    CancellationToken.None
                )
                .Soon();
            await new DataKeys(node.Store.Settings, new NodeSecrets(s_ring), static () => null)
                .LoadAsync(CancellationToken.None)
                .Soon();
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
                    "data keys",
                    "versions",
                    "object counter",
                    "documents",
                    "API keys",
                    "records",
                    "search index",
                    "unique values",
                    "business keys",
                    "events",
                    "holds",
                    "quality",
                    "sequences",
                    "statistics",
                    "stock",
                    "log readers",
                    "audit",
                }
            )
        );
        Assert.That(findings.Single(f => f.Check == "records").Detail.En, Is.EqualTo("3 active, 1 revoked"));
        Assert.That(findings.Single(f => f.Check == "states").Detail.En, Does.Contain("values erased"));
    }

    [Test]
    public void Run_WithTheKeyFile_OpensEveryDataKey()
    {
        Execute($"UPDATE settings SET value = '{s_ring.Fingerprint}' WHERE name = 'key-fingerprint'");

        var finding = DataKeysFinding(s_ring);

        Assert.That(
            (finding.Ok, finding.Detail.En),
            Is.EqualTo((true, "1 data keys open with the key file, 1 secrets"))
        );
        Assert.That(DataKeysFinding(null).Detail.En, Does.Contain("without the key file no key was opened"));
    }

    [Test]
    public void Run_WithAnotherKeyFile_NamesTheKeyThatItLacks()
    {
        var other = new KeyRing(Enumerable.Repeat((byte)8, KeyRing.KeyLength).ToArray());

        var finding = DataKeysFinding(other);

        Assert.That(finding.Ok, Is.False);
        Assert.That(
            finding.Detail.En,
            Does.Contain($"data-key.1 is wrapped with key {s_ring.Ids[0]}, which the key file lacks")
                .And.Contain("the key file is of another database")
        );
    }

    [TestCase("UPDATE settings SET value = 'ID:AAAA' WHERE name = 'data-key.1'", "data-key.1 is altered")]
    [TestCase("UPDATE settings SET name = 'data-key.2' WHERE name = 'data-key.1'", "data-key.2 is altered")]
    [TestCase(
        "UPDATE settings SET name = 'data-key.2' WHERE name = 'data-key.1'",
        "a secret of 88.300.1/ADMIN (entry "
    )]
    [TestCase("DELETE FROM settings WHERE name = 'data-key.1'", ") names data key 1, which there is not")]
    [TestCase("INSERT INTO settings VALUES ('handle-site-key', '*')", "handle-site-key is no secret")]
    [TestCase(
        "INSERT INTO settings VALUES ('handle-site-key', 'AQAAAAkAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')",
        "handle-site-key names data key 9, which there is not"
    )]
    public void Run_DataKeysThatDoNotFit_AreNamed(string sql, string detail)
    {
        Execute(sql.Replace("ID", s_ring.Ids[0], StringComparison.Ordinal));

        var finding = DataKeysFinding(s_ring);

        Assert.That(finding.Ok, Is.False);
        Assert.That(finding.Detail.En, Does.Contain(detail));
        Assert.That(finding.FirstEntry, Is.Null, "no entry of the log is altered");
    }

    [Test]
    public void Run_SecretOfAnEarlierVersion_IsCountedSoThatItIsSetAgain()
    {
        Execute("INSERT INTO settings VALUES ('handle-site-key', 'AAAAAAkAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')");

        var finding = DataKeysFinding(null);

        Assert.That((finding.Ok, finding.Warns), Is.EqualTo((true, true)));
        Assert.That(finding.Detail.En, Does.Contain("1 of earlier versions are bound to no owner"));
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

    private Finding DataKeysFinding(KeyRing? ring) =>
        Doctor.Run(Settings, ring, null, CancellationToken.None).Single(f => f.Check == Doctor.DataKeysCheck);
}
