using IdResolution.Core.Events;
using IdResolution.Core.Records;
using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Migrations;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Storage.SqlServer;
using IdResolution.Storage.Tests.Embedded;
using IdResolution.Storage.Tests.ServerDialect;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.KeptStores;

/// <summary>A store that an earlier version made is migrated, read and examined, on both engines.</summary>
public sealed class KeptStoreTests
{
    private TemporaryDirectory _directory = null!;

    private string File => _directory.File(SqliteDatabase.FileName);

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public async Task Open_EmbeddedStore_IsMigratedReadAndWhole()
    {
        KeptStore.Unpack(File);

        using (var store = SqliteStore.Open(SqliteDatabase.Open(File, KeptStore.Time)))
        {
            Assert.That(await StoreText.ReadAsync(store), Is.EqualTo(KeptStore.Text));
            await AssertWritesAsync(store);
        }

        AssertWhole(File);
    }

    [Test]
    public async Task Open_StoreOfSqlServer_IsMigratedReadAndWhole()
    {
        using var database = new ServerDialectDatabase();
        KeptStore.Fill(database.ConnectionString);

        var run = new MigrationRun(SqlServerMigrator.Plan, KeptStore.Time);
        using var store = await SqlServerStore.OpenAsync(database.Settings, run, null, CancellationToken.None);
        Assert.That(await StoreText.ReadAsync(store), Is.EqualTo(KeptStore.Text));
        await AssertWritesAsync(store);

        Assert.That(Doctor.Run(database.Settings, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
    }

    [Test]
    public async Task Open_EmbeddedStore_TheNodeGoesOnFromThere()
    {
        KeptStore.Unpack(File);

        using (var node = await EmbeddedNode.OpenAsync(File))
        {
            var again = await node.RegisterAsync("S-1");
            Assert.That(again.Record.Version, Is.EqualTo(1), "the same item, by its business key");
            await node.UpdateAsync(again, "power", "3");
            await node.RegisterAsync("new");
        }

        AssertWhole(File);
    }

    [Test]
    public async Task Open_StepLeft_AsksForNoTableThatIsNotThereYet()
    {
        KeptStore.Unpack(File);
        var run = new MigrationRun(SqliteMigrator.Plan, TimeProvider.System) { LeavesSteps = true };

        using var store = SqliteStore.Open(SqliteDatabase.Open(File, run, CancellationToken.None));

        Assert.That(store.HasStepLeft);
        Assert.That(
            await store.LostIdentifiers.FindAsync("mes", "S-1", "S-1", "cell", CancellationToken.None),
            Is.Null
        );
    }

    [TestCase("search_values")]
    [TestCase("unique_values")]
    public async Task SideTableStep_ATableThatIsEmpty_IsFilledAsTheRecordsHaveIt(string name)
    {
        var table = SideTables.All.Single(t => t.Name == name);
        KeptStore.Unpack(File);
        var rows = RawSql.Run(File, $"SELECT group_concat(quote(object) || quote(attribute)) FROM {name}");
        RawSql.Run(File, $"DELETE FROM {name}");
        var run = new MigrationRun(SqliteMigrator.Plan.With(new SideTableStep(table)), KeptStore.Time);

        using var store = SqliteStore.Open(SqliteDatabase.Open(File, run, CancellationToken.None));

        Assert.That(
            RawSql.Run(File, $"SELECT group_concat(quote(object) || quote(attribute)) FROM {name}"),
            Is.EqualTo(rows).And.Not.Empty
        );
        Assert.That(await StoreText.ReadAsync(store), Is.EqualTo(KeptStore.Text));
    }

    [Test]
    public async Task SideTableStep_OnSqlServer_FillsAsTheRecordsHaveIt()
    {
        using var database = new ServerDialectDatabase();
        KeptStore.Fill(database.ConnectionString);
        database.Execute("DELETE FROM search_values");
        database.Execute("DELETE FROM unique_values");
        var plan = SqlServerMigrator
            .Plan.With(new SideTableStep(SearchValues.Table))
            .With(new SideTableStep(UniqueValues.Table));

        using var store = await SqlServerStore.OpenAsync(
            database.Settings,
            new MigrationRun(plan, KeptStore.Time),
            null,
            CancellationToken.None
        );

        Assert.That(await StoreText.ReadAsync(store), Is.EqualTo(KeptStore.Text));
    }

    [Test]
    public void SideTableStep_RecordWithoutTemplate_HasItsRowsToo()
    {
        KeptStore.Unpack(File);
        SideTable table = null!;
        table = new SideTable
        {
            Name = "value_types",
            Title = "value types",
            Columns = [new("position", SideColumnKind.Number), new("type", SideColumnKind.Text, 255, IsKey: false)],
            PartOf = _ => "values",
            Fill = (content, rows) => rows.AddRange(content.Values.Select(v => new SideRow(table, [v.Index, v.Type]))),
        };
        var plan = SqliteMigrator
            .Plan.With("value_types", "CREATE TABLE value_types (position, type, object)")
            .With(new SideTableStep(table));

        SqliteStore
            .Open(SqliteDatabase.Open(File, new MigrationRun(plan, KeptStore.Time), CancellationToken.None))
            .Dispose();

        Assert.That(
            RawSql.Run(File, "SELECT group_concat(position || ' ' || type) FROM value_types"),
            Does.Contain("300 HS_SECKEY")
        );
    }

    [Test]
    [Explicit("Makes the kept store anew, of the present version. Kept as it is, it shows what older stores become.")]
    public Task Make() => KeptStore.MakeAsync();

    private static async Task AssertWritesAsync(NodeStore store)
    {
        var head = await store.Log.HeadAsync(CancellationToken.None);
        var written = await store
            .Records.WriteAsync([RecordWrites.Registration($"{EmbeddedNode.Prefix}/after")], CancellationToken.None)
            .Soon();
        Assert.That(written[0].Record?.Sequence, Is.EqualTo(head + 1));
        var used = EventWrites.Logged(
            EventWrites.Event(
                "after",
                EventType.Observe,
                0,
                EventWrites.Member(MemberRole.Item, $"{EmbeddedNode.Prefix}/after")
            )
        );
        var seen = await store.Events.WriteAsync([used], CancellationToken.None).Soon();
        Assert.That((seen[0].Outcome, seen[0].Sequence), Is.EqualTo((EventOutcome.Created, head + 2)));
    }

    private static void AssertWhole(string file) =>
        Assert.That(Doctor.Run(file, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
}
