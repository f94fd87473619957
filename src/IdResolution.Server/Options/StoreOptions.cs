using IdResolution.Core.Primitives;
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

    internal void Validate(List<Text> errors)
    {
        // A connection string may hold a password, so the messages do not repeat it.
        foreach (
            var (name, value) in new[] { ("Store:SqlServer", SqlServer), ("Store:SqlServerReplica", SqlServerReplica) }
        )
        {
            if (value.Length > 0 && StoreSettings.Fault(value) is { } fault)
            {
                errors.Add(new($"{name}: {fault.En}.", $"{name}：{fault.Zh}。"));
            }
        }
        if (SqlServerReplica.Length > 0 && SqlServer.Length == 0)
        {
            errors.Add(
                new(
                    "Store:SqlServerReplica: needs Store:SqlServer, the server that is written to.",
                    "Store:SqlServerReplica：须同时设置主库 Store:SqlServer。"
                )
            );
        }
        if (TimeoutSeconds is < 1 or > 60)
        {
            errors.Add(
                new(
                    $"Store:TimeoutSeconds: {TimeoutSeconds} must be 1 to 60.",
                    $"Store:TimeoutSeconds：{TimeoutSeconds} 应为 1 至 60。"
                )
            );
        }
    }
}
