using IdResolution.Storage.Sql;

namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>The location of a store to copy from or to.</summary>
public sealed class CopyAddress
{
    private readonly string? _file;
    private readonly string? _connectionString;
    private readonly string _name;

    private CopyAddress(string? file, string? connectionString, string name)
    {
        _file = file;
        _connectionString = connectionString;
        _name = name;
    }

    /// <summary>An embedded store in the given file.</summary>
    public static CopyAddress OfFile(string file) => new(file, null, file);

    /// <summary>A SQL Server database.</summary>
    /// <param name="connectionString">The connection string; it contains a password.</param>
    /// <param name="name">The name for messages, which must not contain the password.</param>
    public static CopyAddress OfServer(string connectionString, string name) => new(null, connectionString, name);

    /// <summary>The settings of a node on the store.</summary>
    public StoreSettings Settings => new(_file ?? "", _connectionString ?? "", "", TimeSpan.FromSeconds(30));

    /// <summary>Opens the store. Creates and migrates it if needed.</summary>
    internal async Task<ICopyStore> OpenAsync(TimeProvider time, CancellationToken cancellationToken) =>
        _file is not null
            ? new SqliteCopyStore(_file, time)
            : await SqlServerCopyStore.OpenAsync(_connectionString!, _name, time, cancellationToken);
}
