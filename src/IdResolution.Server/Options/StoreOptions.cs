using IdResolution.Storage.Sql;

namespace IdResolution.Server.Options;

/// <summary>The section <c>Store</c>: the database that holds the records.</summary>
internal sealed class StoreOptions
{
    /// <summary>
    /// The connection string of a SQL Server database. Empty: the embedded store in the data directory.
    /// </summary>
    public string SqlServer { get; set; } = "";

    /// <summary>The connection string of a read-only replica, which resolutions ask first. Empty: no replica.</summary>
    public string SqlServerReplica { get; set; } = "";

    /// <summary>The longest time for one statement, or for opening a connection to SQL Server, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 5;

    internal void Validate(List<string> errors)
    {
        // A connection string may hold a password, so the messages do not repeat it.
        foreach (
            var (name, value) in new[] { ("Store:SqlServer", SqlServer), ("Store:SqlServerReplica", SqlServerReplica) }
        )
        {
            if (value.Length > 0 && StoreSettings.Fault(value) is { } fault)
            {
                errors.Add($"{name}: {fault}.");
            }
        }
        if (SqlServerReplica.Length > 0 && SqlServer.Length == 0)
        {
            errors.Add("Store:SqlServerReplica: needs Store:SqlServer, the server that is written to.");
        }
        if (TimeoutSeconds is < 1 or > 60)
        {
            errors.Add($"Store:TimeoutSeconds: {TimeoutSeconds} must be 1 to 60.");
        }
    }
}
