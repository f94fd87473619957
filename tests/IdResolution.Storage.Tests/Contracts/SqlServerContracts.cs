using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Stores;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.Contracts;

public sealed class SqlServerRecordStoreContract : RecordStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerSearchContract : SearchContract<SqlServerContractDatabase>;

public sealed class SqlServerListContract : ListContract<SqlServerContractDatabase>;

public sealed class SqlServerChangeLogContract : ChangeLogContract<SqlServerContractDatabase>;

public sealed class SqlServerDocumentStoreContract : DocumentStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerSequenceStoreContract : SequenceStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerStatisticStoreContract : StatisticStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerAuditStoreContract : AuditStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerLeaseStoreContract : LeaseStoreContract<SqlServerContractDatabase>;

public sealed class SqlServerCopyContract : CopyContract<SqlServerContractDatabase>;

/// <summary>The run's database on the server of <c>IDR_TEST_SQLSERVER</c>, emptied: making one takes such a server seconds.</summary>
public sealed class SqlServerContractDatabase : IContractDatabase
{
    private const string Empty = """
        DELETE FROM change_log; DELETE FROM versions; DELETE FROM records; DELETE FROM search_values; DELETE FROM unique_values; DELETE FROM documents;
        DELETE FROM sequences; DELETE FROM audit; DELETE FROM [statistics]; DELETE FROM leases; DELETE FROM settings;
        DELETE FROM counters; INSERT INTO counters (name, value) VALUES (N'log', 0), (N'object', 0), (N'statistics', 0);
        """;

    private readonly List<SqlServerStore> _stores = [];
    private bool _isEmpty;

    public CopyAddress Address => CopyAddress.OfServer(GivenServer.DatabaseOfRun(), "the run's database");

    public Ports Open()
    {
        var connectionString = GivenServer.DatabaseOfRun();
        var store = SqlServerStore.OpenAsync(new StoreSettings("", connectionString, "", TimeSpan.FromSeconds(15)), TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
        _stores.Add(store);
        if (!_isEmpty)
        {
            using var connection = new SqlConnection(connectionString);
            connection.Open();
            using var command = new SqlCommand(Empty, connection) { CommandTimeout = 60 };
            command.ExecuteNonQuery();
            _isEmpty = true;
        }
        return new Ports(store);
    }

    public void Dispose() => _stores.ForEach(s => s.Dispose());
}
