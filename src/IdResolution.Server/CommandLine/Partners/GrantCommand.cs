using System.CommandLine;

namespace IdResolution.Server.CommandLine.Partners;

/// <summary><c>grant</c>: the verbs for what partners are shown.</summary>
internal static class GrantCommand
{
    public static Command Create() =>
        new(
            "grant",
            """
            Says what partners are shown. A grant never changes: make another and end the first. A node that serves on
            the same directory takes notice within a second.

            Example:
              idnode grant list --data ./data --partner haidong
            """
        )
        {
            GrantAddCommand.Create(),
            GrantListCommand.Create(),
            GrantEndCommand.Create(),
        };
}
