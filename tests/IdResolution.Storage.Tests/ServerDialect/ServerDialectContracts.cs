using IdResolution.Core.Telemetry;
using IdResolution.Storage.Maintenance.Copying;
using IdResolution.Storage.Stores;
using IdResolution.Storage.Tests.Contracts;
using IdResolution.Tds;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Tests.ServerDialect;

public sealed class ServerDialectRecordStoreContract : RecordStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectSearchContract : SearchContract<ServerDialectDatabase>;

public sealed class ServerDialectListContract : ListContract<ServerDialectDatabase>;

public sealed class ServerDialectChangeLogContract : ChangeLogContract<ServerDialectDatabase>;

public sealed class ServerDialectDocumentStoreContract : DocumentStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectSequenceStoreContract : SequenceStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectStatisticStoreContract : StatisticStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectAuditStoreContract : AuditStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectLeaseStoreContract : LeaseStoreContract<ServerDialectDatabase>;

public sealed class ServerDialectCopyContract : CopyContract<ServerDialectDatabase>;

/// <summary>The SQL Server store on a test double of the server: what is sent is recorded.</summary>
public sealed class ServerDialectDatabase : IContractDatabase
{
    /// <summary>The database's name.</summary>
    public const string Name = "registry";

    private static readonly HashSet<string> s_executed = new(StringComparer.Ordinal);

    private readonly List<SqlServerStore> _stores = [];

    public ServerDialectDatabase()
    {
        Server = new TdsServer().Start();
        using var connection = new SqlConnection(Server.ConnectionString());
        connection.Open();
        using var command = new SqlCommand($"CREATE DATABASE {Name}", connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Every text that was sent so far in this run.</summary>
    public static IReadOnlyCollection<string> Executed => s_executed;

    public TdsServer Server { get; }

    public StoreSettings Settings { get; set; } = null!;

    public CopyAddress Address => CopyAddress.OfServer(Server.ConnectionString(Name), "the double");

    public Ports Open()
    {
        var store = OpenStoreAsync().GetAwaiter().GetResult();
        return new Ports(store);
    }

    public async Task<SqlServerStore> OpenStoreAsync(NodeTelemetry? telemetry = null)
    {
        Settings ??= new StoreSettings("", Server.ConnectionString(Name), "", TimeSpan.FromSeconds(10));
        var store = await SqlServerStore.OpenAsync(Settings, TimeProvider.System, CancellationToken.None, telemetry);
        _stores.Add(store);
        return store;
    }

    public void Dispose()
    {
        _stores.ForEach(s => s.Dispose());
        s_executed.UnionWith(Server.Executed);
        SqlConnection.ClearAllPools();
        Server.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
