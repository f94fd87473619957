using System.CommandLine;

namespace IdResolution.Server.CommandLine.Upstream;

/// <summary><c>upstream</c>: the verbs for what goes up to the secondary node.</summary>
internal static class UpstreamCommand
{
    public static Command Create() =>
        new(
            "upstream",
            """
            Shows what goes up to the secondary node and what it refused. A node that serves with Upstream:Url
            (--upstream-url) sends every change of a record by itself, in the order of the change log. Where the
            secondary node is away, registrations go on and the changes wait.

            What it refuses for good is set aside as a letter with the reason, and the rest goes on. Change the record,
            and the new version goes up and ends the letter; or mend the cause there, and retry.

            Examples:
              idnode upstream status --data ./data
              idnode upstream letters --data ./data
              idnode upstream retry --data ./data --all
            """
        )
        {
            UpstreamStatusCommand.Create(),
            UpstreamLettersCommand.Create(),
            UpstreamRetryCommand.Create(),
            UpstreamDropCommand.Create(),
            UpstreamReconcileCommand.Create(),
        };
}
