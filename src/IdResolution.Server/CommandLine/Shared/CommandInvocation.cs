using System.CommandLine;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>How a command line is run: the library's settings, and the environment it is run in.</summary>
internal sealed class CommandInvocation(CommandEnvironment environment) : InvocationConfiguration
{
    public CommandEnvironment Environment { get; } = environment;
}
