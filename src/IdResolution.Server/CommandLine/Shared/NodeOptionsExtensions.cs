using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Shared;

internal static class NodeOptionsExtensions
{
    /// <summary>Refuses a verb for the embedded store's file if the settings name a SQL server.</summary>
    /// <param name="options">The node's settings.</param>
    /// <param name="instead">What the operator can do instead.</param>
    /// <param name="insteadZh">The same in Chinese.</param>
    public static void MustBeEmbedded(this NodeOptions options, string instead, string insteadZh)
    {
        if (options.Store.SqlServer.Length > 0)
        {
            throw new OperatorException(
                $"This is for the embedded store; the node's database is a SQL server's (Store:SqlServer). {instead}",
                $"该命令用于内置数据库；本节点使用 SQL Server（Store:SqlServer）。{insteadZh}"
            );
        }
    }
}
