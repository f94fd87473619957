namespace IdResolution.Server.CommandLine.Shared;

/// <summary>What the verbs answer the shell; <c>--help</c> names them too.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The node refused it, or part of it.</summary>
    public const int Refused = 1;

    /// <summary>It could not run: wrong arguments, no such directory, unusable database.</summary>
    public const int CannotRun = 2;

    /// <summary>As shells have it for SIGINT.</summary>
    public const int Interrupted = 130;
}
