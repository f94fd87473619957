using System.CommandLine;

namespace IdResolution.Server.CommandLine.Simulation;

/// <summary><c>simulate</c>: stands in for what a node talks to.</summary>
internal static class SimulateCommand
{
    public static Command Create() =>
        new(
            "simulate",
            """
            Stands in for what a node talks to, in memory, for tests. Nothing is kept, and no data directory is needed.

            Example:
              idnode simulate secondary-node --user ent-1 --secret-file ent-1.secret --prefix 88.300.1
            """
        )
        {
            SimulateSecondaryNodeCommand.Create(),
        };
}
