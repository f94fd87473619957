using IdResolution.Core.ChangeLog;
using IdResolution.Storage.Maintenance;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Embedded;

/// <summary>Every kind of damage is found, by the check it belongs to, and a sound database is called sound.</summary>
public sealed class EmbeddedFileDoctorTests
{
    private TemporaryDirectory _directory = null!;
    private string _sound = "";
    private string _damaged = "";

    /// <summary>
    /// A database with records in every state there is: changed, revoked, reinstated, erased, with and without
    /// template.
    /// </summary>
    [OneTimeSetUp]
    public async Task MakeAsync()
    {
        _directory = new TemporaryDirectory();
        _sound = _directory.File("sound.db");
        using var node = await EmbeddedNode.OpenAsync(_sound);
        for (var i = 0; i < 40; i++)
        {
            await node.RegisterAsync($"S{i}", power: $"{i - 20}.5");
        }
        await node.UpdateAsync(await node.RegisterAsync("updated"), "power", "-7");
        await node.RevokeAsync(await node.RegisterAsync("revoked"));
        var reinstated = await node.RegisterAsync("reinstated");
        await node.RevokeAsync(reinstated);
        await node.RegisterAsync("reinstated", power: "9", reinstate: true);
        await node.EraseAsync(
            await node.UpdateAsync(await node.RegisterAsync("erased"), "note", "changed"),
            "a:note",
            "a:power"
        );
        var erasedLater = await node.RegisterAsync("erased tombstone");
        await node.RevokeAsync(erasedLater);
        await node.EraseAsync(erasedLater, "a:serial");
        await node.RegisterAsync(new string('x', 199) + "😀😀");
        await node.Store.Records.WriteAsync([RecordWrites.Registration("88.300.1/raw")], CancellationToken.None).Soon();
        var lease = await node
            .Store.Leases.TakeAsync("statistics", "a", TimeSpan.FromMinutes(1), CancellationToken.None)
            .Soon();
        await node
            .Store.Readers.SetAsideAsync(
                new LogMove(lease!, "statistics", 0, 10),
                new DeadLetter("statistics", 10, "it is broken", 1),
                CancellationToken.None
            )
            .Soon();
    }

    [OneTimeTearDown]
    public void Drop() => _directory.Dispose();

    [SetUp]
    public void Copy()
    {
        _damaged = _directory.File($"damaged-{Guid.NewGuid():N}.db");
        File.Copy(_sound, _damaged);
    }

    [Test]
    public void Run_SoundDatabase_FindsNothingAndChangesNothing()
    {
        var bytes = File.ReadAllBytes(_damaged);
        var reports = new List<(string Check, double Done)>();

        var findings = Doctor.Run(_damaged, new Collected<(string, double)>(reports), CancellationToken.None);

        Assert.That(findings.Where(f => !f.Ok), Is.Empty);
        Assert.That(
            findings.Select(f => f.Check),
            Is.EqualTo(
                new[]
                {
                    "file",
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
        Assert.That(findings.Select(f => f.Detail.En), Has.None.Empty);
        Assert.That(findings.Single(f => f.Check == "states").Detail.En, Does.Contain("6 values erased"));
        Assert.That(File.ReadAllBytes(_damaged), Is.EqualTo(bytes));
        Assert.That(reports.Select(r => r.Done), Is.All.InRange(0, 1));
    }

    [Test]
    public async Task Run_WhileANodeWrites_FindsNothing()
    {
        using var node = await EmbeddedNode.OpenAsync(_damaged);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await node.UpdateAsync(await node.RegisterAsync($"W{i}"), "power", "1");
            }
        });

        for (var i = 0; i < 5; i++)
        {
            Assert.That(Doctor.Run(_damaged, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
        }

        await stop.CancelAsync();
        await writing.Soon();
    }

    [TestCase("UPDATE change_log SET leaf = zeroblob(32) WHERE sequence = 9", "log", "the leaf of entry 9")]
    [TestCase(
        "UPDATE change_log SET body = CAST(substr(body, 1, 19) || x'77' || substr(body, 21) AS BLOB) WHERE sequence = 9",
        "log",
        "the leaf of entry 9"
    )]
    [TestCase("UPDATE change_log SET body = x'01' WHERE sequence = 9", "log", "entry 9 cannot be decoded")]
    [TestCase("DELETE FROM change_log WHERE sequence = 9", "log", "entry 9 is missing")]
    [TestCase("DELETE FROM change_log WHERE sequence BETWEEN 9 AND 12", "log", "entries 9 to 12 are missing")]
    [TestCase(
        "DELETE FROM change_log WHERE sequence = (SELECT MAX(sequence) FROM change_log)",
        "log",
        "its counter says"
    )]
    [TestCase("DELETE FROM change_log WHERE sequence = 9", "states", "1 versions have no entry")]
    [TestCase("UPDATE counters SET value = value + 1 WHERE name = 'log'", "log", "its counter says")]
    [TestCase("DELETE FROM counters WHERE name = 'log'", "log", "its counter says nothing")]
    [TestCase("UPDATE counters SET value = value - 1 WHERE name = 'object'", "object counter", "the highest object is")]
    [TestCase(
        "UPDATE versions SET state = substr(state, 1, length(state) - 1) || x'00' WHERE sequence = 9",
        "states",
        "is not the one in the log"
    )]
    [TestCase(
        "UPDATE versions SET state = substr(state, 1, length(state) - 1) WHERE sequence = 9",
        "states",
        "cut short"
    )]
    [TestCase("UPDATE versions SET state = x'' WHERE sequence = 9", "states", "entry 9")]
    [TestCase("DELETE FROM versions WHERE sequence = 9", "states", "entry 9 has no version")]
    [TestCase("UPDATE versions SET version = 7 WHERE sequence = 9", "versions", "has version 7 after 0")]
    [TestCase("UPDATE versions SET version = 7 WHERE sequence = 9", "states", "is about version 1 of object")]
    [TestCase(
        "UPDATE versions SET object = object + 5000 WHERE sequence = 9",
        "versions",
        "neither record nor document"
    )]
    [TestCase("DELETE FROM records WHERE object = 9", "versions", "object 9 is neither record nor document")]
    [TestCase("UPDATE records SET version = version + 1 WHERE object = 9", "records", "is not at its newest version")]
    [TestCase(
        "UPDATE records SET version = 1, sequence = (SELECT sequence FROM versions v WHERE v.object = "
            + "records.object AND v.version = 1) WHERE version > 1",
        "records",
        "is not at its newest version"
    )]
    [TestCase("UPDATE records SET status = 1 WHERE object = 9", "records", "its status is revoked")]
    [TestCase(
        "UPDATE records SET lookup_key = CAST('88.300.1/X' AS BLOB) WHERE object = 9",
        "records",
        "its identifier is 88.300.1/X"
    )]
    [TestCase("UPDATE records SET template = 'stack' WHERE object = 9", "records", "its template is stack")]
    [TestCase("UPDATE records SET template = NULL WHERE object = 9", "records", "its template is none")]
    [TestCase("UPDATE business_keys SET source = 4711 WHERE object = 9", "business keys", "source 4711 has")]
    [TestCase("UPDATE business_keys SET key = 'other' WHERE object = 9", "business keys", "has")]
    [TestCase("UPDATE business_keys SET folded = X'41' WHERE object = 9", "business keys", "has")]
    [TestCase("DELETE FROM business_keys WHERE object = 9", "business keys", "has")]
    [TestCase("UPDATE records SET updated_at = updated_at + 1 WHERE object = 9", "records", "is not what its entry")]
    [TestCase(
        "DELETE FROM search_values WHERE object = 9 AND attribute = 2001",
        "search index",
        "attribute 2001 of cell has"
    )]
    [TestCase(
        "INSERT INTO search_values VALUES ('cell', 2000, 'extra', 9)",
        "search index",
        "attribute 2000 of cell has"
    )]
    [TestCase(
        "INSERT INTO search_values SELECT 'cell', 2000, 'S1', object FROM records WHERE status = 1",
        "search index",
        "attribute 2000 of cell has"
    )]
    [TestCase(
        "UPDATE search_values SET text = 'other' WHERE object = 9 AND attribute = 2000",
        "search index",
        "other entries"
    )]
    [TestCase(
        "UPDATE search_values SET object = object + 5000 WHERE object = 9 AND attribute = 2000",
        "search index",
        "other entries"
    )]
    [TestCase("DELETE FROM unique_values WHERE object = 9", "unique values", "attribute 2000 of cell has")]
    [TestCase(
        "INSERT INTO unique_values VALUES ('cell', 2000, zeroblob(32), 9)",
        "unique values",
        "attribute 2000 of cell has"
    )]
    [TestCase(
        "INSERT INTO unique_values VALUES ('cell', 2999, zeroblob(32), 9)",
        "unique values",
        "attribute 2999 of cell has 1 entries, the records give 0"
    )]
    [TestCase("UPDATE documents SET json = json || ' ' WHERE kind = 2", "documents", "is not the document of version")]
    [TestCase("UPDATE documents SET version = 2 WHERE kind = 2", "documents", "is not at its newest version")]
    [TestCase("UPDATE documents SET kind = 4 WHERE kind = 3", "documents", "of another kind")]
    [TestCase("UPDATE documents SET json = '{' WHERE kind = 2", "documents", "could not be read to the end")]
    [TestCase("DELETE FROM documents WHERE kind = 2", "records", "there is no template cell/1")]
    [TestCase("UPDATE sequences SET next = 0", "sequences", "stands at 0")]
    [TestCase("UPDATE log_readers SET cursor = 1000000", "log readers", "reader statistics stands at 1000000")]
    [TestCase("UPDATE log_readers SET cursor = -1", "log readers", "reader statistics stands at -1")]
    [TestCase("UPDATE log_readers SET cursor = 9", "log readers", "has set entry 10 aside, and is not there yet")]
    [TestCase("DELETE FROM log_readers", "log readers", "has set entry 10 aside, and is not there yet")]
    [TestCase("UPDATE dead_letters SET sequence = 0", "log readers", "has set entry 0 aside, which there is not")]
    [TestCase(
        "DELETE FROM log_readers; INSERT INTO statistics VALUES ('2026-03-01', 'cell', 'mes', 'register', 1)",
        "statistics",
        "how far is not known"
    )]
    [TestCase("INSERT INTO statistics VALUES ('2026-03-01', 'cell', 'mes', 'register', -1)", "statistics", "negative")]
    [TestCase(
        "INSERT INTO prefix_statistics VALUES ('2026-03-01', 'cell', 'mes', 'register', '88.300.1', -1)",
        "statistics",
        "negative"
    )]
    [TestCase("INSERT INTO schema_migrations VALUES (99, 'x', 'x', 0)", "schema", "newer than this node's")]
    [TestCase("UPDATE schema_migrations SET checksum = 'x'", "schema", "not the one this node knows")]
    [TestCase("DROP TABLE schema_migrations", "schema", "not a database of a node")]
    [TestCase("DROP TABLE statistics", "statistics", "could not be read to the end")]
    public void Run_DamagedBySql_IsFoundByItsCheck(string sql, string check, string detail)
    {
        RawSql.Run(_damaged, sql);

        var finding = Doctor.Run(_damaged, null, CancellationToken.None).Single(f => f.Check == check);

        Assert.That(finding.Ok, Is.False);
        Assert.That(finding.Detail.En, Does.Contain(detail));
    }

    [Test]
    public void Run_CountsReportedByOtherNodes_NeedNoCountedLog()
    {
        RawSql.Run(
            _damaged,
            "DELETE FROM dead_letters; DELETE FROM log_readers; DELETE FROM statistics; DELETE FROM prefix_statistics; "
                + "INSERT INTO prefix_statistics VALUES ('2026-03-01', '', '', 'reported-register', '88.300.1', 7)"
        );

        var finding = Doctor.Run(_damaged, null, CancellationToken.None).Single(f => f.Check == "statistics");

        Assert.That(finding.Ok, Is.True, finding.Detail.En);
    }

    /// <summary>A bit of everything that is stored of an entry, and of what is derived from it.</summary>
    [TestCase("change_log", "body", "sequence = 9", 9)]
    [TestCase("change_log", "leaf", "sequence = 9", 9)]
    [TestCase("versions", "state", "sequence = 9", 9)]
    [TestCase("records", "lookup_key", "object = (SELECT object FROM versions WHERE sequence = 9)", null)]
    [TestCase("unique_values", "hash", "1 = 1", null)]
    public void Run_OneBitAltered_IsFoundAndTheEntryIsNamed(string table, string column, string row, int? entry)
    {
        var select = $"SELECT {column} FROM {table} WHERE {row} LIMIT 1";
        var bytes = (byte[])RawSql.Run(_damaged, select)!;
        for (var at = 0; at < bytes.Length; at += Math.Max(1, bytes.Length / 40))
        {
            File.Copy(_sound, _damaged, overwrite: true);
            var altered = bytes.ToArray();
            altered[at] ^= (byte)(1 << (at % 8));
            RawSql.Run(
                _damaged,
                $"UPDATE {table} SET {column} = x'{Convert.ToHexString(altered)}' WHERE {column} = x'{Convert.ToHexString(bytes)}'"
            );

            var faults = Doctor.Run(_damaged, null, CancellationToken.None).Where(f => !f.Ok).ToList();

            Assert.That(faults, Is.Not.Empty, $"byte {at}");
            if (entry is not null)
            {
                Assert.That(faults.Min(f => f.FirstEntry), Is.EqualTo(entry), $"byte {at}: {faults[0].Detail.En}");
            }
        }
    }

    [Test]
    public void Run_ValueGoneWithoutAnErasure_IsFound()
    {
        using (var connection = RawSql.Connect(_damaged))
        {
            var state = StateWriter.Without(
                (byte[])RawSql.Run(connection, "SELECT state FROM versions WHERE sequence = 9")!,
                ["a:note"]
            );
            RawSql.Run(connection, $"UPDATE versions SET state = x'{Convert.ToHexString(state)}' WHERE sequence = 9");
        }

        AssertFault("states", "entry 9: 1 values are gone and were never erased");
    }

    [Test]
    public void Run_ManyFaults_AreCountedAndTheFirstNamed()
    {
        RawSql.Run(_damaged, "UPDATE change_log SET leaf = zeroblob(32)");

        AssertFault("log", "entry 5 is not its body's; and ");
    }

    [Test]
    public void Run_PageOverwritten_IsFound()
    {
        using (var stream = new FileStream(_damaged, FileMode.Open))
        {
            stream.Position = stream.Length - 6_000;
            stream.Write(new byte[3_000]);
        }

        Assert.That(Doctor.Run(_damaged, null, CancellationToken.None).Where(f => !f.Ok), Is.Not.Empty);
    }

    [Test]
    public void Run_IndexLosesARow_IsFoundByIntegrity()
    {
        using (var connection = RawSql.Connect(_damaged))
        {
            // The index becomes one that was never filled for what is there.
            RawSql.Run(
                connection,
                "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE INDEX records_created_at ON "
                    + "records (updated_at + 1)' WHERE name = 'records_created_at'"
            );
        }

        Assert.That(
            Doctor.Run(_damaged, null, CancellationToken.None).Single(f => f.Check == "integrity").Ok,
            Is.False
        );
    }

    [TestCase(100)]
    [TestCase(4_096)]
    [TestCase(100_000)]
    public void Run_CutShort_IsAFindingNotACrash(int length)
    {
        using (var stream = new FileStream(_damaged, FileMode.Open))
        {
            stream.SetLength(length);
        }

        Assert.That(Doctor.Run(_damaged, null, CancellationToken.None).Where(f => !f.Ok), Is.Not.Empty);
    }

    [TestCase("", "schema", "not a database of a node")]
    [TestCase(
        "not a database, but long enough to be looked at as one ..................................................",
        "file",
        "not a database"
    )]
    public void Run_NoDatabase_IsAFinding(string content, string check, string detail)
    {
        File.WriteAllText(_damaged, content);

        AssertFault(check, detail);
    }

    [Test]
    public void Run_FileMissing_IsAFinding() =>
        Assert.That(
            Doctor.Run(_directory.File("none.db"), null, CancellationToken.None).Single().Detail.En,
            Does.StartWith("There is no file")
        );

    [Test]
    public void Run_GivenUp_Ends()
    {
        using var cancelled = new CancellationTokenSource();

        Assert.Catch<OperationCanceledException>(() =>
            Doctor.Run(_damaged, new Doing<(string, double)>(_ => cancelled.Cancel()), cancelled.Token)
        );
    }

    private void AssertFault(string check, string detail)
    {
        var finding = Doctor.Run(_damaged, null, CancellationToken.None).Single(f => f.Check == check);
        Assert.That(finding.Ok, Is.False);
        Assert.That(finding.Detail.En, Does.Contain(detail));
    }
}
