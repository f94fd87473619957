using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using IdResolution.Core.Catalog;
using IdResolution.Core.ChangeLog;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Storage.Tests.KeptStores;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Migrations;

/// <summary>A log of format 1 becomes one of format 2.</summary>
public sealed class LogFormatStepTests
{
    private const string Rows =
        "SELECT group_concat(l.sequence || hex(l.body) || hex(l.leaf) || hex(v.state)) "
        + "FROM change_log l JOIN versions v ON v.sequence = l.sequence WHERE l.sequence <= 26";

    private TemporaryDirectory _directory = null!;

    private string File => _directory.File(SqliteDatabase.FileName);

    [SetUp]
    public void Unpack()
    {
        _directory = new TemporaryDirectory();
        KeptStore.Unpack(File);
    }

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Open_EveryEntry_KeepsNumberTimeAndSalts_AndItsLeavesBecomeARoot()
    {
        var former = Entries();
        var tree = new LogTree();
        former.ForEach(entry => tree.Add(entry.Leaf));

        SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System)).Dispose();

        var now = Entries();
        Assert.That(now.Take(former.Count).Select(e => e.Header), Is.EqualTo(former.Select(e => e.Header)));
        Assert.That(now.Select(e => e.Body[0]), Is.All.EqualTo(2));
        foreach (var (was, @is) in former.Zip(now))
        {
            Assert.That(SaltsOf(@is.State), Is.EquivalentTo(SaltsOf(was.State)), $"{was.Sequence}");
            Assert.That(@is.Leaf, Is.EqualTo(LogBody.Leaf(@is.Body)));
        }
        Assert.That(
            RawSql.Run(File, "SELECT value FROM settings WHERE name = 'log.format1'"),
            Is.EqualTo($"{former.Count} {Convert.ToHexStringLower(tree.Root())}")
        );
    }

    [Test]
    public void Open_ValuesErasedBefore_KeepTheirCommitments()
    {
        var former = Entries();

        SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System)).Dispose();

        var kept = 0;
        foreach (var (was, @is) in former.Zip(Entries()))
        {
            var (before, after) = (CommitmentsOf(was), CommitmentsOf(@is));
            var erased = before.Except(FormerCommitmentsOf(was.State)).ToList();
            Assert.That(after, Is.EquivalentTo(erased.Concat(Text(Commitments.Of(@is.State)))), $"{was.Sequence}");
            Assert.That(after, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
            kept += erased.Count;
        }
        Assert.That(kept, Is.GreaterThan(1));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Run_EndedAfterAPage_GoesOnToTheSame(int pages)
    {
        var whole = _directory.File("whole.db");
        System.IO.File.Copy(File, whole);
        SqliteStore.Open(SqliteDatabase.Open(whole, TimeProvider.System)).Dispose();
        using (var ending = new CancellationTokenSource())
        {
            var reports = 0;
            var progress = new Doing<MigrationProgress>(p =>
            {
                if (!p.Migration.Contains("looking", StringComparison.Ordinal) && reports++ == pages)
                {
                    ending.Cancel();
                }
            });
            Assert.That(
                async () => await RunAsync(progress, ending.Token),
                Throws.InstanceOf<OperationCanceledException>()
            );
        }
        Assert.That(Entries().Count(e => e.Body[0] == 2), Is.EqualTo(pages * 7));

        await RunAsync(null, CancellationToken.None);

        Assert.That(RawSql.Run(File, Rows), Is.EqualTo(RawSql.Run(whole, Rows)).And.Not.Null);
        const string Setting = "SELECT value FROM settings WHERE name = 'log.format1'";
        Assert.That(RawSql.Run(File, Setting), Is.EqualTo(RawSql.Run(whole, Setting)));
    }

    [TestCase("UPDATE change_log SET leaf = zeroblob(32) WHERE sequence = 25", "does not have the hash of its body")]
    [TestCase("UPDATE versions SET state = x'01ffff' WHERE sequence = 25", "has a state that cannot be read")]
    [TestCase("DELETE FROM versions WHERE sequence = 25", "cannot be read")]
    [TestCase("DELETE FROM change_log WHERE sequence = 25", "is missing")]
    [TestCase(
        "UPDATE versions SET state = CAST(substr(state, 1, length(state) - 1) || x'00' AS BLOB) WHERE sequence = 25",
        "does not commit to its"
    )]
    public async Task Run_DamagedEntry_IsNamedBeforeAnythingBegins(string damage, string fault)
    {
        RawSql.Run(File, damage);

        // The page with the entry would be the fourth.
        var refusal = await Assert.CatchAsync<DatabaseUnusableException>(() => RunAsync(null, CancellationToken.None));

        Assert.That(refusal!.Message, Does.Contain($"Entry 25 of the log {fault}"));
        Assert.That(Entries().Select(e => e.Body[0]), Is.All.EqualTo(1));
        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM settings WHERE name LIKE 'migration:%'"), Is.EqualTo(0));
        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM counters WHERE name = 'epoch'"), Is.EqualTo(0));
    }

    [Test]
    public void Open_EntryWithMoreThanFits_IsNamedBeforeAnythingBegins()
    {
        var state = FormerState([
            ("m:identifier", "88.300.1/LARGE"),
            ("m:status", "active"),
            .. Enumerable.Range(1, 2_045).Select(i => ($"v:{i}", "x")),
        ]);
        var body = new LogBody(LogKind.Record, LogOperation.Create, 900, 1, 1, 0).Encode(
            Convert.FromHexString(string.Concat(FormerCommitmentsOf(state).Order(StringComparer.Ordinal)))
        );
        body[0] = 1;
        var number = Entries().Count + 1;
        RawSql.Run(
            File,
            $"INSERT INTO change_log (sequence, body, leaf) VALUES ({number}, x'{Convert.ToHexString(body)}', "
                + $"x'{Convert.ToHexString(LogBody.Leaf(body))}'); INSERT INTO versions (sequence, object, version, state) "
                + $"VALUES ({number}, 900, 1, x'{Convert.ToHexString(state)}')"
        );

        Assert.That(
            () => SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System)),
            Throws
                .TypeOf<DatabaseUnusableException>()
                .With.Message.Contains($"88.300.1/LARGE (entry {number})")
                .And.Message.Contains("idnode erase")
        );
        Assert.That(Entries().Select(e => e.Body[0]), Is.All.EqualTo(1));
        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM settings WHERE name LIKE 'migration:%'"), Is.EqualTo(0));
    }

    [TestCase("mes", "4711", "k:mes [4711]")]
    [TestCase("电堆 \"x\"", "", "k:电堆 \"x\" []")]
    [TestCase("mes", null, "k:mes")]
    [TestCase(null, null, "")]
    public void Convert_BusinessKey_BecomesTheKeysOfItsSource(string? source, string? key, string expected)
    {
        List<(string, string)> values = [("m:identifier", "88/x"), ("m:status", "active")];
        if (source is not null)
        {
            values.Add(("m:source", source));
        }
        if (key is not null)
        {
            values.Add(("m:sourceKey", key));
        }
        var state = FormerState([.. values, ("v:1", "raw")]);

        var converted = Converted(state).State;

        Assert.That(
            Codes(converted),
            Is.EqualTo(expected.Length == 0 ? "m:identifier m:status v:1" : $"m:identifier m:status {expected} v:1")
        );
        Assert.That(FormerEntry.CountConverted(state), Is.EqualTo(new StateReader(converted).Count));
        Assert.That(SaltsOf(converted), Is.EquivalentTo(SaltsOf(state)));
    }

    private static (byte[] Body, byte[] State) Converted(byte[] state)
    {
        var body = new LogBody(LogKind.Record, LogOperation.Create, 1, 1, 1, 0).Encode(
            Convert.FromHexString(string.Concat(FormerCommitmentsOf(state).Order(StringComparer.Ordinal)))
        );
        body[0] = 1;
        return FormerEntry.Convert(
            1,
            body,
            LogBody.Leaf(body),
            state,
            NodeCatalog.Build([], 0, null, TimeProvider.System)
        );
    }

    private static string Codes(byte[] state)
    {
        var codes = new List<string>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            codes.Add(Encoding.UTF8.GetString(reader.Code));
            if (reader.Form == StateForm.List)
            {
                var list = new StateList(reader.Value);
                while (list.Read())
                {
                    codes.Add($"[{Encoding.UTF8.GetString(list.Value)}]");
                }
            }
        }
        return string.Join(' ', codes);
    }

    private async Task RunAsync(IProgress<MigrationProgress>? progress, CancellationToken cancellationToken)
    {
        await using var connection = RawSql.Connect(File);
        var number = SqliteMigrator.Plan.Migrations.OfType<NumberedStep>().First().Version;
        await new StepRunner(new SqliteStepStore(connection), TimeProvider.System, progress).RunAsync(
            new NumberedStep(number, new LogFormatStep(7), 1),
            cancellationToken
        );
    }

    private List<Entry> Entries()
    {
        var entries = new List<Entry>();
        using var connection = RawSql.Connect(File);
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT l.sequence, l.body, l.leaf, v.state FROM change_log l LEFT JOIN versions v ON v.sequence = l.sequence "
            + "ORDER BY l.sequence";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            entries.Add(
                new Entry(
                    reader.GetInt64(0),
                    (byte[])reader[1],
                    (byte[])reader[2],
                    reader.IsDBNull(3) ? [] : (byte[])reader[3]
                )
            );
        }
        return entries;
    }

    private static List<string> SaltsOf(byte[] state)
    {
        var salts = new List<string>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            salts.Add(Convert.ToHexString(reader.Salt));
            if (reader.Form == StateForm.List)
            {
                var list = new StateList(reader.Value);
                while (list.Read())
                {
                    salts.Add(Convert.ToHexString(list.Salt));
                }
            }
        }
        return salts;
    }

    private static string[] CommitmentsOf(Entry entry)
    {
        Assert.That(LogBody.TryDecode(entry.Body, out _, out var commitments), Is.True);
        return [.. Text(commitments.ToArray())];
    }

    private static IEnumerable<string> Text(byte[] commitments) => commitments.Chunk(32).Select(Convert.ToHexString);

    private static List<string> FormerCommitmentsOf(byte[] state)
    {
        var all = new List<string>();
        var reader = new StateReader(state);
        while (reader.Read())
        {
            byte[] length = [(byte)(reader.Code.Length >> 8), (byte)reader.Code.Length];
            all.Add(
                Convert.ToHexString(SHA256.HashData([2, .. reader.Salt, .. length, .. reader.Code, .. reader.Value]))
            );
        }
        return all;
    }

    private static byte[] FormerState((string Code, string Value)[] values)
    {
        var state = new List<byte> { 1, (byte)(values.Length >> 8), (byte)values.Length };
        foreach (var (code, value) in values)
        {
            var (name, bytes) = (Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(value));
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            state.AddRange([0, (byte)name.Length, .. name, .. RandomNumberGenerator.GetBytes(16), .. length, .. bytes]);
        }
        return [.. state];
    }

    private sealed record Entry(long Sequence, byte[] Body, byte[] Leaf, byte[] State)
    {
        public LogBody Header => LogBody.TryDecode(Body, out var header, out _) ? header : default;
    }
}
