using System.CommandLine;

namespace IdResolution.Server.CommandLine.Enterprises;

/// <summary><c>enterprise</c>: the verbs for the enterprises whose records this node takes.</summary>
internal static class EnterpriseCommand
{
    public static Command Create() =>
        new(
            "enterprise",
            """
            Shows the enterprises whose records this node takes, and says where their nodes are. An enterprise is a
            prefix with keys that are bound to it: idnode key create --prefix.

            Example:
              idnode enterprise list --data ./data
            """
        )
        {
            EnterpriseListCommand.Create(),
            EnterpriseRouteCommand.Create(),
        };
}
