using System.Data.Common;
using IdResolution.Core.Events;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Sql;
using IdResolution.Storage.Sqlite;
using IdResolution.Testing;

namespace IdResolution.Storage.Tests.Contracts;

public sealed class SqliteRecordStoreContract : RecordStoreContract<SqliteContractDatabase>;

public sealed class SqliteBusinessKeyContract : BusinessKeyContract<SqliteContractDatabase>;

public sealed class SqliteSearchContract : SearchContract<SqliteContractDatabase>;

public sealed class SqliteListContract : ListContract<SqliteContractDatabase>;

public sealed class SqliteChangeLogContract : ChangeLogContract<SqliteContractDatabase>;

public sealed class SqliteDocumentStoreContract : DocumentStoreContract<SqliteContractDatabase>;

public sealed class SqliteSequenceStoreContract : SequenceStoreContract<SqliteContractDatabase>;

public sealed class SqliteLogReaderStoreContract : LogReaderStoreContract<SqliteContractDatabase>;

public sealed class SqliteUpstreamStoreContract : UpstreamStoreContract<SqliteContractDatabase>;

public sealed class SqliteStatisticStoreContract : StatisticStoreContract<SqliteContractDatabase>;

public sealed class SqliteQualityStoreContract : QualityStoreContract<SqliteContractDatabase>;

public sealed class SqliteStockStoreContract : StockStoreContract<SqliteContractDatabase>;

public sealed class SqliteAuditStoreContract : AuditStoreContract<SqliteContractDatabase>;

public sealed class SqliteLeaseStoreContract : LeaseStoreContract<SqliteContractDatabase>;

public sealed class SqliteLostIdentifiersContract : LostIdentifiersContract<SqliteContractDatabase>;

public sealed class SqliteLogRestartContract : LogRestartContract<SqliteContractDatabase>;

public sealed class SqliteEventCycleContract : EventCycleContract<SqliteContractDatabase>
{
    [Test]
    public async Task WriteAsync_CircleThroughMoreThanFiveThousand_IsFound()
    {
        const int Depth = 6_000;
        // From below: nothing is above a new parent.
        foreach (var some in Enumerable.Range(0, Depth).Reverse().Chunk(500))
        {
            await Store.WriteAsync([.. some.Select(i => Contains($"e{i}", 1, $"88.1/{i}", $"88.1/{i + 1}"))], default);
        }

        var last = await WriteAsync(Contains("last", 1, $"88.1/{Depth}", "88.1/0"));

        Assert.That((last.Outcome, last.Path.Count), Is.EqualTo((EventOutcome.Cycle, Depth + 1)));
    }
}

public sealed class SqliteEventStoreContract : EventStoreContract<SqliteContractDatabase>;

public sealed class SqliteRegistrationEventContract : RegistrationEventContract<SqliteContractDatabase>;

public sealed class SqliteEventGraphContract : EventGraphContract<SqliteContractDatabase>;

public sealed class SqliteDoctorContract : DoctorContract<SqliteContractDatabase>;

public sealed class SqliteAlteredBitContract : AlteredBitContract<SqliteContractDatabase>;

public sealed class SqliteCopyContract : CopyContract<SqliteContractDatabase>;

/// <summary>A file of its own in a temporary directory, for each test a copy of one that was migrated once.</summary>
public sealed class SqliteContractDatabase : IContractDatabase
{
    private static readonly Lazy<byte[]> s_migrated = new(Migrate);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<NodeStore> _stores = [];

    public StoreSettings Settings => StoreSettings.Embedded(Path);

    public CopyAddress Address => CopyAddress.OfFile(Path);

    private string Path => _directory.File(SqliteDatabase.FileName);

    public void Empty()
    {
        Close();
        Array.ForEach(Directory.GetFiles(_directory.Path), File.Delete);
        File.WriteAllBytes(Path, s_migrated.Value);
    }

    public void Execute(string sql) => Embedded.RawSql.Run(Path, sql);

    public DbConnection Connect() => Embedded.RawSql.Connect(Path);

    public Ports Open()
    {
        var store = SqliteStore.Open(SqliteDatabase.Open(Path, TimeProvider.System));
        _stores.Add(store);
        return new Ports(store);
    }

    public void Dispose()
    {
        Close();
        _directory.Dispose();
    }

    private static byte[] Migrate()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.File(SqliteDatabase.FileName);
        SqliteStore.Open(SqliteDatabase.Open(file, TimeProvider.System)).Dispose();
        return File.ReadAllBytes(file);
    }

    private void Close()
    {
        _stores.ForEach(s => s.Dispose());
        _stores.Clear();
    }
}
