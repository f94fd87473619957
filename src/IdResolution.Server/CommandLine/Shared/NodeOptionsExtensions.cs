using IdResolution.Server.Options;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>What verbs ask of the settings.</summary>
internal static class NodeOptionsExtensions
{
    /// <summary>Refuses a verb that works on the file of the embedded store where the settings name a server.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="instead">What to do there.</param>
    public static void MustBeEmbedded(this NodeOptions options, string instead)
    {
        if (options.Store.SqlServer.Length > 0)
        {
            throw new OperatorException(
                $"This is for the embedded store; the node's database is a SQL server's (Store:SqlServer). {instead}"
            );
        }
    }
}
