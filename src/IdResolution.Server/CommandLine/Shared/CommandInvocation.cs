using System.CommandLine;

namespace IdResolution.Server.CommandLine.Shared;

/// <summary>The library's settings for running a command line, with the environment it runs in.</summary>
internal sealed class CommandInvocation(CommandEnvironment environment) : InvocationConfiguration
{
    public CommandEnvironment Environment { get; } = environment;
}
