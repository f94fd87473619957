namespace IdResolution.Server.CommandLine.Shared;

/// <summary>The exit codes of the verbs; <c>--help</c> names them too.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The node refused the request or a part of it.</summary>
    public const int Refused = 1;

    /// <summary>The verb could not run: wrong arguments, no such directory, unusable database.</summary>
    public const int CannotRun = 2;

    /// <summary>The value that shells use for SIGINT.</summary>
    public const int Interrupted = 130;
}
