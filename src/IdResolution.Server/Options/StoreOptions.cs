using IdResolution.Storage.Sql;

namespace IdResolution.Server.Options;

/// <summary>Where records are kept.</summary>
internal sealed class StoreOptions
{
    /// <summary>
    /// The connection string of a SQL Server database; empty for the embedded store in the data directory.
    /// </summary>
    public string SqlServer { get; set; } = "";

    /// <summary>The connection string of its read-only replica, asked first for resolutions; empty for none.</summary>
    public string SqlServerReplica { get; set; } = "";

    /// <summary>Seconds that a connection to SQL Server or a statement may take.</summary>
    public int TimeoutSeconds { get; set; } = 5;

    internal void Validate(List<string> errors)
    {
        // Connection strings hold passwords: they are never repeated.
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
