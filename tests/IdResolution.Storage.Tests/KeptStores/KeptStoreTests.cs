using IdResolution.Storage.Maintenance;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
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

        using (var store = SqliteStore.Open(SqliteDatabase.Open(File, TimeProvider.System)))
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

        var store = database.Open().Store;
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
    [Explicit("Makes the kept store anew, of the present version. Kept as it is, it shows what older stores become.")]
    public Task Make() => KeptStore.MakeAsync();

    private static async Task AssertWritesAsync(NodeStore store)
    {
        var head = await store.Log.HeadAsync(CancellationToken.None);
        var written = await store
            .Records.WriteAsync([RecordWrites.Registration($"{EmbeddedNode.Prefix}/after")], CancellationToken.None)
            .Soon();
        Assert.That(written[0].Record?.Sequence, Is.EqualTo(head + 1));
    }

    private static void AssertWhole(string file) =>
        Assert.That(Doctor.Run(file, null, CancellationToken.None).Where(f => !f.Ok), Is.Empty);
}
