using System.Data.Common;
using IdResolution.Core.Telemetry;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Sql;
using IdResolution.Storage.SqlServer;
using IdResolution.Storage.Tests.Contracts;
using IdResolution.Tds;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.ServerDialect;

public sealed class ServerDialectRecordStoreContract : RecordStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectBusinessKeyContract : BusinessKeyContract<ServerDialectDatabase>;

public sealed class ServerDialectSearchContract : SearchContract<ServerDialectDatabase>;

public sealed class ServerDialectListContract : ListContract<ServerDialectDatabase>;

public sealed class ServerDialectChangeLogContract : ChangeLogContract<ServerDialectDatabase>;

public sealed class ServerDialectDocumentStoreContract : DocumentStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectSequenceStoreContract : SequenceStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectLogReaderStoreContract : LogReaderStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectUpstreamStoreContract : UpstreamStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectStatisticStoreContract : StatisticStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectQualityStoreContract : QualityStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectStockStoreContract : StockStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectAuditStoreContract : AuditStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectLeaseStoreContract : LeaseStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectLostIdentifiersContract : LostIdentifiersContract<ServerDialectDatabase>;

public sealed class ServerDialectLogRestartContract : LogRestartContract<ServerDialectDatabase>;

public sealed class ServerDialectEventCycleContract : EventCycleContract<ServerDialectDatabase>;

public sealed class ServerDialectEventStoreContract : EventStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectRegistrationEventContract : RegistrationEventContract<ServerDialectDatabase>;

public sealed class ServerDialectEventGraphContract : EventGraphContract<ServerDialectDatabase>;

public sealed class ServerDialectDoctorContract : DoctorContract<ServerDialectDatabase>;

public sealed class ServerDialectAlteredBitContract : AlteredBitContract<ServerDialectDatabase>;

public sealed class ServerDialectCopyContract : CopyContract<ServerDialectDatabase>;

/// <summary>The SQL Server store on a test double of the server: what is sent is recorded.</summary>
public sealed class ServerDialectDatabase : IContractDatabase
{
    private static int s_databases;

    private readonly TdsServer? _own;
    private readonly List<NodeStore> _stores = [];

    /// <summary>On a server of its own.</summary>
    public ServerDialectDatabase()
        : this(new TdsServer().Start()) => _own = Server;

    /// <summary>One more database on a server.</summary>
    public ServerDialectDatabase(TdsServer server)
    {
        Server = server;
        Execute(Server.ConnectionString(), $"CREATE DATABASE {Name}");
        Settings = new StoreSettings("", ConnectionString, "", TimeSpan.FromSeconds(10));
    }

    /// <summary>The database's name: telemetry tells by it whose a span is.</summary>
    public string Name { get; } = $"registry_{Interlocked.Increment(ref s_databases)}";

    public TdsServer Server { get; }

    public string ConnectionString => Server.ConnectionString(Name);

    public StoreSettings Settings { get; set; }

    public CopyAddress Address => CopyAddress.OfServer(ConnectionString, "the double");

    public void Empty()
    {
        if (_stores.Count > 0)
        {
            Close();
            Execute(ConnectionString, SqlServerContractDatabase.TakeOut);
        }
    }

    public void Execute(string sql) => Execute(ConnectionString, sql);

    public DbConnection Connect()
    {
        var connection = new SqlConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    public Ports Open()
    {
        try
        {
            return new Ports(OpenStoreAsync().GetAwaiter().GetResult());
        }
        catch (DatabaseUnusableException e)
        {
            // The store hides what the server says; who reads a failed test needs it.
            throw new InvalidOperationException($"{e.Message} The double: {Server.Describe()}", e);
        }
    }

    public async Task<NodeStore> OpenStoreAsync(NodeTelemetry? telemetry = null)
    {
        var store = await SqlServerStore.OpenAsync(Settings, TimeProvider.System, CancellationToken.None, telemetry);
        _stores.Add(store);
        return store;
    }

    public void Dispose()
    {
        Close();
        Coverage.Executed(Server.Executed);
        _own?.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static void Execute(string connectionString, string sql)
    {
        using var connection = new SqlConnection(connectionString);
        connection.Open();
        using var command = new SqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private void Close()
    {
        _stores.ForEach(s => s.Dispose());
        _stores.Clear();
    }
}
