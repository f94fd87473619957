using System.Data.Common;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using IdResolution.Testing;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.Contracts;

public sealed class SqlServerRecordStoreContract : RecordStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerBusinessKeyContract : BusinessKeyContract<SqlServerContractDatabase>;

public sealed class SqlServerSearchContract : SearchContract<SqlServerContractDatabase>;

public sealed class SqlServerListContract : ListContract<SqlServerContractDatabase>;

public sealed class SqlServerChangeLogContract : ChangeLogContract<SqlServerContractDatabase>;

public sealed class SqlServerDocumentStoreContract : DocumentStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerSequenceStoreContract : SequenceStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerLogReaderStoreContract : LogReaderStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerUpstreamStoreContract : UpstreamStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerStatisticStoreContract : StatisticStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerQualityStoreContract : QualityStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerStockStoreContract : StockStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerAuditStoreContract : AuditStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerLeaseStoreContract : LeaseStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerLostIdentifiersContract : LostIdentifiersContract<SqlServerContractDatabase>;

public sealed class SqlServerLogRestartContract : LogRestartContract<SqlServerContractDatabase>;

public sealed class SqlServerEventCycleContract : EventCycleContract<SqlServerContractDatabase>;

public sealed class SqlServerEventStoreContract : EventStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerRegistrationEventContract : RegistrationEventContract<SqlServerContractDatabase>;

public sealed class SqlServerEventGraphContract : EventGraphContract<SqlServerContractDatabase>;

public sealed class SqlServerDoctorContract : DoctorContract<SqlServerContractDatabase>;

public sealed class SqlServerAlteredBitContract : AlteredBitContract<SqlServerContractDatabase>;

public sealed class SqlServerCopyContract : CopyContract<SqlServerContractDatabase>;

/// <summary>
/// A database on the server of <c>IDR_TEST_SQLSERVER</c>, one for a fixture: making one takes such a server seconds.
/// </summary>
public sealed class SqlServerContractDatabase : IContractDatabase
{
    /// <summary>Takes everything out of a node's database.</summary>
    public static readonly string TakeOut =
        string.Concat(CopyTable.All.Where(t => t.Name != "counters").Select(t => $"DELETE FROM {t.Quoted};\n"))
        + """
            DELETE FROM leases;
            DELETE FROM quality;
            DELETE FROM stock;
            UPDATE counters SET value = 0 WHERE name IN (N'log', N'object');
            """;

    private readonly List<NodeStore> _stores = [];
    private GivenDatabase? _database;

    public StoreSettings Settings => new("", ConnectionString, "", TimeSpan.FromSeconds(15));

    public CopyAddress Address => CopyAddress.OfServer(ConnectionString, "the given database");

    private string ConnectionString => (_database ??= GivenDatabase.Create(Assert.Ignore)).ConnectionString;

    public void Empty()
    {
        Close();
        if (_database is not null)
        {
            Execute(TakeOut);
        }
    }

    public void Execute(string sql)
    {
        using var connection = new SqlConnection(ConnectionString);
        connection.Open();
        using var command = new SqlCommand(sql, connection) { CommandTimeout = 60 };
        command.ExecuteNonQuery();
    }

    public DbConnection Connect()
    {
        var connection = new SqlConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    public Ports Open()
    {
        var store = SqlServerStore
            .OpenAsync(Settings, TimeProvider.System, CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        _stores.Add(store);
        return new Ports(store);
    }

    public void Dispose()
    {
        Close();
        _database?.Dispose();
    }

    private void Close()
    {
        _stores.ForEach(s => s.Dispose());
        _stores.Clear();
    }
}
