using IdResolution.Core.Primitives;
using Microsoft.Data.SqlClient;

namespace IdResolution.Storage.Sql;

/// <summary>The database in which a node keeps its data.</summary>
/// <param name="File">The path of the embedded store's SQLite file.</param>
/// <param name="SqlServer">The connection string of a SQL Server database; empty for the embedded store.</param>
/// <param name="SqlServerReplica">The connection string of the database's read-only replica; empty for none.</param>
/// <param name="Timeout">The time limit for opening a connection, and for each statement.</param>
public sealed record StoreSettings(string File, string SqlServer, string SqlServerReplica, TimeSpan Timeout)
{
    /// <summary>Names the store without the connection strings, since these contain passwords.</summary>
    public override string ToString() => IsSqlServer ? "SQL Server" : File;

    /// <summary>Settings for the embedded store in the given file.</summary>
    public static StoreSettings Embedded(string file) => new(file, "", "", TimeSpan.FromSeconds(5));

    /// <summary>True if the store is a SQL Server database.</summary>
    public bool IsSqlServer => SqlServer.Length > 0;

    /// <summary>
    /// Says what is wrong with a connection string, but does not repeat it: it contains a password. Null if nothing.
    /// </summary>
    public static Text? Fault(string connectionString)
    {
        try
        {
            var builder = new SqlConnectionStringBuilder(connectionString);
            return builder.DataSource.Length == 0 || builder.InitialCatalog.Length == 0
                ? new Text("must name Server and Database", "应给出 Server 和 Database")
                : null;
        }
        catch (Exception e)
            when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            const string Example = "Server=db.example.com;Database=idnode;User ID=idnode;Password=…";
            return new Text(
                $"must be a connection string of SQL Server, such as {Example}",
                $"应为 SQL Server 的连接字符串，例如 {Example}"
            );
        }
    }
}
