namespace IdResolution.Storage.Maintenance.Copying;

/// <summary>Where a store is that is copied.</summary>
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

    /// <summary>An embedded store.</summary>
    public static CopyAddress OfFile(string file) => new(file, null, file);

    /// <summary>A database of SQL Server.</summary>
    /// <param name="connectionString">How to reach it.</param>
    /// <param name="name">What operators call it, since the connection string holds a password.</param>
    public static CopyAddress OfServer(string connectionString, string name) => new(null, connectionString, name);

    /// <summary>Opens it, made and migrated where needed.</summary>
    internal async Task<ICopyStore> OpenAsync(TimeProvider time, CancellationToken cancellationToken) =>
        _file is not null
            ? new SqliteCopyStore(_file, time)
            : await SqlServerCopyStore.OpenAsync(_connectionString!, _name, time, cancellationToken);
}
