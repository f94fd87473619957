using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Sql;

/// <summary>Which database a node keeps everything in.</summary>
/// <param name="File">The file of the embedded store.</param>
/// <param name="SqlServer">The connection string of a SQL Server database; empty for the embedded store.</param>
/// <param name="SqlServerReplica">The connection string of its read-only replica; empty for none.</param>
/// <param name="Timeout">How long a connection or a statement may take.</param>
public sealed record StoreSettings(string File, string SqlServer, string SqlServerReplica, TimeSpan Timeout)
{
    /// <summary>Says which store, without the connection strings: they hold passwords.</summary>
    public override string ToString() => IsSqlServer ? "SQL Server" : File;

    /// <summary>The embedded store alone.</summary>
    public static StoreSettings Embedded(string file) => new(file, "", "", TimeSpan.FromSeconds(5));

    /// <summary>True where the store is a SQL server's.</summary>
    public bool IsSqlServer => SqlServer.Length > 0;

    /// <summary>
    /// Says what is wrong with a connection string, without repeating it: it holds a password. Null where nothing is.
    /// </summary>
    public static string? Fault(string connectionString)
    {
        try
        {
            var builder = new SqlConnectionStringBuilder(connectionString);
            return builder.DataSource.Length == 0 || builder.InitialCatalog.Length == 0
                ? "must name Server and Database"
                : null;
        }
        catch (Exception e)
            when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return "must be a connection string of SQL Server, such as Server=db.example.com;Database=idnode;User "
                + "ID=idnode;Password=…";
        }
    }
}
