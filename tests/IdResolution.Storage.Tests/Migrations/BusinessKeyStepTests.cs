using IdResolution.Core.Access;
using IdResolution.Core.Administration;
using IdResolution.Core.Catalog;
using IdResolution.Core.Errors;
using IdResolution.Core.Identifiers;
using IdResolution.Core.Records;
using IdResolution.Core.Registration;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sqlite;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Migrations;

/// <summary>Keys that an earlier version took as different ones and that fold to the same.</summary>
public sealed class BusinessKeyStepTests
{
    private static readonly string[] s_keys = ["Key1", "KEY1", "key1 ", "Ｋｅｙ１", "other", "Other "];

    // A case-sensitive source takes them all as they are.
    private static readonly string[] s_spellings = ["Key1", "KEY1", "key1", "other", "Other"];

    private TemporaryDirectory _directory = null!;

    private string File => _directory.File(SqliteDatabase.FileName);

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task Run_KeysThatFoldToTheSame_TheFirstIsFoldedAndTheOthersStayExact()
    {
        var items = await MakeEarlierAsync();

        using var node = await EmbeddedNode.OpenAsync(File);

        for (var i = 0; i < s_keys.Length; i++)
        {
            var found = (await node.Finder.FindAsync("plm", s_keys[i], null, CancellationToken.None)).Value;
            Assert.That(found?.Object, Is.EqualTo(items[i]), $"'{s_keys[i]}' as it was given");
        }
        foreach (var (key, item) in new[] { ("kEy1", 0), (" KEY1 ", 0), ("OTHER", 4) })
        {
            var found = (await node.Finder.FindAsync("plm", key, null, CancellationToken.None)).Value;
            Assert.That(found?.Object, Is.EqualTo(items[item]), $"'{key}' finds the first that folds to it");
        }
        var sent = Request("1") with { SourceKey = "KEY1" };
        var again = await node.Registrar.RegisterAsync(sent, Caller.CommandLine, CancellationToken.None);
        Assert.That((again.Value.Outcome, again.Value.Record.Object), Is.EqualTo((WriteOutcome.Same, items[1])));
    }

    [Test]
    public async Task Erase_KeysThatFoldToTheSame_AreErasedAndEachItemIsKnownByItsOwn()
    {
        var items = await MakeEarlierAsync(spellings: s_spellings);
        using var node = await EmbeddedNode.OpenAsync(File);

        foreach (var key in s_spellings)
        {
            var id = await IdOfAsync(node, key);
            var erased = await node.Eraser.EraseAsync(id, ["k:plm"], Caller.CommandLine, CancellationToken.None);
            Assert.That(erased.IsOk, $"'{key}': {erased.Error?.Message.En}");
        }

        for (var i = 0; i < s_spellings.Length; i++)
        {
            var found = (await node.Finder.FindAsync("plm", s_spellings[i], null, CancellationToken.None)).Value;
            Assert.That(found?.Object, Is.EqualTo(items[i]), $"'{s_spellings[i]}' sent again");
        }
        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM business_keys WHERE form < 2 OR key <> ''"), Is.EqualTo(0L));
    }

    [Test]
    public async Task AddKeyAndRemoveKey_OtherSpellingsOfAnExactKey_AreOtherKeys()
    {
        var items = await MakeEarlierAsync(spellings: s_spellings);
        using var node = await EmbeddedNode.OpenAsync(File);
        var (first, second) = (await IdOfAsync(node, "Key1"), await IdOfAsync(node, "KEY1"));

        async Task<ErrorCode?> AddAsync(Identifier to, string key) =>
            (await node.ItemKeys.AddAsync(to, "plm", key, Caller.CommandLine, CancellationToken.None)).Error?.Code;
        async Task<ErrorCode?> RemoveAsync(Identifier of, string key) =>
            (await node.ItemKeys.RemoveAsync(of, "plm", key, Caller.CommandLine, CancellationToken.None)).Error?.Code;
        async Task<long?> HolderAsync(string key) =>
            (await node.Finder.FindAsync("plm", key, null, CancellationToken.None)).Value?.Object;

        Assert.That(await AddAsync(second, "KEY1"), Is.Null, "it has this one");
        Assert.That(await AddAsync(second, "kEy1"), Is.EqualTo(ErrorCode.KeyConflict), "the first item's, folded");
        Assert.That(await AddAsync(first, "KEY1"), Is.EqualTo(ErrorCode.KeyConflict), "the second item's, as spelled");
        Assert.That(await RemoveAsync(first, "KEY1"), Is.EqualTo(ErrorCode.ValueNotFound));
        Assert.That(await RemoveAsync(second, "kEy1"), Is.EqualTo(ErrorCode.ValueNotFound));
        Assert.That(await RemoveAsync(first, "kEy1"), Is.Null);
        Assert.That(await AddAsync(second, "kEy1"), Is.Null, "nobody has it any more");
        Assert.That((await HolderAsync("kEY1"), await HolderAsync("KEY1")), Is.EqualTo((items[1], items[1])));
        Assert.That(await RemoveAsync(second, "KEY1"), Is.Null);
        Assert.That(await HolderAsync("KEY1"), Is.EqualTo(items[1]), "by its folded key");
        var checkedKeys = Doctor.Run(File, null, CancellationToken.None).Single(f => f.Check == "business keys");
        Assert.That(checkedKeys.Ok, checkedKeys.Detail.En);
    }

    private static async Task<Identifier> IdOfAsync(EmbeddedNode node, string key)
    {
        var found = (await node.Finder.FindAsync("plm", key, null, CancellationToken.None)).Value!;
        return Identifier.Parse(RecordState.IdentifierOf(found)).Value;
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Run_EndedAfterAPage_GoesOn(int pages)
    {
        var items = await MakeEarlierAsync(2_500);
        using (var ending = new CancellationTokenSource())
        {
            var reports = 0;
            var progress = new Doing<MigrationProgress>(_ =>
            {
                if (reports++ == pages)
                {
                    ending.Cancel();
                }
            });
            var run = new MigrationRun(SqliteMigrator.Plan, TimeProvider.System) { Progress = progress };
            Assert.That(
                () => SqliteDatabase.Open(File, run, ending.Token),
                Throws.InstanceOf<OperationCanceledException>()
            );
        }

        using var node = await EmbeddedNode.OpenAsync(File);

        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM business_keys"), Is.EqualTo((long)items.Count));
        Assert.That(RawSql.Run(File, "SELECT COUNT(*) FROM documents WHERE code LIKE 'source:%'"), Is.EqualTo(1L));
        var last = (await node.Finder.FindAsync("plm", "KEY 2499", null, CancellationToken.None)).Value;
        Assert.That(last?.Object, Is.EqualTo(items[^1]));
    }

    [Test]
    public async Task Doctor_KeysByExactSpelling_AreListedAndNoFault()
    {
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            foreach (var key in new[] { "KEY1", "Key 2", "gone" })
            {
                await node.Registrar.RegisterAsync(Request(key), Caller.CommandLine, CancellationToken.None).Soon();
            }
            var gone = (await node.Finder.FindAsync("plm", "gone", null, CancellationToken.None)).Value!;
            await node.Eraser.EraseAsync(
                Identifier.Parse(RecordState.IdentifierOf(gone)).Value,
                ["k:plm"],
                Caller.CommandLine,
                CancellationToken.None
            );
        }
        RawSql.Run(File, "UPDATE business_keys SET form = 1, folded = CAST(key AS BLOB) WHERE key = 'Key 2'");

        var keys = Doctor.Run(File, null, CancellationToken.None).Single(f => f.Check == "business keys");

        Assert.That(keys.Ok, keys.Detail.En);
        Assert.That(keys.Detail.En, Does.Contain("plm 'Key 2' of 88.300.1/").And.Contain("folds to 'KEY 2'"));
    }

    /// <summary>A store as the version before had it: keys beside the records, compared as spelled.</summary>
    private async Task<List<long>> MakeEarlierAsync(int more = 0, string[]? spellings = null)
    {
        var items = new List<long>();
        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            var source = new Source { Code = "plm", CaseSensitive = true };
            await new SourceEditor(node.Documents).SaveAsync(source, Caller.CommandLine, CancellationToken.None).Soon();
            string[] keys = spellings ?? (more == 0 ? s_keys : [.. Enumerable.Range(0, more).Select(i => $"key {i}")]);
            var requests = keys.Select((key, i) => Request(spellings is null ? $"{i}" : key)).ToList();
            foreach (var batch in requests.Chunk(1_000))
            {
                var done = await node.Registrar.RegisterAsync(batch, Caller.CommandLine, CancellationToken.None).Soon();
                items.AddRange(done.Select(r => r.Value.Record.Object));
            }
            Write(keys, items);
        }
        return items;
    }

    private void Write(string[] keys, List<long> items)
    {
        var first = new[] { SearchValues.Table, UniqueValues.Table };
        RawSql.Run(File, string.Concat(SideTables.All.Except(first).Select(table => $"DROP TABLE {table.Name};")));
        RawSql.Run(
            File,
            """
            ALTER TABLE records ADD COLUMN source TEXT NULL;
            ALTER TABLE records ADD COLUMN source_key TEXT NULL;
            DROP TABLE audit_chains;
            DROP TABLE prefix_statistics;
            DROP TABLE quality;
            DROP TABLE stock;
            DROP TABLE events;
            DROP TABLE event_members;
            DROP TABLE unregistered;
            DROP TABLE holds;
            DROP TABLE hold_releases;
            DROP TABLE item_holds;
            DELETE FROM counters WHERE name = 'holds';
            ALTER TABLE audit DROP COLUMN kind;
            ALTER TABLE audit DROP COLUMN source;
            ALTER TABLE audit DROP COLUMN trace;
            ALTER TABLE audit DROP COLUMN os_user;
            ALTER TABLE audit DROP COLUMN node;
            ALTER TABLE audit DROP COLUMN position;
            ALTER TABLE audit DROP COLUMN previous;
            ALTER TABLE audit DROP COLUMN hash;
            DELETE FROM documents WHERE code = 'source:plm';
            DELETE FROM schema_migrations WHERE version > 5;
            UPDATE counters SET value = 1 WHERE name = 'epoch';
            """
        );
        foreach (var part in keys.Zip(items).Chunk(500))
        {
            RawSql.Run(
                File,
                string.Join(
                    '\n',
                    part.Select(p =>
                        $"UPDATE records SET source = 'plm', source_key = '{p.First}' WHERE object = {p.Second};"
                    )
                )
            );
        }
        RawSql.Run(
            File,
            "CREATE UNIQUE INDEX records_business_key ON records (source, source_key) WHERE source_key IS NOT NULL"
        );
    }

    private static RegistrationRequest Request(string key) =>
        new()
        {
            Template = "cell",
            Source = "plm",
            SourceKey = key,
            Attributes = [KeyValuePair.Create("serial", Core.Templates.InputValue.OfText("serial of " + key))],
        };
}
